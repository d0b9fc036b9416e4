package dashboard

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// orgWords are the texts of the two years' fixture.
type orgWords struct{ team, other, name, category, event, theme, series, service, title string }

var plainOrg = orgWords{"Storage", "Edge", "Ada", "promotion", "Packets due", "queues", "traffic", "ledger", "Queue stuck"}

// orgPages are the pages that need years.
var orgPages = []string{"/oncall", "/coordination", "/events", "/themes", "/reviews", "/planning"}

// visitedOrg are these pages as TestScreenshots names them.
var visitedOrg = []struct{ name, path string }{{"oncall", "/oncall"}, {"coordination", "/coordination"}, {"org-events", "/events"}, {"themes", "/themes"}, {"reviews", "/reviews"}, {"planning", "/planning"}}

// seedYears writes 104 weeks from Monday 2024-01-01 on, in UTC:
//   - incidents on Mondays and Thursdays at 12:00; in the third and fourth week from each of the 7 promotion events (every 16 weeks from
//     2024-02-05 on; the last has a third week only) also on Tuesdays, Wednesdays and Fridays at 12:00 and 15:00. 104*2 + 13*6 = 286, each an
//     hour long, owned by Storage;
//   - Ada of Storage, always on call for their service, is paged for each at 12:00 or 15:00 and writes once in each; Cy of Edge, never on
//     call, writes once in every other: 143;
//   - Ada is paged for nothing in particular on Mondays at 03:00: 104;
//   - every 20th incident, 14 in all, has an expired certificate as its trigger;
//   - two reviews a month, each with Ada, Bo and Cy, of whom Cy was not required, with one open action and two done: 48 reviews;
//   - two series without a pattern, one of them merges.
func seedYears(t testing.TB, w orgWords) *schema.DB {
	t.Helper()
	db := schematest.Open(t)
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var rows []schema.Row
	add := func(r schema.Row) { rows = append(rows, r) }
	for i, who := range []string{"ada", "bo", "cy"} {
		team := []string{w.team, w.team, w.other}[i]
		email := who + "@example.com"
		add(&schema.IdentityRow{Source: "slack", NativeID: who, Name: w.name + who, Email: email})
		add(&schema.IdentityRow{Source: "pagerduty", NativeID: who, Name: w.name + who, Email: email})
		add(&schema.PersonRow{AsOf: first, Email: email, Name: w.name + who, Team: team, Function: "Engineering", Zone: "UTC"})
	}
	n := 0
	incident := func(at time.Time) {
		n++
		id := fmt.Sprintf("INC-%d", n)
		row := &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: w.title, StartedAt: at, ResolvedAt: at.Add(time.Hour), Services: []string{w.service},
			OwningTeam: w.team, Channels: []string{"C" + id}, Alerts: []string{"A" + id}, Themes: []string{w.theme}}
		if n%20 == 0 {
			row.Trigger = "expired certificate"
		}
		add(row)
		add(&schema.ContainerRow{Source: "slack", NativeID: "C" + id, Name: strings.ToLower(id)})
		add(&schema.ActivityRow{At: at, Source: "pagerduty", NativeID: "page" + id, Kind: schema.Page, Actor: "ada", Thread: "A" + id})
		add(&schema.ActivityRow{At: at.Add(5 * time.Minute), Source: "slack", NativeID: "ada" + id, Kind: schema.Message, Actor: "ada", Container: "C" + id})
		if n%2 == 0 {
			add(&schema.ActivityRow{At: at.Add(9 * time.Minute), Source: "slack", NativeID: "cy" + id, Kind: schema.Message, Actor: "cy", Container: "C" + id})
		}
	}
	for week := range 104 {
		monday := first.AddDate(0, 0, 7*week)
		for day, extra := range []bool{false, true, true, false, true} {
			after := (week - 5) % 16
			noon := monday.AddDate(0, 0, day).Add(12 * time.Hour)
			if extra && (week < 5 || after != 2 && after != 3) {
				continue
			}
			if incident(noon); extra {
				incident(noon.Add(3 * time.Hour))
			}
		}
		if week >= 5 && (week-5)%16 == 0 {
			add(&schema.OrgEventRow{Source: "org-events", NativeID: fmt.Sprint(week), Name: w.event, Category: w.category, Start: monday})
		}
		add(&schema.ActivityRow{At: monday.Add(3 * time.Hour), Source: "pagerduty", NativeID: fmt.Sprint("night", week), Kind: schema.Page, Actor: "ada", Thread: fmt.Sprint("night", week)})
		add(&schema.ShiftRow{Source: "pagerduty", NativeID: fmt.Sprint(week), Schedule: "primary", Services: []string{w.service}, Team: w.team, Person: "ada", Start: monday, End: monday.AddDate(0, 0, 7), Level: 1})
	}
	for day := range 728 {
		add(&schema.SeriesRow{Name: w.series, At: first.AddDate(0, 0, day), Value: float64(day * day * 7919 % 101)})
		add(&schema.SeriesRow{Name: "merges", At: first.AddDate(0, 0, day), Value: float64(day * day * 104729 % 97)})
	}
	for month := range 24 {
		for half := range 2 {
			add(&schema.ReviewRow{Source: "slack", Incident: fmt.Sprintf("INC-%d", 2*month+half+1), HeldAt: first.AddDate(0, month, 3+14*half).Add(15 * time.Hour), Facilitator: "ada", Attendees: []string{"ada", "bo", "cy"},
				Required: []string{"ada", "bo"}, Readers: 7, ActionsOpen: 1, ActionsDone: 2})
		}
	}
	load(t, db, plainWords, rows)
	return db
}

// TestOrgPages asks for the pages of years, by quarters and months, of a few weeks, and of nothing; and checks what they say.
func TestOrgPages(t *testing.T) {
	full, few, empty := newServer(t, seedYears(t, plainOrg)), newServer(t, seed(t, plainWords)), newServer(t, schematest.Open(t))
	for _, path := range orgPages {
		paths := []string{path, path + "?from=2025-01-01&to=2025-07-01&team=Storage"}
		if path != "/events" && path != "/planning" {
			paths = append(paths, path+"?by=month")
		}
		for _, p := range paths {
			resp, body := get(t, full, p)
			if resp.StatusCode != http.StatusOK || strings.Contains(body, "could not be shown") {
				t.Errorf("%s: status %d: %s", p, resp.StatusCode, body)
			}
			if found := unsafe(t, body); len(found) > 0 {
				t.Errorf("%s holds what its policy forbids: %q", p, found)
			}
			for _, word := range []string{"%!", "NaN"} {
				if strings.Contains(body, word) {
					t.Errorf("%s says %q", p, word)
				}
			}
		}
		if _, body := get(t, full, path); strings.Contains(body, "There is nothing here") {
			t.Errorf("%s lacks a part of its content: %s", path, body)
		}
		for name, s := range map[string]string{"few": few.URL, "empty": empty.URL} {
			resp, err := http.Get(s + path)
			must(t, err)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s, %s: status %d", path, name, resp.StatusCode)
			}
		}
		if _, body := get(t, empty, path); strings.Contains(body, "could not be shown") || !strings.Contains(body, "orgheat load PATH") {
			t.Errorf("%s of an empty database does not say what to load: %s", path, body)
		}
		if _, body := get(t, few, path); strings.Contains(body, "could not be shown") {
			t.Errorf("%s of 60 incidents without people: %s", path, body)
		}
	}
	orgFindings(t, full)
}

// orgFindings checks the sentences against the fixture: see seedYears.
func orgFindings(t *testing.T, s *httptest.Server) {
	for _, c := range []struct{ path, want string }{
		// 286 responses of Ada on call and 143 of Cy off call.
		{"/oncall", "33% of responses came from people who were on no schedule"},
		{"/oncall", "n = 429 responses, of them 429 of known status"},
		// In the range, nobody of Edge is ever on call: Storage is the only team with a schedule, and Ada its only responder.
		{"/oncall", "Among teams with people on call, Storage responds off call the most: 0% of 286 responses"},
		// One person, with 286 pages in business hours and 104 at 03:00.
		{"/oncall", "Half of the people paged were paged 104 times or more in their sleep hours; nobody more than 104 times"},
		// 10 engaged minutes in each: 2,860 of Ada, 1,430 of Cy (23.8 h), a third.
		{"/coordination", "33% of the time in owned incidents came from other teams than the owner; most from Edge to Storage, 24 h"},
		{"/coordination", "Half of the incidents in 2025Q4 took 1 h 00 min or less (1 h 00 min to 1 h 00 min), no clear change from 1 h 00 min in 2024Q4"},
		// In weeks +2 and +3 there are 8 incidents, else 2: 4 times the rate.
		{"/events", "Incidents are associated with promotion (weeks +2 to +3: 4 times the rate, q < 0.001)"},
		{"/events", "Beyond what chance gives: promotion (2 weeks)"},
		{"/events", "No window was declared beforehand"},
		{"/themes", "incidents were most often about queues"},
		{"/themes", "14 times started by what should not be able to start any, of 1 kind"},
		// 6 reviews a quarter with 3 attendances each, of which one is voluntary.
		{"/reviews", "33% of attendances in 2025Q4 were voluntary, no clear change from 33% in 2024Q1"},
		{"/reviews", "n = 48 reviews, 144 attendances"},
		{"/reviews", "48 of 144 actions from reviews are still open"},
		{"/reviews", "The most called-upon person was in 100% of the incidents of 2025Q4, no clear change from 100% in 2024Q1"},
		// Ada's share of her own time on call is 100%: the line is 25%.
		{"/planning", "measured 100% of a person's time, the line is 25%"},
	} {
		if _, body := get(t, s, c.path); !strings.Contains(html.UnescapeString(body), c.want) {
			t.Errorf("%s does not say %q; its titles: %q", c.path, c.want, titles(body))
		}
	}
}

// titles are the headings of a page's panels.
func titles(body string) (list []string) {
	for _, part := range strings.Split(body, "<h2 ")[1:] {
		_, part, _ = strings.Cut(part, ">")
		part, _, _ = strings.Cut(part, "</h2>")
		list = append(list, part)
	}
	return list
}

// TestBrowserOrgPages opens the pages with hostile names in both windows and themes: nothing overflows, nothing complains, every chart is
// drawn, and names stay text in tooltips.
func TestBrowserOrgPages(t *testing.T) {
	needCharts(t)
	const evil = `</script><script>console.error(1)</script>"'><img src=x onerror=console.error(2)>`
	s := newServer(t, seedYears(t, orgWords{evil + "a", evil + "b", evil, evil + "c", evil + "d", evil + "e", evil + "f", evil + "g", evil + "h"}))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	for i, window := range windows {
		b.look(t, window.width, window.height, []string{"light", "dark"}[i])
		for _, path := range orgPages {
			b.do(t, chromedp.Navigate(s.URL+path))
			if wide := ask(t, b, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); int64(wide) > window.width {
				t.Errorf("%s, %s: %d px wide in a window of %d", path, window.name, wide, window.width)
			}
			if missing := ask(t, b, chromedp.Evaluate[int](`[...document.querySelectorAll(".chart")].filter(e => e.offsetParent && !echarts.getInstanceByDom(e)).length`)); missing > 0 {
				t.Errorf("%s, %s: %d charts are not drawn", path, window.name, missing)
			}
			b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".chart").forEach(e => { const c = echarts.getInstanceByDom(e);
				if (c) c.getOption().series.forEach((_, seriesIndex) => c.dispatchAction({type: "showTip", seriesIndex, dataIndex: 0})); })`))
			if n := ask(t, b, chromedp.Evaluate[int](`document.querySelectorAll("main img, main script:not([type])").length`)); n > 0 {
				t.Errorf("%s, %s: %d elements from a source's text", path, window.name, n)
			}
			b.check(t, path+" "+window.name)
		}
	}
}

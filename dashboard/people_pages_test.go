package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// peoplePaths are the pages about people in incidents, and the ways to ask them.
var peoplePaths = []string{"/incidents/INC-1", "/incidents/INC-7?by=person", "/incidents/INC-12?by=source", "/incidents/a%2Fb%25%20c", "/dependency", "/dependency?by=team&from=2026-02-01",
	"/dependency?person=ada@example.com", "/dependency?person=ada@example.com&person=bo@example.com&from=2026-01-01&to=2026-07-01", "/tenure", "/tenure?from=2026-04-01&to=2026-07-01"}

// seedPeople writes an organization of Ada, Bo and Cy with two incidents in each of the first six months of 2026, on the 5th and the 20th
// from 12:00 to 13:00, all of w.service, the odd ones of the mailer, too; the team owns w.service.
//   - Ada writes two messages, at 12:00 and 12:15, in the first nine: 10 + 15 = 25 minutes each;
//   - Bo writes one at 12:05 in the last six: 10 minutes each;
//   - Cy joins INC-1 and does nothing; an alert belongs to INC-1.
//
// Ada started in 2020 with a grant of four years; Bo on 2025-09-01 with another, its cliff a year later. An incident without anybody has an
// id that must be escaped.
func seedPeople(t testing.TB, w words) *schema.DB {
	t.Helper()
	db := schematest.Open(t)
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	rows := []schema.Row{&schema.OwnershipRow{Service: w.service, Team: w.team},
		&schema.IncidentRow{Source: "incidents", NativeID: "a/b% c", Record: schema.RecordIncident, Title: w.title, StartedAt: day(2026, 1, 2), ResolvedAt: day(2026, 1, 3)}}
	for i, start := range []time.Time{day(2020, 1, 1), day(2025, 9, 1), day(2024, 1, 1)} {
		email := []string{"ada", "bo", "cy"}[i] + "@example.com"
		rows = append(rows, &schema.IdentityRow{Source: w.source, Account: "T1", NativeID: email, Name: w.name + email, Email: email},
			&schema.PersonRow{AsOf: day(2026, 1, 1), Email: email, Name: w.name + email, Team: w.team, Function: w.function, Location: w.location, Title: w.title, Zone: "UTC", StartDate: start})
		if i < 2 {
			rows = append(rows, &schema.IdentityRow{Source: "vesting", NativeID: email, Email: email},
				&schema.GrantRow{Source: "vesting", NativeID: email, Person: email, Start: start, CliffMonths: 12, TotalMonths: 48, PeriodMonths: 1, Quantity: 100})
		}
	}
	for i := range 12 {
		id, at := fmt.Sprintf("INC-%d", i+1), time.Date(2026, time.Month(1+i/2), 5+15*(i%2), 12, 0, 0, 0, time.UTC)
		services := []string{w.service}
		if i%2 == 0 {
			services = append(services, "mailer")
		}
		rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: w.title + " " + id, Severity: w.severity, Status: "resolved",
			StartedAt: at, ResolvedAt: at.Add(time.Hour), Services: services, Themes: []string{w.title}, Trigger: w.reason})
		did := func(source string, kind schema.Kind, who string, at time.Time) {
			rows = append(rows, &schema.ActivityRow{At: at, Source: source, Account: "T1", NativeID: fmt.Sprintf("%s%s%d", kind, who, at.Unix()), Kind: kind, Actor: who, IncidentRef: []string{id}})
		}
		if i == 0 {
			did("pagerduty", schema.Alert, "", at)
			did(w.source, schema.Join, "cy@example.com", at.Add(10*time.Minute))
		}
		if i < 9 {
			did(w.source, schema.Message, "ada@example.com", at)
			did(w.source, schema.Message, "ada@example.com", at.Add(15*time.Minute))
		}
		if i >= 6 {
			did(w.source, schema.Message, "bo@example.com", at.Add(5*time.Minute))
		}
	}
	load(t, db, w, rows)
	return db
}

// The pages about people answer, loaded and empty, and follow the policy.
func TestPeoplePages(t *testing.T) {
	loaded, empty := newServer(t, seedPeople(t, plainWords)), newServer(t, schematest.Open(t))
	for _, path := range peoplePaths {
		resp, body := get(t, loaded, path)
		if found := unsafe(t, body); resp.StatusCode != http.StatusOK || len(found) > 0 || strings.Contains(body, "could not be") || strings.Count(body, "<h1>") != 1 || len(body) > 100_000 {
			t.Errorf("%s: status %d, %d bytes, against the policy: %q: %s", path, resp.StatusCode, len(body), found, body)
		}
		if nothing := strings.Contains(body, "There is nothing here"); nothing != strings.Contains(path, "%2F") { // nobody was in that one
			t.Errorf("%s: an empty panel: %v", path, nothing)
		}
		want := http.StatusOK
		if strings.HasPrefix(path, "/incidents/") {
			want = http.StatusNotFound
		}
		if resp, body = get(t, empty, path); resp.StatusCode != want || strings.Contains(body, "could not be") {
			t.Errorf("%s of an empty database: status %d, not %d: %s", path, resp.StatusCode, want, body)
		}
	}
	for path, loads := range map[string]string{"/dependency": "<b>pagerduty</b>", "/tenure": "<b>vesting</b>"} {
		if _, body := get(t, empty, path); !strings.Contains(body, loads) || !strings.Contains(body, "orgheat load PATH") {
			t.Errorf("the empty %s does not say what to load", path)
		}
	}
}

// Sentences against the fixture: see seedPeople.
func TestPeopleFindings(t *testing.T) {
	s := newServer(t, seedPeople(t, plainWords))
	for _, c := range []struct{ path, want string }{
		// Two messages and an alert; from the bucket after 12:15 to the end nobody acts.
		{"/incidents/INC-1", "3 actions by 1 team; nobody was active for 40 min from 12:20"},
		{"/incidents/INC-1", "1 responder from 1 team<"},
		{"/incidents/INC-1", "before too few to say how rare they are"},
		{"/incidents/INC-1", "1 lurker: joined"},
		{"/incidents/INC-1", "1 h 00 min"},
		{"/incidents/INC-1", `rel="next" title="Queue stuck INC-2"`},
		{"/incidents/INC-7", `rel="prev" title="Queue stuck INC-6"`},
		{"/incidents/INC-7?by=person", "3 actions by 2 people"},
		{"/incidents/a%2Fb%25%20c", `href="/incidents/INC-1" rel="next"`},
		{"/incidents/a%2Fb%25%20c", `href="/incidents/a%2Fb%25%20c?by=person#timeline"`},
		// Ada holds 9 x 25 = 225 of 285 minutes.
		{"/dependency", "Half of the engaged time rests on 1 of 2 people"},
		{"/dependency", "The busiest 50% of the people hold half"},
		{"/dependency", `n = 2 responders, 4.8 person-hours · <span class="whole">2025-12-21</span> to <span class="whole">2026-06-20</span>`},
		{"/dependency", "2 of 2 services rest on one person; 0 are knowledge islands"},
		{"/dependency", "0 of 2 services have at most one person who worked on two incidents or more"},
		{"/dependency", "2 of 2 responders took part in a tenth of the incidents or more"},
		{"/dependency", "Too few incidents in any quarter to say"}, // six in each
		{"/dependency?by=team", "The incidents of 1 of 1 team rest on one person"},
		// Of the ledger's 285 minutes Ada holds 225, of the mailer's 125 + 30 = 155 she holds 125. Bo has responded six times.
		{"/dependency?person=ada@example.com", "Without this person, no service of 2 would lose its cover"},
		{"/dependency?person=ada@example.com", "79% of the engaged time goes; 1 other has responded"},
		{"/dependency?person=ada@example.com", "81% of the engaged time goes; 1 other has responded"},
		{"/dependency?person=ada@example.com", `class="thin"`},
		{"/dependency?person=ada@example.com&person=bo@example.com", "Without these 2 people, 2 of 2 services would no longer be covered"},
		{"/dependency?person=ada@example.com&person=bo@example.com", "Without these 2 people, 1 of 1 team would no longer be covered"},
		{"/dependency?person=ada@example.com&person=bo@example.com", `class="lost"`},
		{"/dependency?person=ada@example.com", `value="ada@example.com" checked`},
		{"/tenure", "Too few people on the roster to say whether any tenure band carries more than its share"},
		{"/tenure", "n = 15 responses"}, // 9 + 6
		{"/tenure", "79% of the engaged time rests on people who are fully vested; in a year it is 79%, in 36 months 79%"},
		{"/tenure", "To the end of 2026-12, 1 person reaches a cliff and 0 become fully vested"},
		{"/tenure", "n = 2 people employed with a grant"},
	} {
		if _, body := get(t, s, c.path); !strings.Contains(body, c.want) {
			t.Errorf("%s does not say %q", c.path, c.want)
		}
	}
	for path, status := range map[string]int{"/incidents/INC-13": 404, "/incidents/INC-1?by=colour": 400, "/dependency?by=org": 400, "/dependency?by=person": 400} {
		if resp, _ := get(t, s, path); resp.StatusCode != status {
			t.Errorf("%s: status %d, not %d", path, resp.StatusCode, status)
		}
	}
}

// The form of the leave simulation leads to the simulation without a script: its fields are the address.
func TestLeaveForm(t *testing.T) {
	s := newServer(t, seedPeople(t, plainWords))
	_, body := get(t, s, "/dependency?service=mailer")
	form := body[strings.Index(body, `<form class="leavers"`):]
	form = form[:strings.Index(form, "</form>")]
	if !strings.Contains(form, `method="get" action="/dependency#leave"`) {
		t.Fatalf("form %s", form)
	}
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="(?:hidden|checkbox)" name="(\w+)" value="([^"]+)"`).FindAllStringSubmatch(form, -1) {
		v.Add(m[1], m[2])
	}
	if !slices.Equal(v["person"], []string{"ada@example.com", "bo@example.com"}) || v.Get("service") != "mailer" {
		t.Fatalf("fields %v", v)
	}
	if _, body = get(t, s, "/dependency?"+v.Encode()); !strings.Contains(body, "Without these 2 people, 1 of 1 service would no longer be covered") {
		t.Error("the form's address shows no simulation")
	}
}

// Every link of the pages about people leads to a page.
func TestPeopleLinks(t *testing.T) {
	s := newServer(t, seedPeople(t, plainWords))
	seen := map[string]bool{}
	for _, path := range peoplePaths {
		_, body := get(t, s, path)
		for _, m := range regexp.MustCompile(`href="(/[^"#]*)`).FindAllStringSubmatch(body, -1) {
			to := strings.ReplaceAll(strings.ReplaceAll(m[1], "&amp;", "&"), "&#43;", "+")
			like := regexp.MustCompile(`=[^&]*`).ReplaceAllString(to, "") // one of those with other values will do
			if !seen[to] && !seen[like] {
				seen[to], seen[like] = true, true
				if resp, _ := get(t, s, to); resp.StatusCode != http.StatusOK {
					t.Errorf("%s links to %s: status %d", path, to, resp.StatusCode)
				}
			}
		}
	}
	if !seen["/incidents/INC-2"] || !seen["/incidents?person"] || len(seen) < 40 {
		t.Errorf("%d links", len(seen))
	}
}

// A viewer sees the pages about people without names, links to single people and the leave simulation, and nothing fails.
func TestPeopleForViewers(t *testing.T) {
	w := plainWords
	w.name = "Lovelace "
	s, _, log := newGuarded(t, seedPeople(t, w))
	viewer := logIn(t, s, "viewer")
	for _, path := range []string{"/incidents/INC-1", "/incidents/INC-7?by=function", "/dependency", "/tenure"} {
		status, body := fetch(t, viewer, s.URL+path)
		if status != http.StatusOK || strings.Contains(body, "the log says why") {
			t.Errorf("%s: status %d: %s", path, status, body)
		}
		for _, secret := range []string{"Lovelace", "ada@", "ada%40", "?person=", `"person"`, "by=person"} {
			if i := strings.Index(body, secret); i >= 0 {
				t.Errorf("%s holds %q: %.160s", path, secret, body[max(0, i-80):])
			}
		}
	}
	if log.Len() > 0 {
		t.Errorf("the log says: %s", log)
	}
}

// Markup in the texts of sources stays text on the pages about people.
func TestPeopleHostile(t *testing.T) {
	const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)><!--{{.}}`
	s := newServer(t, seedPeople(t, words{evil + "team", evil + "function", evil + "name", evil + "service", evil + "severity", evil + "title", "c", "batman", evil + "source", evil, "f", evil + "reason"}))
	all := ""
	for _, path := range append(peoplePaths, "/dependency?person=%3Cscript%3Ealert(3)&service=%3Cscript%3Ealert(4)", "/incidents/%3Cscript%3Ealert(5)") {
		_, body := get(t, s, path)
		if found := unsafe(t, body); len(found) > 0 || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || strings.Contains(body, "<!--") {
			t.Errorf("%s holds unescaped text of a source: %q", path, found)
		}
		all += body
	}
	for _, field := range []string{"team", "function", "name", "service", "severity", "title", "source", "reason"} {
		if !strings.Contains(all, "{{.}}"+field) {
			t.Errorf("the hostile %s is on no page: it is not tested", field)
		}
	}
}

// In a browser the pages about people fit every window, draw every chart and complain of nothing; a cell of the timeline leads to its hour,
// and choosing people turns services red.
func TestBrowserPeople(t *testing.T) {
	needCharts(t)
	s := newServer(t, seedPeople(t, plainWords))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	for _, window := range windows {
		for _, theme := range []string{"light", "dark"} {
			b.look(t, window.width, window.height, theme)
			for _, path := range peoplePaths {
				b.do(t, chromedp.Navigate(s.URL+path))
				if wide := ask(t, b, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); int64(wide) > window.width {
					t.Errorf("%s, %s: %d px wide in a window of %d", path, window.name, wide, window.width)
				}
				if missing := ask(t, b, chromedp.Evaluate[int](`[...document.querySelectorAll(".chart")].filter(e => e.offsetParent && !echarts.getInstanceByDom(e)).length`)); missing > 0 {
					t.Errorf("%s, %s: %d charts are not drawn", path, window.name, missing)
				}
				// Tooltips of the first mark of each series.
				b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".chart").forEach(e => { const c = echarts.getInstanceByDom(e); if (c) c.getOption().series.forEach((_, i) => c.dispatchAction({type: "showTip", seriesIndex: i, dataIndex: 0})); })`))
				if tips := ask(t, b, chromedp.Evaluate[string](`[...document.getElementsByClassName("tip")].map(e => e.textContent).join()`)); strings.Contains(tips, "undefined") || strings.Contains(tips, "NaN") {
					t.Errorf("%s, %s: tooltips %s", path, window.name, tips)
				}
				b.check(t, path+" "+window.name+" "+theme)
			}
		}
	}
	b.look(t, 1440, 900, "light")
	// INC-7, of 2026-04-05: the rows are slack, a gap and the team; Ada's and Bo's messages of 12:00 and 12:05.
	b.do(t, chromedp.Navigate(s.URL+"/incidents/INC-7"))
	// The chart may be laid out anew while it is clicked: click again each second.
	b.await(t, `(() => {
		if (location.pathname === "/chatter/events") return document.readyState === "complete";
		const c = window.echarts && echarts.getInstanceByDom(document.getElementById("timeline-chart"));
		if (!c || Date.now() - (window.clicked || 0) < 1000) return false;
		const [x, y] = c.convertToPixel({seriesIndex: 0}, [0, 2]), mouse = c.getZr().handler;
		if (!mouse.findHover(x, y).target) return false; // not painted yet
		window.clicked = Date.now();
		for (const type of ["mousedown", "mouseup", "click"]) mouse.dispatch(type, {zrX: x, zrY: y, offsetX: x, offsetY: y, event: new MouseEvent(type), preventDefault() {}, stopPropagation() {}});
		return false; })()`)
	at, err := url.Parse(ask(t, b, chromedp.Evaluate[string](`location.href`)))
	must(t, err)
	if q := at.Query(); at.Path != "/chatter/events" || q.Get("date") != "2026-04-05" || q.Get("hour") != "12" || q.Get("by") != "team" || q.Get("group") != "Storage" || q.Get("clock") != "utc" {
		t.Errorf("the cell leads to %s", at)
	}
	if rows := ask(t, b, chromedp.Evaluate[int](`document.querySelectorAll("tbody tr").length`)); rows != 3 {
		t.Errorf("%d events, want 3", rows)
	}
	b.do(t, chromedp.Navigate(s.URL+"/dependency"), chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".leavers [type=checkbox]").forEach(c => c.click()), document.querySelector(".leavers button").click()`))
	b.await(t, `location.search.includes("person=") && document.readyState === "complete"`)
	if lost := ask(t, b, chromedp.Evaluate[int](`document.querySelectorAll("#leave-services .lost").length`)); lost != 2 {
		t.Errorf("%d services turn red, want 2", lost)
	}
	b.check(t, "clicks")
}

package dashboard

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/schema/schematest"
)

// A page of the second quarter beside the first: see seedPeople. Ada alone worked in the first, in six incidents of 25 minutes, 2.5 hours;
// in the second Ada in three (75 minutes) and Bo in six (60), 2.25 hours.
func TestCompare(t *testing.T) {
	s := newServer(t, seedPeople(t, plainWords))
	const quarters = "from=2026-04-01&to=2026-07-01&compare=previous"
	for _, c := range []struct{ path, want string }{
		{"/coordination?" + quarters, "<b>2026Q1</b> Incidents took 3 person-hours; 0% of them in sleep hours"}, // 2.5, rounded
		{"/dependency?" + quarters, "<b>2026Q1</b> One person holds all of the engaged time"},
		{"/dependency?" + quarters, `<td class="num">2<small>1</small></td>`}, // responders of a service
		{"/incidents?" + quarters, "<b>2026Q1</b> 7 incidents; the busiest month was 2026-01 with 3"},
		{"/tenure?" + quarters, "<b>2026Q1</b>"},
		{"/incidents?" + quarters, `href="/incidents?from=2026-04-01&amp;to=2026-07-01" aria-current="true"`}, // away from it
		{"/incidents?from=2026-04-01&to=2026-07-01", "Compare with 2026Q1"},
		{"/incidents", `href="/incidents?compare=previous&amp;from=2025-03-11&amp;to=2026-03-11"`}, // the last 12 months, of today
		{"/incidents?compare=previous", "choose a range to compare it with the one before"},
		{"/incidents?from=2026-01-01&to=2026-04-01&compare=previous", "The data begin on 2026-01-02: 2025Q4 is not whole"},
		{"/incidents?from=2026-01-01&to=2026-04-01&compare=previous", "<b>2025Q4</b> nothing"},
		{"/dependency?" + quarters, `href="/oncall?compare=previous&amp;from=2026-04-01&amp;to=2026-07-01"`}, // stays from page to page
	} {
		resp, body := get(t, s, c.path)
		if resp.StatusCode != 200 || !strings.Contains(body, c.want) {
			t.Errorf("%s: status %d, without %q", c.path, resp.StatusCode, c.want)
		}
		if found := unsafe(t, body); len(found) > 0 {
			t.Errorf("%s: against the policy: %q", c.path, found)
		}
	}
	if resp, _ := get(t, s, "/incidents?compare=next"); resp.StatusCode != 400 {
		t.Errorf("compare=next: status %d", resp.StatusCode)
	}

	// The chart draws both: three months of incidents, and the three before them as dashes at their places.
	_, body := get(t, s, "/incidents?"+quarters)
	m := regexp.MustCompile(`(?s)data-chart="incidents-chart">(.*?)</script>`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no chart")
	}
	var b struct {
		Option struct {
			Series []struct {
				Name string
				Data []any
			}
		}
	}
	must(t, json.Unmarshal([]byte(m[1]), &b))
	drawn, err := json.Marshal(b.Option.Series)
	must(t, err)
	if want := `[{"Name":"count","Data":[{"value":2},{"value":2},{"value":2}]},{"Name":"was","Data":[[0,3],[1,2],[2,2]]}]`; string(drawn) != want {
		t.Errorf("drawn %s, want %s", drawn, want)
	}
	// The CSV is of the period itself.
	if !strings.Contains(body, `href="/api/v1/metrics/incidents.csv?from=2026-04-01&amp;to=2026-07-01"`) {
		t.Error("the CSV's link is not that of the period")
	}
	empty := newServer(t, schematest.Open(t))
	for _, p := range pages {
		if p.Compare {
			if resp, _ := get(t, empty, p.Path+"?"+quarters); resp.StatusCode != 200 {
				t.Errorf("%s of an empty database: status %d", p.Path, resp.StatusCode)
			}
		}
	}
}

// The change of a share, 60 of 100 after 40 of 100: Newcombe's interval from Wilson's, (50.20%, 69.06%) and (30.94%, 49.80%), is
// 20 - 9.80·√2 = 6.1 to 20 + 9.06·√2 = 32.8 points.
func TestChange(t *testing.T) {
	now, then := told{estimate{Value: .6, Low: .5020, High: .6906, Of: 100}, "x", "share"}, told{estimate{Value: .4, Low: .3094, High: .4980, Of: 100}, "x", "share"}
	for _, c := range []struct {
		now, then told
		want      string
	}{
		{now, then, "up: +20 points (95% interval +6 to +33)"},
		{then, now, "down: −20 points (95% interval −33 to −6)"},
		{now, now, "no clear change: 0 points (95% interval −13 to +13)"},
		{told{estimate{Value: .6, Of: 29}, "x", "share"}, then, "fewer than 30 cases in one of them: too few to compare"},
		{told{estimate{Value: 90, Low: 80, High: 100, Of: 40}, "x", "minutes"}, told{estimate{Value: 60, Low: 50, High: 70, Of: 40}, "x", "minutes"},
			"up: +30 min (95% interval +16 to +44)"}, // 30 ± 10·√2
	} {
		if got := c.now.since(c.then); got != c.want {
			t.Errorf("%v since %v: %q, want %q", c.now, c.then, got, c.want)
		}
	}
}

// Steps are matched by their periods where ranges are of whole months, so that a period without a row moves nothing.
func TestPastPlaces(t *testing.T) {
	year := past{Months: 12}
	if got := year.at([]string{"2026Q1", "2026Q2"}, []string{"2025Q2"}, 1); got != 0 {
		t.Errorf("2026Q2 is compared with number %d", got)
	}
	if got := year.at([]string{"2026Q1"}, []string{"2025Q2"}, 0); got != -1 {
		t.Errorf("2026Q1 is compared with number %d", got)
	}
	if got := (past{}).at([]string{"a", "b"}, []string{"c"}, 1); got != -1 {
		t.Errorf("the second of one: %d", got)
	}
}

// The browser draws the past, and a click leads away from it and back.
func TestBrowserCompares(t *testing.T) {
	needCharts(t)
	s := newServer(t, seedPeople(t, plainWords))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	b.look(t, 1440, 900, "light")
	b.do(t, chromedp.Navigate(s.URL+"/dependency?from=2026-04-01&to=2026-07-01"), chromedp.Click(chromedp.CSS(".compare")))
	b.await(t, `location.search.includes("compare=previous") && document.querySelectorAll(".was").length > 3`)
	if lines := ask(t, b, chromedp.Evaluate[int](`echarts.getInstanceByDom(document.getElementById("lorenz-chart")).getOption().series.filter(s => s.name === "before").length`)); lines != 1 {
		t.Errorf("%d curves of the past", lines)
	}
	b.do(t, chromedp.Click(chromedp.CSS(".compare")))
	b.await(t, `!location.search.includes("compare") && document.querySelectorAll(".was").length === 0`)
	b.check(t, "compare")
}

package dashboard

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Weeks are drawn from the configured day on, on the heat map, in its table and on the calendar; what a cell leads to stays its day.
func TestFirstDay(t *testing.T) {
	set := schema.DefaultSettings()
	set.FirstDay = "sunday"
	db := schematest.OpenWith(t, set)
	wednesday := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	load(t, db, plainWords, []schema.Row{&schema.ActivityRow{At: wednesday, Source: "slack", Account: "T1", NativeID: "1", Kind: schema.Message, Actor: "U0", Container: "C1"}})
	_, body := get(t, newServer(t, db), "/chatter")
	for _, want := range []string{
		`"data":["7","1","2","3","4","5","6"]`, // the rows, Sunday on top
		`"values":[7,1,2,3,4,5,6]`,             // and what a click in one asks for
		`"data":[[10,3,1]]`,                    // Wednesday is the fourth
		`"data":[{"value":[8,1,18,6]}]`,        // Monday to Friday, 8 to 18
		`<th scope="col">Hour</th><th scope="col" class="num">Sunday</th><th scope="col" class="num">Monday</th>`, // of the table
	} {
		if !strings.Contains(body, want) {
			t.Errorf("without %s", want)
		}
	}
	if strings.Contains(body, `"firstDay":1`) { // 0, Sunday, is what ECharts begins with by itself
		t.Error("the calendar's weeks begin on Monday")
	}
	set.FirstDay = "someday"
	if err := set.Validate(); err == nil || !strings.Contains(err.Error(), "first_day") {
		t.Errorf("someday: %v", err)
	}
	// A week that begins on a Thursday has its working days at both ends.
	set.FirstDay = "thursday"
	if week := set.Week(); week != [7]int{4, 5, 6, 7, 1, 2, 3} {
		t.Errorf("the week is %v", week)
	}
}

// Numbers, times and names of days are in the viewer's locale; versions in texts of sources stay as they are.
func TestBrowserLocale(t *testing.T) {
	needCharts(t)
	w := plainWords
	w.title = "TLS 1.2 stuck 1,234.5"
	s := newServer(t, seed(t, w))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	if _, err := chromedp.Call(b.ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "de-DE"}); err != nil {
		t.Fatal(err)
	}
	b.look(t, 1440, 900, "light")
	b.do(t, chromedp.Navigate(s.URL+"/incidents"))
	if row := ask(t, b, chromedp.Evaluate[string](`document.querySelector("tbody tr").innerText`)); !strings.Contains(row, "1. März 2026, 12:00") || !strings.Contains(row, "TLS 1.2 stuck") {
		t.Errorf("the row of INC-60 is %q", row)
	}
	if cell := ask(t, b, chromedp.Evaluate[string](`[...document.querySelectorAll("tbody tr:first-child td.num")].find(c => c.textContent.includes(",")).textContent`)); cell != "0,0" {
		t.Errorf("engaged hours are %q", cell)
	}
	b.do(t, chromedp.Navigate(s.URL+"/chatter"))
	label := `(() => { const o = echarts.getInstanceByDom(document.getElementById("heat-chart")).getOption(); return o.yAxis[0].axisLabel.formatter(o.yAxis[0].data[2]); })()`
	if day := ask(t, b, chromedp.Evaluate[string](label)); day != "Mi" {
		t.Errorf("the third row is %q", day)
	}
	b.check(t, "locale")
}

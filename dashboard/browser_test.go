package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/query"
)

// browser is a headless Chromium with a profile of its own that notes whatever a page should not do.
type browser struct {
	ctx      context.Context
	mu       sync.Mutex
	problems []string
}

// openBrowser starts Chromium. Without one the test is skipped, or fails when ORGHEAT_TEST_REQUIRE=1.
func openBrowser(t *testing.T, host string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" && os.Getenv("ORGHEAT_TEST_REQUIRE") != "1" {
		t.Skip("no chromium on PATH")
	}
	if path == "" {
		t.Fatal("no chromium on PATH")
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true)}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); cancelAllocator() })
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, func(event any) { b.hear(event, host) }); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) hear(event any, host string) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.note("console %s: %v", e.Type, e.Args[0].Value)
		}
	case *runtime.EventExceptionThrown:
		b.note("exception: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.note("log %s: %s", e.Entry.Level, e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Host != host && u.Scheme != "data" {
			b.note("request to another host: %s", e.Request.URL)
		}
	}
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// check fails the test for whatever was noted.
func (b *browser) check(t *testing.T, where string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		t.Errorf("%s: %s", where, p)
	}
	b.problems = nil
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// await looks at a condition of the page until it holds; while the page changes, looking fails and is done again.
func (b *browser) await(t *testing.T, condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", condition)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// ask runs one action and returns its value.
func ask[T any](t *testing.T, b *browser, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// look sets the window and the system's theme.
func (b *browser) look(t *testing.T, width, height int64, theme string) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(width, height))
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}); err != nil {
		t.Fatal(err)
	}
}

var windows = []struct {
	name          string
	width, height int64
}{{"desktop", 1440, 900}, {"phone", 390, 844}}

// visited are the addresses that the browser looks at.
var visited = []struct{ name, path string }{{"overview", "/"}, {"chatter", "/chatter"}, {"chatter-team", "/chatter?by=team&clock=org"}, {"events", "/chatter/events?weekday=3&hour=10"},
	{"incidents", "/incidents"}, {"incident", "/incidents/INC-1"}, {"dependency", "/dependency"}, {"tenure", "/tenure"}, {"data", "/data"}}

// TestScreenshots writes pictures of every page of a running dashboard, for make screenshots and for eyes:
// ORGHEAT_SCREENSHOTS=DIR ORGHEAT_SCREENSHOTS_OF=http://127.0.0.1:8080 go test ./dashboard -run Screenshots
func TestScreenshots(t *testing.T) {
	dir, of := os.Getenv("ORGHEAT_SCREENSHOTS"), os.Getenv("ORGHEAT_SCREENSHOTS_OF")
	if dir == "" || of == "" {
		t.Skip("ORGHEAT_SCREENSHOTS and ORGHEAT_SCREENSHOTS_OF are not set")
	}
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, u.Host)
	for _, w := range windows {
		for _, theme := range []string{"light", "dark"} {
			for _, p := range append(visited, visitedOrg...) {
				b.look(t, w.width, w.height, theme)
				b.do(t, chromedp.Navigate(of+p.path), chromedp.Sleep(300*time.Millisecond))
				picture := ask(t, b, chromedp.FullScreenshot(100))
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%s.png", p.name, w.name, theme)), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b.check(t, of)
}

// TestPictures takes the documentation's pictures of a running demo, a window each, for make screenshots:
// ORGHEAT_PICTURES=DIR ORGHEAT_SCREENSHOTS_OF=http://127.0.0.1:8080 go test ./dashboard -run Pictures
func TestPictures(t *testing.T) {
	dir, of := os.Getenv("ORGHEAT_PICTURES"), os.Getenv("ORGHEAT_SCREENSHOTS_OF")
	if dir == "" || of == "" {
		t.Skip("ORGHEAT_PICTURES and ORGHEAT_SCREENSHOTS_OF are not set")
	}
	u, err := url.Parse(of)
	must(t, err)
	b := openBrowser(t, u.Host)
	b.look(t, 1440, 900, "light")
	for _, p := range []struct{ name, path string }{{"overview", "/"}, {"chatter", "/chatter"}, {"dependency", "/dependency"}, {"events", "/events"}, {"compare", "/coordination?" + demoYear}, {"incident", mostTelling(t, of)}} {
		b.do(t, chromedp.Navigate(of+p.path), chromedp.Sleep(300*time.Millisecond))
		must(t, os.WriteFile(filepath.Join(dir, p.name+".png"), ask(t, b, chromedp.CaptureScreenshot()), 0o644))
	}
	takeWalk(t, b, of, dir)
	b.check(t, of)
}

// mostTelling is the page of the incident with the highest score of a running dashboard.
func mostTelling(t *testing.T, of string) string {
	t.Helper()
	resp, err := http.Get(of + "/api/v1/metrics/incidents.json")
	must(t, err)
	defer resp.Body.Close()
	var r query.Result
	must(t, json.NewDecoder(resp.Body).Decode(&r))
	in, best, most := columnsOf(r), "", -1.0
	for _, row := range r.Rows {
		if score, ok := row[in["score"]].(float64); ok && score > most {
			best, most = text(row[in["incident"]]), score
		}
	}
	if best == "" {
		t.Fatal("no incident has a score: is the demo loaded?")
	}
	return "/incidents/" + url.PathEscape(best)
}

// TestBrowserDrawsTheMetric compares what the heat map draws with the API, follows a cell to its events, and switches the theme.
func TestBrowserDrawsTheMetric(t *testing.T) {
	needCharts(t)
	s := newServer(t, seed(t, plainWords))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	b.look(t, 1440, 900, "light")
	b.do(t, chromedp.Navigate(s.URL+"/chatter?from=2026-03-01&to=2026-04-01"))
	drawn := ask(t, b, chromedp.Evaluate[[][]int](`echarts.getInstanceByDom(document.getElementById("heat-chart")).getOption().series[0].data`))
	_, body := get(t, s, "/api/v1/metrics/chatter?from=2026-03-01&to=2026-04-01")
	var r query.Result
	must(t, json.Unmarshal([]byte(body), &r))
	want := map[[2]int]int{}
	for _, row := range r.Rows {
		want[[2]int{int(row[1].(float64)), int(row[0].(float64)) - 1}] = int(row[3].(float64))
	}
	if len(drawn) != len(want) || len(want) != 3 { // Wednesday 10:00, Thursday 10:00, Saturday 23:00
		t.Errorf("drawn %v, the API says %v", drawn, want)
	}
	for _, cell := range drawn {
		if want[[2]int{cell[0], cell[1]}] != cell[2] {
			t.Errorf("cell %v: the API says %d", cell, want[[2]int{cell[0], cell[1]}])
		}
	}
	days := ask(t, b, chromedp.Evaluate[int](`echarts.getInstanceByDom(document.getElementById("calendar-chart")).getOption().series[0].data.length`))
	if days != 3 {
		t.Errorf("the calendar draws %d days, want 3", days)
	}

	// The colours are the theme's, before and after the switch.
	colour := `echarts.getInstanceByDom(document.getElementById("heat-chart")).getOption().visualMap[0].pieces.at(-1).color`
	light := ask(t, b, chromedp.Evaluate[string](colour))
	b.do(t, chromedp.Click(chromedp.CSS("[data-theme-switch]")))
	if dark := ask(t, b, chromedp.Evaluate[string](colour)); light != "#322548" || dark != "#d8f3e1" {
		t.Errorf("the last colour is %s on light and %s on dark", light, dark)
	}
	if kept := ask(t, b, chromedp.Evaluate[string](`localStorage.getItem("orgheat-theme")`)); kept != "dark" {
		t.Errorf("the theme is remembered as %q", kept)
	}

	// Saturday 23:00 holds Bo's three messages.
	at := ask(t, b, chromedp.Evaluate[[]float64](`(() => { const el = document.getElementById("heat-chart"), box = el.getBoundingClientRect();
		const [x, y] = echarts.getInstanceByDom(el).convertToPixel({seriesIndex: 0}, [23, 5]); return [box.x + x, box.y + y]; })()`))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.MouseClickXY(at[0], at[1])); err != nil {
		t.Fatal(err)
	}
	where := ask(t, b, chromedp.Evaluate[string](`location.pathname + location.search`))
	u, err := url.Parse(where)
	must(t, err)
	if q := u.Query(); u.Path != "/chatter/events" || q.Get("weekday") != "6" || q.Get("hour") != "23" || q.Get("from") != "2026-03-01" {
		t.Errorf("the cell leads to %s", where)
	}
	if rows := ask(t, b, chromedp.Evaluate[int](`document.querySelectorAll("tbody tr").length`)); rows != 3 {
		t.Errorf("%d events, want 3", rows)
	}
	b.check(t, "chatter")
}

// TestBrowserLooks opens every page in every window and theme, also with hostile text: nothing overflows sideways, nothing complains, every
// chart is drawn.
func TestBrowserLooks(t *testing.T) {
	needCharts(t)
	const evil = `</script><script>console.error(1)</script>"'><img src=x onerror=console.error(2)>`
	hostile := words{evil + "team", evil, evil + "name", evil, evil, evil, evil, evil, evil + "source", evil, evil, evil}
	for _, w := range []words{plainWords, hostile} {
		s := newServer(t, seed(t, w))
		b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
		for _, window := range windows {
			for _, theme := range []string{"light", "dark"} {
				b.look(t, window.width, window.height, theme)
				for _, p := range visited {
					b.do(t, chromedp.Navigate(s.URL+p.path))
					if wide := ask(t, b, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); int64(wide) > window.width {
						t.Errorf("%s, %s: %d px wide in a window of %d", p.path, window.name, wide, window.width)
					}
					if missing := ask(t, b, chromedp.Evaluate[int](`[...document.querySelectorAll(".chart")].filter(e => e.offsetParent && !echarts.getInstanceByDom(e)).length`)); missing > 0 {
						t.Errorf("%s, %s: %d charts are not drawn", p.path, window.name, missing)
					}
					// A tooltip shows names of the source's; they must stay text.
					b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".chart").forEach(e => { const c = echarts.getInstanceByDom(e); if (c) c.dispatchAction({type: "showTip", seriesIndex: 0, dataIndex: 0}); })`))
					tips := ask(t, b, chromedp.Evaluate[[]int](`["tip", "chart"].map(c => document.getElementsByClassName(c).length).concat(document.querySelectorAll(".chart img, .chart script").length)`))
					if tips[2] > 0 || tips[1] > 0 && tips[0] == 0 {
						t.Errorf("%s, %s: %d tooltips on %d charts, with %d elements from a source's text", p.path, window.name, tips[0], tips[1], tips[2])
					}
					b.check(t, p.path+" "+window.name+" "+theme)
				}
			}
		}
	}
}

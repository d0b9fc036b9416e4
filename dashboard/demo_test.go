package dashboard

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/ingest"
	"github.com/orgheat/orgheat/internal/generate"
	"github.com/orgheat/orgheat/schema/schematest"
)

// demoPages are the pages as people open them from the navigation, those with more in them, and beside their period before.
var demoPages = []string{"/", "/chatter", "/chatter?by=team", "/chatter?by=person", "/chatter/events", "/incidents", "/dependency", "/dependency?by=team", "/tenure", "/oncall", "/oncall?by=month", "/coordination",
	"/coordination?by=month", "/events", "/themes", "/themes?by=month", "/planning", "/reviews", "/reviews?by=month", "/report", "/data",
	"/chatter?" + demoYear, "/incidents?" + demoYear, "/dependency?" + demoYear, "/tenure?" + demoYear, "/oncall?by=month&" + demoYear, "/coordination?by=month&" + demoYear, "/themes?by=month&" + demoYear, "/reviews?by=month&" + demoYear}

const demoYear = "from=2025-10-01&to=2026-10-01&compare=previous"

// TestDemo generates the demo's organization with fewer messages, loads it with the real loaders, and looks at what the small fixtures are
// too small for.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("generates and loads an organization")
	}
	db := schematest.Open(t)
	org := filepath.Join(t.TempDir(), "org")
	truth, err := generate.Write(context.Background(), generate.Options{People: 220, Years: 4, Seed: 1, Volume: 0.3, Out: org})
	must(t, err)
	if _, err := ingest.Load(context.Background(), db, []string{org}, ingest.Options{MaxRejects: -1}); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	paths := slices.Clone(demoPages)
	for _, i := range truth.Crowds {
		paths = append(paths, incidentURL(i.Incident))
	}
	t.Run("sizes", func(t *testing.T) { demoSizes(t, s, paths) })
	t.Run("widths", func(t *testing.T) { demoWidths(t, s, paths) })
	t.Run("walk", func(t *testing.T) {
		needCharts(t)
		b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
		b.look(t, 1440, 900, "light")
		walk(t, b, s.URL, func(string) {})
		b.check(t, "walk")
	})
}

// Every page is under 100 kB of HTML before compression, and nothing on it fails.
func demoSizes(t *testing.T, s *httptest.Server, paths []string) {
	for _, path := range paths {
		resp, body := get(t, s, path)
		if resp.StatusCode != 200 || strings.Contains(body, "This panel could not be shown") {
			t.Errorf("%s: status %d", path, resp.StatusCode)
		}
		if len(body) > 100_000 {
			t.Errorf("%s is %d bytes of HTML", path, len(body))
		}
	}
}

// No page is wider than its window, the navigation fits a laptop's, and every chart is drawn.
func demoWidths(t *testing.T, s *httptest.Server, paths []string) {
	needCharts(t)
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	for _, width := range []int64{320, 390, 1440, 2560} {
		b.look(t, width, 900, "light")
		for _, path := range paths {
			if strings.Contains(path, "compare") && width != 390 {
				continue
			}
			b.do(t, chromedp.Navigate(s.URL+path))
			if wide := ask(t, b, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); wide > width {
				t.Errorf("%s is %d px wide in a window of %d", path, wide, width)
			}
			if hidden := ask(t, b, chromedp.Evaluate[int64](`(n => n.scrollWidth - n.clientWidth)(document.querySelector(".bar nav"))`)); width >= 1440 && hidden > 0 {
				t.Errorf("%s: %d px of the navigation are hidden in a window of %d", path, hidden, width)
			}
			if missing := ask(t, b, chromedp.Evaluate[int](`[...document.querySelectorAll(".chart")].filter(e => e.offsetParent && !echarts.getInstanceByDom(e)).length`)); missing > 0 {
				t.Errorf("%s: %d charts are not drawn in a window of %d", path, missing, width)
			}
		}
	}
	b.check(t, "demo")
}

// walkStep is a click of docs/walk.md: on the link, of those that the selector finds, whose text, or that of the panel around it, contains the
// words; then the page says what it is expected to.
type walkStep struct{ name, selector, words, expect string }

// walkSteps lead from "are we too dependent on somebody?" to the name of a service, a date and a suggestion.
var walkSteps = []walkStep{
	{"1-overview", "", "", "What to look at in"},
	{"2-dependency", ".cards a", "On how few people does the response rest", "rest on one person"},
	{"3-service", "#groups tbody tr:has(td:last-child:not(:empty)) th a", "", "rests on one person and is a knowledge island"},
	{"4-leave", "#leave .hint a", "the person with most engaged time", "no longer covered"},
	{"5-planning", "#leave-services .next a", "what to plan for", "Write down and share what one person knows of"},
	{"6-date", ".panel:has(.plan) .next a:first-of-type", "Write down and share what one person knows of", "hire or train ahead of the vesting dates"},
}

// walk clicks through the steps and tells of each page after it has come.
func walk(t *testing.T, b *browser, of string, seen func(name string)) {
	t.Helper()
	b.do(t, chromedp.Navigate(of+"/"))
	for _, step := range walkSteps {
		if step.selector != "" {
			mark := `(() => { const links = [...document.querySelectorAll(` + quoted(step.selector) + `)], words = ` + quoted(step.words) + `;
				const a = links.find(a => a.textContent.includes(words)) || links.find(a => a.closest("section").innerText.includes(words));
				if (!a) return ""; a.dataset.walk = ""; a.scrollIntoView({block: "center"}); return a.href; })()`
			href := ask(t, b, chromedp.Evaluate[string](mark))
			if href == "" {
				t.Fatalf("%s: no link %s with %q", step.name, step.selector, step.words)
			}
			b.do(t, chromedp.Click(chromedp.CSS("[data-walk]")))
			b.await(t, `location.href === `+quoted(href)+` && document.readyState === "complete"`)
		}
		if said := ask(t, b, chromedp.Evaluate[string](`document.querySelector("main").innerText`)); !strings.Contains(said, step.expect) {
			t.Fatalf("%s: the page does not say %q", step.name, step.expect)
		}
		seen(step.name)
	}
}

// quoted is a string of JavaScript.
func quoted(s string) string { return `decodeURIComponent("` + url.PathEscape(s) + `")` }

// takeWalk writes a picture of each step.
func takeWalk(t *testing.T, b *browser, of, dir string) {
	walk(t, b, of, func(name string) {
		b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("[data-walk]").forEach(a => delete a.dataset.walk)`), chromedp.Sleep(300*time.Millisecond))
		must(t, os.WriteFile(filepath.Join(dir, "walk-"+name+".png"), ask(t, b, chromedp.CaptureScreenshot()), 0o644))
	})
}

package dashboard

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axeScript is axe-core of the locked npm package. Without it the test is skipped, or fails when ORGHEAT_TEST_REQUIRE=1.
func axeScript(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil && os.Getenv("ORGHEAT_TEST_REQUIRE") == "1" {
		t.Fatalf("axe-core is missing; npm ci installs it: %v", err)
	}
	if err != nil {
		t.Skip("axe-core is not installed; npm ci installs it")
	}
	return string(script)
}

// axeRun looks for violations of WCAG 2.2 A and AA and of axe's best practices, with everything unfolded, and leaves them in window.found:
// rule, place and reason.
const axeRun = `document.querySelectorAll("details:not([data-pop])").forEach(d => { d.open = true; });
	axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(
	r => { window.found = r.violations.flatMap(v => v.nodes.map(n => v.id + " at " + n.target + ": " + n.failureSummary)); }, e => { window.found = [String(e)]; }); undefined`

// TestBrowserAccessibility runs axe-core on every page, light and dark: it finds nothing.
func TestBrowserAccessibility(t *testing.T) {
	needCharts(t)
	script := axeScript(t)
	s := newServer(t, seed(t, plainWords))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	for _, theme := range []string{"light", "dark"} {
		b.look(t, 1440, 900, theme)
		for _, path := range append([]string{"/oncall", "/coordination", "/events", "/themes", "/planning", "/reviews", "/report", "/incidents?from=2026-02-01&to=2026-03-01&compare=previous", "/incidents/INC-1", "/incidents/none", "/nope"}, visitedPaths()...) {
			t.Run(fmt.Sprint(theme, " ", path), func(t *testing.T) {
				b.do(t, chromedp.Navigate(s.URL+path), chromedp.Evaluate[chromedp.Void](script), chromedp.Evaluate[chromedp.Void](axeRun))
				for deadline := time.Now().Add(time.Minute); !ask(t, b, chromedp.Evaluate[bool](`!!window.found`)); time.Sleep(50 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatal("axe does not end")
					}
				}
				for _, v := range ask(t, b, chromedp.Evaluate[[]string](`window.found`)) {
					t.Error(v)
				}
			})
		}
	}
}

func visitedPaths() (list []string) {
	for _, v := range visited {
		list = append(list, v.path)
	}
	return list
}

// TestBrowserKeyboard walks through a page with the Tab key: the first stop skips to the content, every stop shows where it is.
func TestBrowserKeyboard(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	b := openBrowser(t, strings.TrimPrefix(s.URL, "http://"))
	b.look(t, 1440, 900, "light")
	b.do(t, chromedp.Navigate(s.URL+"/chatter"))
	for i := range 25 {
		b.do(t, chromedp.KeyEvent("\t"))
		at := ask(t, b, chromedp.Evaluate[[]string](`(() => { const e = document.activeElement, c = getComputedStyle(e), r = e.getBoundingClientRect();
			return [e.className + " " + e.textContent.trim().slice(0, 30), c.outlineStyle + parseFloat(c.outlineWidth), String(r.bottom > 0 && r.top < innerHeight && r.width > 0)]; })()`))
		if i == 0 && at[0] != "skip Skip to content" {
			t.Errorf("the first stop is %q", at[0])
		}
		if at[1] != "solid2" || at[2] != "true" {
			t.Errorf("stop %d, %q: outline %s, in sight %s", i, at[0], at[1], at[2])
		}
	}
}

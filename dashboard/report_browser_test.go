package dashboard

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/orgheat/orgheat/query"
)

// TestReportOffline opens the review's file in a browser as somebody would who got it by mail: it asks for nothing, says nothing on the console,
// fits a phone, and prints to pages of which none is empty, in a dark system too.
func TestReportOffline(t *testing.T) {
	db := seed(t, plainWords)
	file := filepath.Join(t.TempDir(), "review.html")
	var out bytes.Buffer
	must(t, WriteReport(context.Background(), Options{DB: query.NewDB(db), Schema: db, Version: "test"}, "2026Q1", &out))
	must(t, os.WriteFile(file, out.Bytes(), 0o600))
	b := openBrowser(t, "") // a file has no host
	if err := chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*runtime.EventConsoleAPICalled); ok {
			b.note("console %s", e.Type)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"light", "dark"} {
		for _, w := range windows {
			b.look(t, w.width, w.height, theme)
			b.do(t, chromedp.Navigate("file://"+file))
			b.check(t, w.name+" "+theme)
			if n := ask(t, b, chromedp.Evaluate[int](`performance.getEntriesByType("resource").length`)); n > 0 {
				t.Errorf("%d other files are asked for", n)
			}
			if wide := ask(t, b, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); int64(wide) > w.width {
				t.Errorf("%s: the page is %d wide", w.name, wide)
			}
			if lost := ask(t, b, chromedp.Evaluate[string](`[...document.querySelectorAll(".contents a")].filter(a => !document.querySelector(a.hash)).map(a => a.hash).join()`)); lost != "" {
				t.Errorf("the contents lead nowhere: %s", lost)
			}
		}
		pdf := b.print(t)
		pages := regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(pdf, -1)
		// What to look at, what changed, unusual incidents, themes and eight more sections do not fit two pages.
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pages) < 3 {
			t.Errorf("printed %d bytes, %d pages", len(pdf), len(pages))
		}
	}
}

// print is the page as a PDF, with its backgrounds.
func (b *browser) print(t *testing.T) []byte {
	t.Helper()
	yes := true
	r, err := chromedp.Call(b.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes})
	if err != nil {
		t.Fatal(err)
	}
	return r.Data
}

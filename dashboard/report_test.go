package dashboard

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestWriteReport: the file brings all it needs and asks nobody for anything, whatever the texts of sources hold.
func TestWriteReport(t *testing.T) {
	const evil = `</style></script><script>alert(1)</script>"'><img src=https://evil.example/x onerror=alert(2)><!--{{.}}`
	w := plainWords
	w.title, w.service, w.team, w.source = evil+"title", evil+"service", evil+"team", evil+"source"
	db := seed(t, w)
	o := Options{DB: query.NewDB(db), Schema: db, Version: "test", Now: func() time.Time { return time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC) }}
	var b bytes.Buffer
	must(t, WriteReport(context.Background(), o, "2026Q1", &b))
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && slices.Contains([]string{"script", "img", "link", "iframe", "object", "embed", "form"}, n.Data) {
			t.Errorf("the file holds <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") || a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("the file holds <%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	_, css, _ := strings.Cut(b.String(), "<style>")
	css, _, _ = strings.Cut(css, "</style>")
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") || strings.Contains(css, "http") {
		t.Error("the style asks for other files")
	}
	// Incidents: 60 days from 2026-01-01 on; Ada's 12, Bo's 3 and a reply are of people of one team.
	for _, want := range []string{"Quarterly review 2026Q1", "made on 2026-04-02", "Data coverage", "Open questions", "Definitions", "No reviews are loaded: load reviews.", "{{.}}source"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the file does not say %q", want)
		}
	}
	for _, c := range []struct{ quarter, says string }{{"2026", "is not written like 2026Q3"}, {"2026Q0", "is not written like 2026Q3"}, {"2031Q1", "quarter 2031Q1 has no data: what is loaded reaches from 2026-01-01 to"}} {
		var out bytes.Buffer
		err := WriteReport(context.Background(), o, c.quarter, &out)
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.Is(err, query.ErrRequest) || out.Len() > 0 {
			t.Errorf("quarter %s: error %v, %d bytes", c.quarter, err, out.Len())
		}
	}
}

// TestReportOfNothing: without data there is no file.
func TestReportOfNothing(t *testing.T) {
	db := schematest.Open(t)
	var b bytes.Buffer
	if err := WriteReport(context.Background(), Options{DB: query.NewDB(db), Schema: db}, "2026Q1", &b); !errors.Is(err, ErrNoData) || b.Len() > 0 {
		t.Errorf("error %v, %d bytes", err, b.Len())
	}
}

// TestFigureTile: a change is told of numbers that stand on enough cases and whose intervals do not overlap, and of no others.
func TestFigureTile(t *testing.T) {
	p := func(v float64) *float64 { return &v }
	f := query.Figure{Label: "Share", Kind: "share", Of: "cases", Change: query.Down, Now: query.Estimate{Period: "2026Q3", Value: p(.2), Low: p(.15), High: p(.26), N: 200},
		Then: query.Estimate{Period: "2026Q2", Value: p(.4), Low: p(.33), High: p(.47), N: 180}, Difference: query.Estimate{Value: p(-.2), Low: p(-.29), High: p(-.11)}}
	if got := newFigureTile(f, false); got.Change != "↓ down" || got.Difference != "−20 points (−29 to −11)" || got.Before != "40% in 2026Q2 (95%: 33%–47%, n = 180)" {
		t.Errorf("%+v", got)
	}
	if got := newFigureTile(f, true); got.Class != "" || got.Difference != "" {
		t.Errorf("a quarter that is not whole is compared: %+v", got)
	}
	f.Change = query.TooFew
	if got := newFigureTile(f, false); got.Change != "too few to say" || got.Class != "" || got.Difference != "" {
		t.Errorf("%+v", got)
	}
}

// TestMarksSVG: labels are escaped, a share is written as one.
func TestMarksSVG(t *testing.T) {
	got := string(marksSVG([]query.Mark{{Label: `<b>"x"`, Value: .5, Share: true}}, "of all"))
	if strings.Contains(got, "<b>") || !strings.Contains(got, "&lt;b&gt;") || !strings.Contains(got, ">50%</text>") {
		t.Error(got)
	}
	if marksSVG(nil, "x") != "" || trendSVG(nil, "share", "x", 100, 50) != "" {
		t.Error("a chart of nothing is drawn")
	}
}

package dashboard

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

// formOf is the filter form of a page asked with those parameters, of data from 2025-02-10 to 2026-03-07 on 2026-03-10.
func formOf(t *testing.T, parameters string) filterForm {
	t.Helper()
	v, err := url.ParseQuery(parameters)
	must(t, err)
	db := &query.DB{Settings: schema.DefaultSettings()}
	f, err := db.ParseFilter(v)
	must(t, err)
	s := &server{Options: Options{DB: db, Now: func() time.Time { return time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }}}
	r := &request{s: s, page: chatterPage, path: chatterPage.Path, url: v, filter: f, choices: query.Choices{Teams: []string{"Maps", "Storage"},
		First: time.Date(2025, 2, 10, 0, 0, 0, 0, time.UTC), Last: time.Date(2026, 3, 7, 23, 0, 0, 0, time.UTC)}}
	return r.filterForm()
}

func TestFilterForm(t *testing.T) {
	f := formOf(t, "team=Storage&team=Old+team&by=team&hour=3&weekday=2")
	var chips, hiddens []string
	for _, c := range f.Chips {
		chips = append(chips, c.Name+" "+c.Value+" "+c.URL)
	}
	for _, h := range f.Hidden {
		hiddens = append(hiddens, h.Name+"="+h.Value)
	}
	// Each chip leads to the page without itself; what the form has no field for stays with it.
	want := []string{"hour 3 /chatter?by=team&team=Old+team&team=Storage&weekday=2", "team Old team /chatter?by=team&hour=3&team=Storage&weekday=2",
		"team Storage /chatter?by=team&hour=3&team=Old+team&weekday=2", "weekday 2 /chatter?by=team&hour=3&team=Old+team&team=Storage"}
	if strings.Join(chips, "\n") != strings.Join(want, "\n") {
		t.Errorf("chips:\n%s", strings.Join(chips, "\n"))
	}
	if got := strings.Join(hiddens, " "); got != "by=team hour=3 weekday=2" {
		t.Errorf("hidden fields: %s", got)
	}
	if len(f.Lists) != 1 || f.Lists[0].Chosen != 2 || len(f.Lists[0].Options) != 3 || f.Clear != "/chatter?by=team" {
		t.Errorf("lists %+v, clear %s", f.Lists, f.Clear)
	}
}

func TestFilterRanges(t *testing.T) {
	for _, c := range []struct{ parameters, words, previous, next string }{
		{"", "All history", "2026Q1", ""}, // stepping back from everything leads to the newest quarter
		{"from=2025-07-01&to=2025-10-01", "2025Q3", "2025Q2", "2025Q4"},
		{"from=2026-01-01&to=2026-04-01", "2026Q1", "2025Q4", ""}, // no data after it
		{"from=2025-05-05&to=2025-05-06", "2025-05-05", "2025Q1", "2025Q3"},
		{"from=2025-05-05", "Since 2025-05-05", "2025Q1", "2025Q3"},
		{"to=2025-05-05", "Until 2025-05-04", "2026Q1", ""},
		{"from=2025-05-05T10:00:00Z&to=2025-05-07", "2025-05-05 10:00 to 2025-05-06", "2025Q1", "2025Q3"},
	} {
		f := formOf(t, c.parameters)
		if f.Range != c.words || f.Previous.Label != c.previous || f.Next.Label != c.next {
			t.Errorf("%q: %q, previous %q, next %q; want %q, %q, %q", c.parameters, f.Range, f.Previous.Label, f.Next.Label, c.words, c.previous, c.next)
		}
	}
	f := formOf(t, "from=2026-01-01&to=2026-04-01&team=Maps")
	// The data ends on 2026-03-07, three days before today: 30 days back from its end is from 2026-02-06 to before 2026-03-08.
	if f.AsOf != "2026-03-07" || f.Presets[0].URL != "/chatter?from=2026-02-06&team=Maps&to=2026-03-08" || !f.Presets[2].Current || f.Presets[3].URL != "/chatter?from=2025-10-01&team=Maps&to=2026-01-01" {
		t.Errorf("presets %+v as of %s", f.Presets, f.AsOf)
	}
}

// A list longer than mostOptions is in the form with its first fewOptions and those chosen; the others come from choicesPath.
func TestFilterLongList(t *testing.T) {
	var known []string
	for i := range mostOptions + 1 {
		known = append(known, fmt.Sprintf("team-%02d", i))
	}
	l := newFilterList("team", known, []string{"team-40"})
	// The chosen one, then team-00 to team-11; of 41 known 28 are left.
	if len(l.Options) != 1+fewOptions || l.Options[0].Label != "team-40" || l.Options[fewOptions].Label != "team-11" || l.Hidden != 28 || l.Rest != "/choices/team" {
		t.Errorf("%d options, %d hidden, rest at %q: %+v", len(l.Options), l.Hidden, l.Rest, l.Options)
	}
	if l := newFilterList("team", known[:mostOptions], nil); len(l.Options) != mostOptions || l.Hidden != 0 || l.Rest != "" {
		t.Errorf("a list that fits: %d options, %d hidden, rest at %q", len(l.Options), l.Hidden, l.Rest)
	}
}

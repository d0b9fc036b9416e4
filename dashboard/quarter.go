package dashboard

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

// lastQuarter is the quarter to show where none is asked for: the last whole one that data reaches into (up to a week of it may be
// missing), or else the one that data begins in.
func lastQuarter(db *query.DB, choices query.Choices) time.Time {
	zone := db.Settings.Location()
	first, last := choices.First.In(zone), choices.Last.In(zone)
	this := quarterOf(last.AddDate(0, 0, 7))
	if first.Before(this) {
		return this.AddDate(0, -3, 0)
	}
	return this
}

// lame says why a quarter and the one before do not compare, "" if they do.
func lame(q *query.Quarter, db *query.DB, choices query.Choices) string {
	zone := db.Settings.Location()
	first, last := choices.First.In(zone), choices.Last.In(zone)
	switch {
	case startOfDay(first).After(q.From):
		return fmt.Sprintf("The data begins on %s, after %s has begun: the two quarters do not compare.", first.Format(time.DateOnly), q.Name)
	case startOfDay(first).After(q.Earlier):
		return fmt.Sprintf("The data begins on %s, within %s: the two quarters do not compare.", first.Format(time.DateOnly), q.Before)
	case last.Before(q.To.AddDate(0, 0, -1)):
		return fmt.Sprintf("The data ends on %s, before %s is over: the two quarters do not compare.", last.Format(time.DateOnly), q.Name)
	}
	return ""
}

// figureTile is a number of the quarter as it is shown.
type figureTile struct {
	Label, Value, Unit string
	Interval, N        string
	Before             string
	Change             string // in words
	Class              string // up or down, "" where nothing may be said
	Difference         string
	Cost, Lack         string
	Definition         string
	URL, CSV           string
	Chart              template.HTML
}

var kindUnits = map[string]string{"hours": "person-hours", "people": "people", "ratio": "per responder"}

func newFigureTile(f query.Figure, lame bool) figureTile {
	t := figureTile{Label: f.Label, Unit: kindUnits[f.Kind], Definition: f.Definition, Lack: f.Lack, Chart: trendSVG(f.Series, f.Kind, f.Label, 232, 64)}
	interval := func(e query.Estimate) string {
		if e.Low == nil || e.High == nil {
			return "no interval"
		}
		return fmt.Sprintf("95%%: %s–%s", figureText(f.Kind, *e.Low), figureText(f.Kind, *e.High))
	}
	if f.Now.Value != nil {
		t.Value, t.Interval, t.N = figureText(f.Kind, *f.Now.Value), interval(f.Now), fmt.Sprintf("n = %s %s", count(f.Now.N), f.Of)
	}
	t.Before = "not known in " + f.Then.Period
	if f.Then.Value != nil {
		t.Before = fmt.Sprintf("%s in %s (%s, n = %s)", figureText(f.Kind, *f.Then.Value), f.Then.Period, interval(f.Then), count(f.Then.N))
	}
	t.Change = string(f.Change)
	switch {
	case f.Now.Value == nil:
		t.Change = ""
	case lame:
		t.Change = "not compared: a quarter is not whole"
	case f.Change == query.Up:
		t.Class, t.Change = "up", "↑ up"
	case f.Change == query.Down:
		t.Class, t.Change = "down", "↓ down"
	case f.Change == query.Incomplete:
		t.Change = "not compared: no interval"
	}
	if d := f.Difference; !lame && d.Value != nil && d.Low != nil && d.High != nil && f.Change != query.TooFew {
		switch f.Kind {
		case "share":
			t.Difference = fmt.Sprintf("%+.0f points (%+.0f to %+.0f)", 100**d.Value, 100**d.Low, 100**d.High)
		case "count":
			t.Difference = fmt.Sprintf("%.2f times (%.2f to %.2f)", *d.Value, *d.Low, *d.High)
		case "hours":
			t.Difference = fmt.Sprintf("%+.0f h (%+.0f to %+.0f)", *d.Value, *d.Low, *d.High)
		}
	}
	t.Difference = strings.ReplaceAll(t.Difference, "-", "−")
	if f.Cost != "" {
		t.Cost = "cost " + f.Cost
	}
	return t
}

// finding is one thing to look at as it is shown.
type finding struct {
	query.Look
	Chart    template.HTML
	URL      string
	LinkText string
}

// newFinding links to the page that shows more, if this dashboard has it.
func newFinding(l query.Look, pages []page, keep url.Values) finding {
	f := finding{Look: l, Chart: marksSVG(l.Marks, l.Unit)}
	if l.Incident != "" {
		f.URL, f.LinkText = incidentURL(l.Incident), "The incident"
		return f
	}
	i := slices.IndexFunc(pages, func(p page) bool { return p.Path == l.Page })
	if i < 0 {
		return f
	}
	v := url.Values{}
	for name, values := range keep {
		v[name] = values
	}
	for name, values := range l.Params {
		v[name] = values
	}
	f.URL, f.LinkText = link(l.Page, v), pages[i].Title
	return f
}

// within are the parameters of the quarter and the filter's lists.
func within(f query.Filter, q *query.Quarter) url.Values {
	f.From, f.To = q.From.UTC(), q.To.UTC()
	return sticky(f)
}

// figureURL is where a figure is drawn, over the quarters of its trend.
func figureURL(f query.Figure, pages []page, keep url.Values) string {
	if !slices.ContainsFunc(pages, func(p page) bool { return p.Path == f.Page }) {
		return ""
	}
	return link(f.Page, keep)
}

// logErrs logs what failed for reasons that nobody who asks can mend; losing the engine it returns.
func (r *request) logErrs(errs map[string]error) error {
	for _, key := range sortedKeys(errs) {
		if lost(errs[key]) {
			return errs[key]
		}
		status, _, log := tell(errs[key])
		r.flawed = r.flawed || !lasting(status)
		if log && status >= 500 {
			r.s.Log.Error("metric failed", "page", r.page.Name, "panel", key, "reason", reason(errs[key]))
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys
}

package dashboard

import (
	"fmt"
	"time"

	"github.com/orgheat/orgheat/query"
)

var overviewPage = page{Path: "/", Name: "overview", Title: "Overview", Question: "What happened last quarter, and where should we look?",
	Filters: filterNames, Show: showOverview}

type overviewView struct {
	base
	Period, Before    string // in words
	Partial           string // why the comparison is lame, "" if it is not
	Incidents         tile
	Chatter           tile
	Loaded            *panel
	Pages             []pageCard
	FirstStep         bool // nothing is loaded
	from, to, earlier time.Time
}

// tile is one number of a period beside the same of the period before.
type tile struct {
	Label, Value, Unit string
	Panel              *panel // reads it
	Before             string // the number of the period before, in words
	URL                string
}

type pageCard struct{ Title, Question, URL string }

func showOverview(r *request) (view, error) {
	v := &overviewView{FirstStep: r.choices.Last.IsZero()}
	r.choosePeriod(v)
	both := func(f *query.Filter) { f.From, f.To, f.By, f.Group = v.earlier, v.to, "", nil }
	v.Incidents = tile{Label: "Incidents", Value: "0", Unit: "by start", Before: "0 in " + v.Before}
	v.Chatter = tile{Label: "Chatter", Value: "0", Unit: "actions", Before: "0 in " + v.Before}
	v.Incidents.Panel = r.metric("incidents", "incidents", both, func(p *panel, result query.Result) error { return r.tileOf(&v.Incidents, v, result, "started_at", "") })
	v.Chatter.Panel = r.metric("chatter", "chatter-calendar", func(f *query.Filter) { both(f); f.Clock = "org" },
		func(p *panel, result query.Result) error { return r.tileOf(&v.Chatter, v, result, "date", "count") })
	v.Loaded = r.metric("loaded", "coverage", func(f *query.Filter) { *f = query.NewFilter(r.s.DB.Settings.Location()) }, drawLoaded)
	if err := r.run(v.Incidents.Panel, v.Chatter.Panel, v.Loaded); err != nil {
		return nil, err
	}
	inPeriod := r.filter
	inPeriod.From, inPeriod.To = v.from, v.to
	v.Incidents.URL, v.Chatter.URL = link("/incidents", sticky(inPeriod)), link("/chatter", sticky(inPeriod))
	for _, p := range r.s.pages {
		if !p.Hidden && p.Path != "/" {
			v.Pages = append(v.Pages, pageCard{p.Title, p.Question, link(p.Path, sticky(r.filter))})
		}
	}
	return v, nil
}

// choosePeriod takes the filter's range, or the last whole quarter that data reaches into (up to a week of it may be missing), or else the
// quarter it is in; and the range of the same length before it.
func (r *request) choosePeriod(v *overviewView) {
	zone := r.s.DB.Settings.Location()
	first, last := r.choices.First.In(zone), r.choices.Last.In(zone)
	if v.FirstStep {
		first, last = r.s.Now().In(zone), r.s.Now().In(zone)
	}
	v.from, v.to = r.filter.From, r.filter.To
	if this := quarterOf(last.AddDate(0, 0, 7)); v.from.IsZero() && v.to.IsZero() {
		v.from, v.to = this.AddDate(0, -3, 0), this
		if !first.Before(this) {
			v.from, v.to = this, this.AddDate(0, 3, 0)
		}
	}
	if v.from.IsZero() {
		v.from = startOfDay(first)
	}
	if v.to.IsZero() || !v.to.After(v.from) {
		v.to = startOfDay(last).AddDate(0, 0, 1)
	}
	v.earlier = before(v.from.In(zone), v.to.In(zone))
	v.Period, v.Before = rangeWords(v.from, v.to, zone), rangeWords(v.earlier, v.from, zone)
	const lame = ": the two periods do not compare."
	switch {
	case v.FirstStep:
	case startOfDay(first).After(v.from):
		v.Partial = fmt.Sprintf("The data begins on %s, after %s has begun", first.Format("2006-01-02"), v.Period) + lame
	case startOfDay(first).After(v.earlier):
		v.Partial = fmt.Sprintf("The data begins on %s, within %s", first.Format("2006-01-02"), v.Before) + lame
	case last.Before(v.to.AddDate(0, 0, -1)):
		v.Partial = fmt.Sprintf("The data ends on %s, before %s is over", last.Format("2006-01-02"), v.Period) + lame
	}
}

// before is the start of the range of the same length that ends where this one begins: as many whole months, if it is of whole months.
func before(from, to time.Time) time.Time {
	first := func(t time.Time) bool { return t.Day() == 1 && t.Equal(startOfDay(t)) }
	if first(from) && first(to) {
		return from.AddDate(0, -(12*(to.Year()-from.Year()) + int(to.Month()-from.Month())), 0)
	}
	return from.Add(from.Sub(to))
}

// tileOf adds rows up on both sides of the period's start: their number, or the column's.
func (r *request) tileOf(t *tile, v *overviewView, result query.Result, when, column string) error {
	in := columnsOf(result)
	now, before := 0, 0
	day := v.from.In(r.s.DB.Settings.Location()).Format("2006-01-02")
	for _, row := range result.Rows {
		n := 1
		if column != "" {
			f, _ := number(row[in[column]])
			n = int(f)
		}
		at, late := text(row[in[when]]), false
		if instant, err := time.Parse(time.RFC3339, at); err == nil {
			late = !instant.Before(v.from)
		} else {
			late = at >= day
		}
		if late {
			now += n
		} else {
			before += n
		}
	}
	t.Value, t.Before = count(now), fmt.Sprintf("%s in %s", count(before), v.Before)
	return nil
}

func drawLoaded(p *panel, result query.Result) error {
	in := columnsOf(result)
	type span struct {
		first, last string
		rows        int
	}
	var names []string
	spans := map[string]*span{}
	for _, row := range result.Rows {
		source, month := text(row[in["source"]]), text(row[in["month"]])
		n, _ := number(row[in["rows"]])
		s := spans[source]
		if s == nil {
			s = &span{first: month}
			spans[source], names = s, append(names, source)
		}
		s.last = month
		s.rows += int(n)
	}
	p.Title = plural(len(names), "source") + " of activity loaded"
	t := &table{Caption: "Sources", Head: []headCell{{Text: "Source"}, {Text: "First month"}, {Text: "Last month"}, {Text: "Rows", Number: true}}}
	for _, name := range names {
		s := spans[name]
		t.Rows = append(t.Rows, []tableCell{{Text: name, URL: sourceLink(name)}, {Text: s.first}, {Text: s.last}, {Text: count(s.rows), Number: true}})
	}
	p.Table, p.Tables = t, true
	return nil
}

package dashboard

import (
	"fmt"

	"github.com/orgheat/orgheat/query"
)

var overviewPage = page{Path: "/", Name: "overview", Title: "Overview", Question: "What happened last quarter, and where should we look?",
	Filters: filterNames, Show: showOverview}

type overviewView struct {
	base
	FirstStep      bool   // nothing is loaded
	Period, Before string // quarters
	Partial        string // why the comparison is lame, "" if it is not
	Chosen         string // which quarter stands for the range, where the range is not one
	Figures        []figureTile
	First, Rest    []finding
	Missing        []string
	Nothing        string // the heading where nothing is found
	Report         string // URL of the review
	Loaded         *panel
	Pages          []pageCard
}

type pageCard struct{ Title, Question, URL string }

func showOverview(r *request) (view, error) {
	v := &overviewView{FirstStep: r.choices.Last.IsZero()}
	for _, p := range r.s.pages {
		if !p.Hidden && p.Path != "/" {
			v.Pages = append(v.Pages, pageCard{p.Title, p.Question, link(p.Path, sticky(r.filter))})
		}
	}
	if v.FirstStep {
		return v, nil
	}
	start := lastQuarter(r.s.DB, r.choices)
	if !r.filter.To.IsZero() {
		start = r.s.DB.QuarterOf(r.filter.To.Add(-1))
	} else if !r.filter.From.IsZero() && start.Before(r.filter.From) {
		start = r.s.DB.QuarterOf(r.filter.From)
	}
	q, err := r.s.DB.ReadQuarter(r.ctx, r.filter, start, query.Glance, r.patience)
	if err != nil {
		return nil, err
	}
	if err := r.logErrs(q.Errs); err != nil {
		return nil, err
	}
	v.Period, v.Before, v.Partial, v.Missing = q.Name, q.Before, lame(q, r.s.DB, r.choices), q.Missing
	v.Nothing = nothingStandsOut(q)
	if r.filter.From.IsZero() != r.filter.To.IsZero() || !r.filter.From.IsZero() && !(r.filter.From.Equal(q.From) && r.filter.To.Equal(q.To)) {
		v.Chosen = fmt.Sprintf("The overview is by quarter: %s is the one in which the chosen range ends.", q.Name)
	}
	keep := within(r.filter, q)
	for _, f := range q.Figures {
		t := newFigureTile(f, v.Partial != "")
		t.URL = figureURL(f, r.s.pages, keep)
		v.Figures = append(v.Figures, t)
	}
	for i, l := range q.Looks {
		if f := newFinding(l, r.s.pages, keep); i < q.First {
			v.First = append(v.First, f)
		} else {
			v.Rest = append(v.Rest, f)
		}
	}
	report := sticky(r.filter)
	report.Del("from")
	report.Del("to")
	v.Report = link(reportPage.Path, with(report, "quarter", q.Name))
	v.Loaded = r.metric("loaded", "coverage", func(f *query.Filter) { *f = query.NewFilter(r.s.DB.Settings.Location()) }, drawLoaded)
	return v, r.run(v.Loaded)
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

package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
)

var tenurePage = page{Path: "/tenure", Name: "tenure", Title: "Tenure and vesting", Question: "Do newcomers, old hands or those with little left to wait for carry more than their share?",
	Filters: filterNames, Compare: true, Show: showTenure}

type tenureView struct {
	base
	Tenure, Vesting, Horizon, Dates *panel
}

func showTenure(r *request) (view, error) {
	v := &tenureView{}
	v.Tenure = r.metric("tenure", "tenure", nil, func(p *panel, result query.Result) error { return r.drawExposure(p, result, tenureWords) })
	v.Vesting = r.metric("vesting", "vesting", nil, func(p *panel, result query.Result) error { return r.drawExposure(p, result, vestingWords) })
	v.Horizon = r.metric("horizon", "vesting-horizon", nil, r.drawHorizon)
	v.Dates = r.metric("dates", "vesting-dates", nil, r.drawVestingDates)
	return v, r.run(v.Tenure, v.Vesting, v.Horizon, v.Dates)
}

// bandWords are the bands of an exposure: what they are of, and how people and colours call them, in order.
type bandWords struct {
	what  string
	of    string // before a band's words in a sentence
	words map[string]string
	color map[string]string
}

var tenureWords = bandWords{"tenure", "tenure ", map[string]string{"<3m": "under 3 months", "3-6m": "3 to 6 months", "6-12m": "6 to 12 months", "1-2y": "1 to 2 years", "2-4y": "2 to 4 years", ">=4y": "4 years and more"},
	map[string]string{"<3m": "ramp-0", "3-6m": "ramp-1", "6-12m": "ramp-2", "1-2y": "ramp-3", "2-4y": "ramp-4", ">=4y": "ramp-5"}}

var vestingWords = bandWords{"vesting", "", map[string]string{"none": "no grant", "before_cliff": "before the cliff", "vesting": "vesting", "fully_vested": "fully vested"},
	map[string]string{"none": "cat-3", "before_cliff": "ramp-1", "vesting": "ramp-3", "fully_vested": "ramp-5"}}

// drawExposure shows each band's responses against its share of the roster, and the shares themselves.
func (r *request) drawExposure(p *panel, result query.Result, bands bandWords) error {
	in := columnsOf(result)
	one := 1.
	c := intervals{ID: p.ID + "-ratio", Log: true, Line: &one, Format: "decimal", Unit: "times its share of the roster", Cases: "responses"}
	s := stack{ID: p.ID + "-shares", Names: []string{"Roster", "Responses", "Engaged time"}, Share: true, Across: true, Unit: "percent", Height: 220}
	t := &table{Caption: "Exposure by " + bands.what, RowHead: true, Head: []headCell{{Text: heading(bands.what)}, {Text: "People ever in it", Number: true}, {Text: "Responses", Number: true}, {Text: "Expected", Number: true},
		{Text: "Ratio (95% interval)", Number: true}, {Text: "Of the roster", Number: true}, {Text: "Of engaged time", Number: true}, {Text: "Verdict"}}}
	n, unsure := 0, 0
	for _, row := range result.Rows {
		band := text(row[in["band"]])
		value := func(name string) float64 { v, _ := number(row[in[name]]); return v }
		n = int(value("n"))
		words := cmp.Or(bands.words[band], band)
		at := pointOf(row, in, "ratio", "ci_low", "ci_high")
		if at.Value == nil && value("people") == 0 {
			continue // nobody was ever in it
		}
		if at.Range == nil {
			unsure++
		}
		verdict := text(row[in["verdict"]])
		mark := interval{Name: words, Value: at.Value, N: int(value("participations")), Shown: differs(verdict)}
		if at.Range != nil {
			mark.Low, mark.High = &at.Range.Low, &at.Range.High
		}
		c.Rows = append(c.Rows, mark)
		s.Parts = append(s.Parts, stackPart{words, bands.color[band], []float64{100 * value("roster_share"), 100 * value("participations") / max(float64(n), 1), 100 * value("engaged_share")}})
		t.Rows = append(t.Rows, []tableCell{{Text: words}, countCell(row[in["people"]]), countCell(row[in["participations"]]), knownCell(row[in["expected"]], decimal), exposureCell(at),
			knownCell(row[in["roster_share"]], query.Percent), knownCell(row[in["engaged_share"]], query.Percent), {Text: cmp.Or(verdict, "too few to say")}})
	}
	if n == 0 {
		p.Empty = true
		return nil
	}
	if unsure == 0 {
		p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { return strings.Contains(w, "without an interval") })
	}
	p.Title = exposureFinding(result, bands)
	p.Sub = fmt.Sprintf("observed responses over those expected from the band's share of the roster, with 95%% intervals; filled where the interval leaves out 1 · n = %s · %s", plural(n, "response"), r.rangeWords())
	c.Height, c.Label = 28*len(c.Rows)+48, "Ratios of observed to expected responses by "+bands.what+", on a logarithmic axis. "+p.Title+". The table below it has the numbers."
	s.Label = "Stacked bars: shares of the bands of the roster, of responses and of engaged time. The table below it has the numbers."
	ratio, shares := c.chart(), s.chart()
	ratio.Title, shares.Title = "Responses against the roster", "Who is there, who responds, whose time it takes"
	p.Charts, p.Legend, p.Table = []chart{ratio, shares}, s.legend(), t
	p.Next = r.next("/dependency", "on how few of them it rests", "/oncall", "who is on call for the first time", "/coordination", "first-time pairs")
	return nil
}

// differs says whether a verdict is one: the interval leaves out 1.
func differs(verdict string) bool { return strings.Contains(verdict, "its share") }

func exposureCell(at trendPoint) tableCell {
	switch {
	case at.Value == nil:
		return tableCell{Text: "–", Title: "nobody in it", Number: true}
	case at.Range == nil:
		return tableCell{Text: decimal(*at.Value), Title: "too few people for an interval", Number: true}
	}
	return tableCell{Text: fmt.Sprintf("%.2f (%.2f–%.2f)", *at.Value, at.Range.Low, at.Range.High), Number: true}
}

// exposureFinding names the bands that differ from their share beyond chance.
func exposureFinding(result query.Result, bands bandWords) string {
	in := columnsOf(result)
	var found []string
	judged := false
	for _, row := range result.Rows {
		verdict := text(row[in["verdict"]])
		judged = judged || verdict != ""
		if !differs(verdict) {
			continue
		}
		at := pointOf(row, in, "ratio", "ci_low", "ci_high")
		band := text(row[in["band"]])
		found = append(found, fmt.Sprintf("%s: %.2f times their share of responses (%.2f–%.2f)", bands.of+cmp.Or(bands.words[band], band), *at.Value, at.Range.Low, at.Range.High))
	}
	switch {
	case !judged:
		return "Too few people on the roster to say whether any " + bands.what + " band carries more than its share"
	case len(found) == 0:
		return "No " + bands.what + " band is shown to carry more or less than its share"
	}
	return heading(strings.Join(found, "; "))
}

func (r *request) drawHorizon(p *panel, result query.Result) error {
	in := columnsOf(result)
	s := stack{ID: "horizon-chart", Share: true, Unit: "percent of engaged time", Format: "year", Height: 280}
	today, newly, rest := stackPart{Name: "fully vested today", Color: "ramp-5"}, stackPart{Name: "by then", Color: "ramp-3"}, stackPart{Name: "not by then", Color: "cat-3"}
	value := func(i int, name string) float64 { v, _ := number(result.Rows[i][in[name]]); return v }
	for i, row := range result.Rows {
		s.Names = append(s.Names, text(row[in["month"]]))
		share, more := value(i, "engaged_share"), value(i, "newly")
		today.Values, newly.Values, rest.Values = append(today.Values, 100*(share-more)), append(newly.Values, 100*more), append(rest.Values, 100*(1-share))
	}
	s.Parts = []stackPart{today, newly, rest}
	last := len(result.Rows) - 1
	p.Title = fmt.Sprintf("%s of the engaged time rests on people who are fully vested; in a year it is %s, in %d months %s", query.Percent(value(0, "engaged_share")), query.Percent(value(min(12, last), "engaged_share")),
		int(value(last, "months_ahead")), query.Percent(value(last, "engaged_share")))
	p.Sub = fmt.Sprintf("engaged time of the 12 months before %s, by when those who gave it are fully vested, if nobody gets a new grant · n = %s still employed", text(result.Rows[0][in["date"]]), plural(int(value(0, "n")), "responder"))
	s.Label = "Stacked bars of engaged time by month ahead and by when people are fully vested. " + p.Title + ". The table below it has the numbers."
	t := &table{Caption: "Vesting horizon", RowHead: true, Head: []headCell{{Text: "Months ahead"}, {Text: "Date"}, {Text: "Fully vested hold", Number: true}, {Text: "Newly", Number: true}, {Text: "People fully vested", Number: true}}}
	for i, row := range result.Rows {
		if i%3 == 0 {
			t.Rows = append(t.Rows, []tableCell{{Text: text(row[in["months_ahead"]])}, {Text: text(row[in["date"]])}, knownCell(row[in["engaged_share"]], query.Percent), knownCell(row[in["newly"]], query.Percent), countCell(row[in["fully_vested"]])})
		}
	}
	p.Charts, p.Legend, p.Table = []chart{s.chart()}, s.legend(), t
	p.Next = r.next("/dependency#leave", "what goes when they go", "/dependency#matrix", "who else knows their services")
	return nil
}

func (r *request) drawVestingDates(p *panel, result query.Result) error {
	in := columnsOf(result)
	s := stack{ID: "dates-chart", Unit: "people with a date in the month", Format: "year", Height: 240}
	cliffs, full := stackPart{Name: "reach a cliff", Color: "cat-1"}, stackPart{Name: "become fully vested", Color: "cat-0"}
	t := &table{Caption: "Vesting dates by month", RowHead: true, Head: []headCell{{Text: "Month"}, {Text: "Reach a cliff", Number: true}, {Text: "Become fully vested", Number: true}}}
	soonCliffs, soonFull, n := 0., 0., 0.
	for i, row := range result.Rows {
		a, _ := number(row[in["cliffs"]])
		b, _ := number(row[in["full_vests"]])
		n, _ = number(row[in["n"]])
		if i <= 6 {
			soonCliffs, soonFull = soonCliffs+a, soonFull+b
		}
		s.Names = append(s.Names, text(row[in["month"]]))
		cliffs.Values, full.Values = append(cliffs.Values, a), append(full.Values, b)
		t.Rows = append(t.Rows, []tableCell{{Text: text(row[in["month"]])}, knownCell(row[in["cliffs"]], decimal), knownCell(row[in["full_vests"]], decimal)})
	}
	s.Parts = []stackPart{cliffs, full}
	p.Title = fmt.Sprintf("To the end of %s, %s a cliff and %s fully vested", s.Names[min(6, len(s.Names)-1)], agree(soonCliffs, "person reaches", "people reach"), agree(soonFull, "becomes", "become"))
	p.Sub = fmt.Sprintf("by month, without quantities · n = %s employed with a grant", agree(n, "person", "people"))
	s.Label = "Stacked bars of people with a cliff or full vesting by month. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Legend, p.Table = []chart{s.chart()}, s.legend(), t
	p.Next = r.next("/dependency#leave", "what goes when they go")
	return nil
}

// agree writes a number with the word that goes with it.
func agree(n float64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return decimal(n) + " " + many
}

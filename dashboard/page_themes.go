package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
)

var themesPage = page{Path: "/themes", Name: "themes", Title: "Themes", Question: "What are our incidents about, is that changing, and what keeps starting them that should not?",
	Filters: filterNames, Compare: true, Show: showThemes}

type themesView struct {
	base
	By                   []choice
	Heat, Trend, Trivial *panel
}

func showThemes(r *request) (view, error) {
	v := &themesView{By: r.byPeriod()}
	v.Heat = r.metric("heat", "themes", nil, r.drawThemes)
	v.Trend = r.metric("trend", "themes", nil, r.drawThemeTrends)
	v.Trivial = r.metric("trivial", "triggers", unbroken, r.drawTrivial)
	if err := r.run(v.Heat, v.Trend, v.Trivial); err != nil {
		return nil, err
	}
	if v.Trivial.Empty && v.Heat.Err == "" && !v.Heat.Empty {
		v.Trivial.Empty, v.Trivial.Title, v.Trivial.Sub = false, "No incident names a trivial trigger", "by start · "+r.rangeWords()
	}
	return v, nil
}

// mostThemes bounds the heat map; the table has all.
const mostThemes = 24

// themesByCount are the themes of the rows, the commonest first, incidents without one last; and how many incidents each has.
func themesByCount(result query.Result) (names []string, counts map[string]int) {
	in := columnsOf(result)
	counts = map[string]int{}
	for _, row := range result.Rows {
		counts[text(row[in["theme"]])] += int(cell(row, in, "incidents"))
	}
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if a == "" || b == "" {
			return cmp.Compare(b, a)
		}
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	return names, counts
}

func themeName(theme string) string { return cmp.Or(theme, "without theme") }

func (r *request) drawThemes(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	themes, counts := themesByCount(result)
	g := grid{ID: "themes-chart", X: names, Unit: "incidents", XFormat: "period", Names: map[string]string{}}
	most, byRule, seen, all := 0, 0, map[string]bool{}, 0
	newest := names[len(names)-1]
	type leader struct {
		name string
		estimate
		n int
	}
	var top leader
	bare := 0 // incidents of the newest period without a theme
	for _, row := range result.Rows {
		theme, period, n := text(row[in["theme"]]), text(row[in["period"]]), int(cell(row, in, "incidents"))
		if byRule += int(cell(row, in, "by_rule")); !seen[period] {
			seen[period], all = true, all+int(cell(row, in, "of"))
		}
		if y := slices.Index(themes, theme); y < mostThemes && n > 0 {
			g.Cells = append(g.Cells, gridCell{pointAt(names, period), y, n})
			most = max(most, n)
		}
		if theme == "" && period == newest {
			bare = n
		}
		if theme != "" && period == newest && n > top.n {
			top = leader{theme, estimate{period, cell(row, in, "share"), cell(row, in, "ci_low"), cell(row, in, "ci_high"), int(cell(row, in, "of"))}, n}
		}
	}
	for _, theme := range themes[:min(len(themes), mostThemes)] {
		g.Y = append(g.Y, fmt.Sprintf("%s  %s", themeName(theme), count(counts[theme])))
	}
	g.Scale, g.Height = newScale(most, square), 48+28*len(g.Y)
	p.Title = "No incident has a theme"
	if top.n > 0 {
		p.Title = fmt.Sprintf("In %s incidents were most often about %s: %s of %s", newest, top.name, count(top.n), plural(top.Of, "incident"))
		if top.Value > 0 {
			p.Title += fmt.Sprintf(", %s (%s–%s)", query.Percent(top.Value), query.Percent(top.Low), query.Percent(top.High))
			p.tells(top.estimate, top.name, "share")
		}
		if 2*bare > top.Of {
			p.Title = fmt.Sprintf("In %s %s of %s have no theme; the most common one is %s, in %s", newest, count(bare), plural(top.Of, "incident"), top.name, count(top.n))
		}
	}
	ruled := ""
	if byRule > 0 {
		ruled = fmt.Sprintf(", %s by a rule and not by their own", count(byRule))
	}
	p.Sub = fmt.Sprintf("n = %s · an incident of several themes counts in each%s · by start · %s", plural(all, "incident"), ruled, r.rangeWords())
	g.Label = "Heat map of incidents by theme and period. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Legend = []chart{g.chart()}, g.Scale.legend()
	p.Table = resultTable(result, "period", "theme", "incidents", "of", "share", "ci_low", "ci_high", "by_rule")
	p.Next = r.next("/incidents", "the incidents", "/reviews", "whether reviews change anything")
	return nil
}

// themeTrend is one theme's share over the periods.
type themeTrend struct {
	theme, trend string
	q            float64
	tested       bool
	n            int
	line         trendLine
}

func (r *request) drawThemeTrends(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	themes, counts := themesByCount(result)
	var list []themeTrend
	for _, theme := range themes {
		if theme == "" {
			continue
		}
		t := themeTrend{theme: theme, n: counts[theme], line: trendLine{Name: theme, Color: "cat-0", Points: make([]trendPoint, len(names))}}
		for _, row := range result.Rows {
			if text(row[in["theme"]]) != theme {
				continue
			}
			point := pointOf(row, in, "share", "ci_low", "ci_high")
			point.N = int(cell(row, in, "of"))
			t.line.Points[pointAt(names, text(row[in["period"]]))] = point
			t.trend = text(row[in["trend"]])
			t.q, t.tested = number(row[in["trend_q"]])
		}
		list = append(list, t)
	}
	if p.Empty = len(list) == 0; p.Empty {
		return nil
	}
	// Trends first, then the commonest.
	slices.SortStableFunc(list, func(a, b themeTrend) int { return cmp.Compare(flat(a), flat(b)) })
	var said []string
	testable := 0
	for i, t := range list {
		if t.trend != "" {
			said = append(said, fmt.Sprintf("the share of %s is %s (q %s)", t.theme, t.trend, equals(t.q)))
			t.line.Color = "cat-2"
		}
		if t.tested {
			testable++
		}
		c := trend{ID: fmt.Sprintf("trend-%d", i), Names: names, Lines: []trendLine{t.line}, Labels: "period", Format: "share", Cases: "incidents in all", Height: 184, Periods: r.incidentsBase(),
			Label: fmt.Sprintf("Share of incidents about %s by period. The table below has the numbers.", t.theme)}.chart()
		c.Title = fmt.Sprintf("%s · %s", upperFirst(t.theme), plural(t.n, "incident"))
		switch {
		case i < 6:
			p.Charts = append(p.Charts, c)
		case i < 18:
			p.More = append(p.More, c)
		}
	}
	p.MoreWord = fmt.Sprintf("%d more themes by count", len(p.More))
	switch p.Title = "No theme's share is clearly rising or falling"; {
	case len(said) > 0:
		p.Title = upperFirst(strings.Join(said, "; "))
	case testable == 0:
		p.Title = "Too few periods of enough incidents to say whether a theme rises or falls"
	}
	p.Sub = fmt.Sprintf("share of the period's incidents with 95%% intervals · trend over quarters of at least 10 incidents, %s tested · %s", plural(testable, "theme"), r.rangeWords())
	p.Warnings = nil // those of the panel above
	p.Table = resultTable(result, "period", "theme", "share", "ci_low", "ci_high", "trend", "trend_p", "trend_q")
	p.Next = r.next("/events", "whether they follow the organization's calendar")
	return nil
}

// flat orders themes with a trend before those without.
func flat(t themeTrend) int {
	if t.trend != "" {
		return 0
	}
	return 1
}

func (r *request) drawTrivial(p *panel, result query.Result) error {
	in := columnsOf(result)
	s := stack{ID: "trivial-chart", Across: true, Unit: "incidents", Height: 40 + 28*len(result.Rows), Parts: []stackPart{{Name: "incidents in the range", Color: "cat-0"}}}
	t := &table{Caption: "Trivial triggers", RowHead: true, Head: []headCell{{Text: "Trigger"}, {Text: "Incidents", Number: true}, {Text: "Most in 12 months", Number: true}, {Text: "Teams", Number: true},
		{Text: "Last"}, {Text: "What stands out"}, {Text: "Latest"}}}
	all := 0.
	for _, row := range result.Rows {
		n := cell(row, in, "incidents")
		s.Names, s.Parts[0].Values = append(s.Names, text(row[in["trigger"]])), append(s.Parts[0].Values, n)
		all += n
		teams, _ := row[in["team_names"]].([]string)
		titles, _ := row[in["latest_titles"]].([]string)
		t.Rows = append(t.Rows, []tableCell{{Text: text(row[in["trigger"]])}, {Text: decimal(n), Number: true}, countCell(row[in["most_in_12_months"]]),
			{Text: decimal(cell(row, in, "teams")), Title: strings.Join(teams, ", "), Number: true}, timeCell(text(row[in["last_at"]])), {Text: text(row[in["evidence"]])}, {Text: strings.Join(titles, " · ")}})
	}
	first := result.Rows[0]
	p.Title = cmp.Or(upperFirst(text(first[in["evidence"]])), fmt.Sprintf("%s started %s", upperFirst(text(first[in["trigger"]])), plural(int(cell(first, in, "incidents")), "incident")))
	p.Sub = fmt.Sprintf("%s started by what should not be able to start any, of %s · by start · %s", plural(int(all), "time"), plural(len(result.Rows), "kind"), r.rangeWords())
	s.Label = "Bars of incidents by trivial trigger. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Table, p.Tables = []chart{s.chart()}, t, true
	p.Next = r.next("/planning", "what to plan for", "/reviews", "what became of the actions")
	return nil
}

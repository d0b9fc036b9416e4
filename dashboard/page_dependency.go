package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/query/stat"
)

var dependencyPage = page{Path: "/dependency", Name: "dependency", Title: "Dependency", Question: "On how few people does the response rest, and what goes with them?",
	Filters: filterNames, Compare: true, Show: showDependency}

type dependencyView struct {
	base
	Trend, Lorenz *panel
	By            []choice // services or teams
	Groups        *panel
	Matrix        *panel
	Batman        *panel
	People        *panel
	Leave         leaveForm
	Services      *panel // of the leave simulation; nil until people are chosen
	Teams         *panel
}

func showDependency(r *request) (view, error) {
	v := &dependencyView{}
	if !slices.Contains([]string{"", "service", "team"}, r.filter.By) {
		return nil, badRequest{fmt.Errorf("by %q: the page shows services or teams", r.filter.By)}
	}
	for _, by := range [][2]string{{"service", "Services"}, {"team", "Owning teams"}} {
		v.By = append(v.By, choice{by[1], r.here(with(r.filter.Values(), "by", by[0])) + "#groups", by[0] == cmp.Or(r.filter.By, "service")})
	}
	plain := func(f *query.Filter) { f.By, f.Persons = "", nil }
	window := func(f *query.Filter) { plain(f); r.sixMonths(f) }
	v.Trend = r.metric("trend", "dependency-trend", plain, r.drawDependencyTrend)
	v.Lorenz = r.metric("lorenz", "people", window, r.drawLorenz)
	v.Groups = r.metric("groups", "dependency", func(f *query.Filter) { window(f); f.By = cmp.Or(r.filter.By, "service") }, r.drawDependencyGroups)
	v.Matrix = r.metric("matrix", "service-people", window, r.drawServicePeople)
	v.Batman = r.metric("batman", "batman-trend", plain, r.drawBatmanTrend)
	v.People = r.metric("people", "people", window, r.drawBatmanPeople)
	panels := []*panel{v.Trend, v.Lorenz, v.Groups, v.Matrix, v.Batman, v.People}
	panels = append(panels, r.leaveSimulation(v)...)
	return v, r.run(panels...)
}

// sixMonths gives a range without a beginning the six months before its end, which is the end of the last day with data where the filter
// has none: what the metric dependency does by itself, so that all panels speak of the same time.
func (r *request) sixMonths(f *query.Filter) {
	r.untilLast(f)
	if f.From.IsZero() && !f.To.IsZero() {
		f.From = f.To.In(r.s.DB.Settings.Location()).AddDate(0, -6, 0)
	}
}

// untilLast ends a range without an end after the last day with data.
func (r *request) untilLast(f *query.Filter) {
	if f.To.IsZero() && !r.choices.Last.IsZero() {
		f.To = startOfDay(r.choices.Last.In(r.s.DB.Settings.Location())).AddDate(0, 0, 1)
	}
}

// windowValues are the filters that lead to other pages, with the range of the panels that look back six months.
func (r *request) windowValues() url.Values {
	f := r.filter
	f.Persons = nil
	r.sixMonths(&f)
	return sticky(f)
}

// windowWords is the range of the panels that look back six months.
func (r *request) windowWords() string {
	f := r.filter
	r.sixMonths(&f)
	return rangeWords(f.From, f.To, r.s.DB.Settings.Location())
}

func (r *request) drawDependencyTrend(p *panel, result query.Result) error {
	in := columnsOf(result)
	var names []string
	caf, top := trendLine{Name: "people who hold half", Color: "cat-0"}, trendLine{Name: "share of the busiest person", Color: "cat-0"}
	var known [][]any
	for _, row := range result.Rows {
		names = append(names, text(row[in["month"]]))
		n, _ := number(row[in["responders"]])
		a, b := pointOf(row, in, "caf", "", ""), pointOf(row, in, "top_share", "", "")
		a.N, b.N = int(n), int(n)
		caf.Points, top.Points = append(caf.Points, a), append(top.Points, b)
		if a.Value != nil {
			known = append(known, row)
		}
	}
	p.Title = "No six months with engaged time"
	if len(known) > 0 {
		last := known[len(known)-1]
		words := func(row []any) string {
			k, _ := number(row[in["caf"]])
			n, _ := number(row[in["responders"]])
			return fmt.Sprintf("%.0f of %s", k, count(int(n)))
		}
		if p.Title = fmt.Sprintf("Half of the engaged time rests on %s people", words(last)); words(last) == "1 of 1" {
			p.Title = "All of the engaged time is one person's"
		}
		before := yearBefore(text(last[in["month"]]))
		if i := slices.IndexFunc(known, func(row []any) bool { return text(row[in["month"]]) == before }); i >= 0 {
			p.Title += fmt.Sprintf("; a year before on %s", words(known[i]))
		}
	}
	p.Sub = "contributor absence factor: the fewest people holding half of the engaged time, in the six calendar months ending with each month · " + r.rangeWords()
	base := r.here(without(sticky(r.filter), "from", "to"))
	labels := "year"
	if len(names) <= 18 {
		labels = "month"
	}
	a := trend{ID: "trend-caf", Names: names, Lines: []trendLine{caf}, Labels: labels, Format: "count", Unit: "people", Cases: "responders", Height: 292, Periods: base, Back: 5,
		Label: "Line of the contributor absence factor by month. " + p.Title + ". The table below it has the numbers."}.chart()
	b := trend{ID: "trend-top", Names: names, Lines: []trendLine{top}, Labels: labels, Format: "share", Cases: "responders", Height: 240, Periods: base, Back: 5,
		Label: "Line of the busiest person's share of engaged time by month. The table below it has the numbers."}.chart()
	b.Title = "Engaged time of the busiest person, share"
	p.Charts, p.More, p.MoreWord, p.Table = []chart{a}, []chart{b}, "The share of the busiest person", resultTable(result, "month", "caf", "top_share", "gini", "hhi", "responders", "engaged_hours")
	p.Next = r.next("/oncall", "whether the rota carries it", "/tenure#horizon", "how many of them have little left to wait for")
	return nil
}

func (r *request) drawLorenz(p *panel, result query.Result) error {
	in := columnsOf(result)
	hours := make([]float64, len(result.Rows))
	total := 0.
	for i, row := range result.Rows {
		hours[i], _ = number(row[in["engaged_hours"]])
		total += hours[i]
	}
	slices.SortFunc(hours, func(a, b float64) int { return cmp.Compare(b, a) })
	points := stat.Lorenz(hours)
	if points == nil {
		p.Empty = true
		return nil
	}
	t := &table{Caption: "Engaged time held by the busiest", RowHead: true, Head: []headCell{{Text: "Busiest people"}, {Text: "Of the responders", Number: true}, {Text: "Engaged h", Number: true}, {Text: "Share", Number: true}}}
	sum, half := 0., 0
	for i, h := range hours {
		sum += h
		if half == 0 && sum >= total/2*(1-1e-12) {
			half = i + 1
		}
		if n := i + 1; slices.Contains([]int{1, 3, 5, 10, 20, 50, 100, len(hours)}, n) {
			t.Rows = append(t.Rows, []tableCell{{Text: count(n)}, {Text: query.Percent(float64(n) / float64(len(hours))), Number: true}, {Text: fmt.Sprintf("%.1f", sum), Number: true}, {Text: query.Percent(sum / total), Number: true}})
		}
	}
	if p.Title = fmt.Sprintf("The busiest %s of the people hold half", query.Percent(float64(half)/float64(len(hours)))); len(hours) == 1 {
		p.Title = "One person holds all of the engaged time"
	}
	p.Sub = fmt.Sprintf("Lorenz curve of engaged time, least to most · n = %s, %s person-hours · %s", plural(len(hours), "responder"), decimal(total), r.windowWords())
	p.Charts = []chart{lorenz{ID: "lorenz-chart", Points: points, Unit: "engaged time", Height: 292,
		Label: "Lorenz curve of engaged time over people. " + p.Title + ". The table below it has the numbers."}.chart()}
	p.Warnings = nil // they are about the metric's shares of incidents
	p.Legend = []legendItem{{"cat-0", "engaged time held"}, {"cat-3", "if all held the same"}}
	p.Table = t
	return nil
}

// drawDependencyGroups lists services or teams, those that rest on the fewest first.
func (r *request) drawDependencyGroups(p *panel, result query.Result) error {
	in := columnsOf(result)
	by := cmp.Or(r.filter.By, "service")
	rows := slices.Clone(result.Rows)
	value := func(row []any, name string) float64 {
		v, ok := number(row[in[name]])
		if !ok {
			return -1
		}
		return v
	}
	slices.SortStableFunc(rows, func(a, b []any) int {
		known := func(row []any) int { // without engaged time there is nothing to say
			if value(row, "caf") < 0 {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(known(a), known(b)), cmp.Compare(value(a, "caf"), value(b, "caf")), cmp.Compare(value(b, "top_share"), value(a, "top_share")))
	})
	t := &table{Caption: "Dependency by " + by, RowHead: true, Head: []headCell{{Text: heading(by)}, {Text: "Absence factor", Title: "fewest people holding half of the engaged time", Number: true}, {Text: "Responders", Number: true},
		{Text: "Incidents", Number: true}, {Text: "Engaged h", Number: true}, {Text: "Most by"}, {Text: "Their share", Number: true}, {Text: "Gini", Number: true},
		{Text: "Batman index", Title: "of the person who responded to most: share of the incidents with a responder, with its 95% interval", Number: true}, {Text: "Island"}}}
	alone, islands := 0, 0
	for i, row := range rows {
		if value(row, "caf") == 1 {
			alone++
		}
		island := tableCell{}
		if lonely, _ := row[in["island"]].(bool); lonely {
			islands++
			island = tableCell{Text: "island", Title: "one person still employed responded at least twice in 12 months: " + text(row[in["island_person"]])}
		}
		if i >= mostTableRows {
			t.More++
			continue
		}
		top := tableCell{Text: "–"}
		if who := text(row[in["top_person"]]); who != "" {
			top = r.personCell(who, text(row[in["top_name"]]))
		}
		name := text(row[in["name"]])
		t.Rows = append(t.Rows, []tableCell{{Text: name, URL: r.here(with(r.filter.Values(), by, name)) + "#groups"}, knownCell(row[in["caf"]], decimal), countCell(row[in["responders"]]), countCell(row[in["incidents"]]), hoursCell(row[in["engaged_hours"]]),
			top, knownCell(row[in["top_share"]], query.Percent), knownCell(row[in["gini"]], decimal), shareCell(row, in, "busiest_share", "busiest_low", "busiest_high"), island})
	}
	p.Title = fmt.Sprintf("%s on one person", agreeOf(alone, plural(len(rows), by), "rests", "rest"))
	if by == "service" {
		p.Title += fmt.Sprintf("; %s", map[bool]string{true: "1 is a knowledge island", false: count(islands) + " are knowledge islands"}[islands == 1])
	} else {
		p.Title = fmt.Sprintf("The incidents of %d of %s rest on one person", alone, plural(len(rows), by))
	}
	if name := text(rows[0][in["name"]]); len(rows) == 1 && by == "service" && alone == 1 {
		p.Title = name + " rests on one person" + map[bool]string{true: " and is a knowledge island"}[islands == 1]
	}
	p.Sub = fmt.Sprintf("fewest people first · %s", r.windowWords())
	p.Table, p.Tables = t, true
	p.Next = r.next("/dependency#matrix", "who else has worked on them", "/dependency#leave", "what goes when somebody goes", "/planning", "what to plan for", "/coordination#matrix", "which teams do the work")
	return nil
}

// agreeOf writes "1 of 3 services rests" and "2 of 3 services rest".
func agreeOf(n int, of, one, many string) string {
	return fmt.Sprintf("%d of %s %s", n, of, map[bool]string{true: one, false: many}[n == 1])
}

// knownCell writes a number, or that it is not known.
func knownCell(v any, write func(float64) string) tableCell {
	n, ok := number(v)
	if !ok {
		return tableCell{Text: "–", Title: "not known, or too few to say", Number: true}
	}
	return tableCell{Text: write(n), Number: true}
}

// shareCell writes a share with its interval.
func shareCell(row []any, in map[string]int, value, low, high string) tableCell {
	v, ok := number(row[in[value]])
	if !ok {
		return tableCell{Text: "–", Title: "too few to say", Number: true}
	}
	c := tableCell{Text: query.Percent(v), Number: true}
	a, ok1 := number(row[in[low]])
	b, ok2 := number(row[in[high]])
	if ok1 && ok2 {
		c.Text += fmt.Sprintf(" (%.0f–%.0f%%)", 100*a, 100*b)
	}
	return c
}

// Bounds of the matrix; the CSV has all.
const (
	matrixPeople   = 30
	matrixServices = 40
)

// drawServicePeople shows who has worked on which service: people with most time, each beside those of the same main service.
func (r *request) drawServicePeople(p *panel, result query.Result) error {
	in := columnsOf(result)
	hours := map[[2]string]float64{} // service, person
	ofPerson, ofService := map[string]float64{}, map[string]float64{}
	names, services := map[string]string{}, map[string]bool{}
	total := 0.
	holders := map[string]int{}
	for _, row := range result.Rows {
		service, person := text(row[in["service"]]), text(row[in["person"]])
		h, _ := number(row[in["engaged_hours"]])
		hours[[2]string{service, person}] += h
		ofPerson[person] += h
		ofService[service] += h
		total += h
		names[person] = cmp.Or(text(row[in["name"]]), person)
		services[service] = true
		if n, _ := number(row[in["incidents"]]); n >= 2 {
			holders[service]++
		}
	}
	rows, columns := largest(ofService, matrixServices), largest(ofPerson, matrixPeople)
	slices.Sort(rows)
	main := func(person string) int {
		best := 0
		for i, s := range rows {
			if hours[[2]string{s, person}] > hours[[2]string{rows[best], person}] {
				best = i
			}
		}
		return best
	}
	slices.SortFunc(columns, func(a, b string) int {
		return cmp.Or(cmp.Compare(main(a), main(b)), strings.Compare(names[a], names[b]))
	})
	thin, shown, most := 0, 0., 0
	for s := range services {
		if holders[s] <= 1 {
			thin++
		}
	}
	g := grid{ID: "matrix-chart", Unit: "engaged", Y: rows, XRotate: 55, Height: 22*len(rows) + 140}
	who := &drillAxis{Name: "person"}
	for x, person := range columns {
		g.X, who.Values = append(g.X, names[person]), append(who.Values, person)
		for y, service := range rows {
			h := hours[[2]string{service, person}]
			if minutes := int(60*h + .5); minutes > 0 {
				g.Cells = append(g.Cells, gridCell{x, y, minutes})
				most = max(most, minutes)
			}
			shown += h
		}
	}
	what := &drillAxis{Name: "service"}
	for _, s := range rows {
		what.Values = append(what.Values, s)
	}
	if r.seesPeople() {
		g.Drill = &drill{Base: link("/incidents", r.windowValues()), X: who, Y: what}
	}
	g.Scale = newScale(most, square)
	p.Title = fmt.Sprintf("%s at most one person who worked on two incidents or more", agreeOf(thin, plural(len(services), "service"), "has", "have"))
	whose := "engaged time of " + plural(len(ofPerson), "responder")
	if len(columns) < len(ofPerson) {
		whose = fmt.Sprintf("engaged time of the %d with most of %s, %s of all; everybody else is in the CSV", len(columns), plural(len(ofPerson), "responder"), query.Percent(shown/max(total, 1e-9)))
	}
	p.Sub = fmt.Sprintf("%s · beside each other: people of the same main service · a cell leads to their incidents · %s", whose, r.windowWords())
	g.Label = "Heat map of engaged time by service and person. " + p.Title + ". The table below it has the numbers."
	g.Format = "minutes"
	p.Charts, p.Legend = []chart{g.chart()}, g.Scale.legendIn(shortTime)
	p.Table = matrixTable(rows, columns, names, hours, holders)
	return nil
}

// shortTime writes minutes for a legend.
func shortTime(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d min", minutes)
	}
	return decimal(float64(minutes)/60) + " h"
}

// matrixTable names the people of each service, those with most time first.
func matrixTable(services, people []string, names map[string]string, hours map[[2]string]float64, holders map[string]int) *table {
	t := &table{Caption: "People by service", RowHead: true, Head: []headCell{{Text: "Service"}, {Text: "People with two incidents or more", Number: true}, {Text: "Most engaged time, hours"}}}
	for _, s := range services {
		held := map[string]float64{}
		for _, p := range people {
			if h := hours[[2]string{s, p}]; h > 0 {
				held[p] = h
			}
		}
		var words []string
		for _, p := range largest(held, 5) {
			words = append(words, fmt.Sprintf("%s %.1f", names[p], held[p]))
		}
		t.Rows = append(t.Rows, []tableCell{{Text: s, URL: link("/dependency", url.Values{"service": {s}})}, {Text: count(holders[s]), Number: true}, {Text: strings.Join(words, ", ")}})
	}
	return t
}

// largest are the n names with the largest amounts, ties by name.
func largest(amounts map[string]float64, n int) (list []string) {
	for name := range amounts {
		list = append(list, name)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(amounts[b], amounts[a]), strings.Compare(a, b)) })
	return list[:min(n, len(list))]
}

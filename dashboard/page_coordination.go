package dashboard

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

var coordinationPage = page{Path: "/coordination", Name: "coordination", Title: "Coordination", Question: "What do incidents cost in people's time, and who really works with whom?",
	Filters: filterNames, Compare: true, Show: showCoordination}

type coordinationView struct {
	base
	By                             []choice
	Cost, Crowd, Matrix, Durations *panel
}

func showCoordination(r *request) (view, error) {
	v := &coordinationView{By: r.byPeriod()}
	v.Cost = r.metric("cost", "coordination", nil, r.drawCost)
	v.Crowd = r.metric("crowd", "coordination", nil, r.drawCrowd)
	v.Matrix = r.metric("matrix", "team-matrix", unbroken, r.drawMatrix)
	var each cases
	var zone = r.s.DB.Settings.Location()
	listed := r.metric("cases", "incidents", unbroken, func(_ *panel, result query.Result) error {
		each = durationCases(result, cmp.Or(r.filter.By, "quarter"), zone)
		return nil
	})
	var percentiles query.Result
	v.Durations = r.metric("durations", "durations", nil, func(_ *panel, result query.Result) error { percentiles = result; return nil })
	if err := r.run(v.Cost, v.Crowd, v.Matrix, v.Durations, listed); err != nil {
		return nil, err
	}
	if v.Durations.Err = cmp.Or(v.Durations.Err, listed.Err); v.Durations.Err == "" && !v.Durations.Empty {
		if err := r.drawDurations(v.Durations, percentiles, each); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (r *request) drawCost(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	awake, asleep := stackPart{"outside sleep hours", "cat-0", make([]float64, len(names))}, stackPart{"in sleep hours", "cat-4", make([]float64, len(names))}
	incidents, hours, night, money, currency := 0., 0., 0., 0., ""
	rows := map[string][]any{}
	for _, row := range result.Rows {
		i := pointAt(names, text(row[in["period"]]))
		all, _ := number(row[in["engaged_hours"]])
		sleep, _ := number(row[in["sleep_hours"]])
		n, _ := number(row[in["incidents"]])
		cost, _ := number(row[in["cost"]])
		awake.Values[i], asleep.Values[i] = all-sleep, sleep
		incidents, hours, night, money, currency = incidents+n, hours+all, night+sleep, money+cost, text(row[in["currency"]])
		rows[names[i]] = row
	}
	price := ""
	if money > 0 {
		price = fmt.Sprintf(", %s %s", currency, count(int(math.Round(money))))
	}
	p.Title = fmt.Sprintf("Incidents took %s person-hours%s; %s of them in sleep hours", count(int(math.Round(hours))), price, query.Percent(night/max(hours, 1e-9)))
	if now := names[len(names)-1]; rows[yearBefore(now)] != nil {
		a, _ := number(rows[now][in["engaged_hours"]])
		b, _ := number(rows[yearBefore(now)][in["engaged_hours"]])
		p.Title = fmt.Sprintf("Incidents took %s person-hours in %s, %s in %s", count(int(math.Round(a))), now, count(int(math.Round(b))), yearBefore(now))
		if cost, ok := number(rows[now][in["cost"]]); ok {
			p.Title = strings.Replace(p.Title, ",", fmt.Sprintf(" (%s %s),", currency, count(int(math.Round(cost)))), 1)
		}
	}
	p.Sub = fmt.Sprintf("n = %s · %s person-hours%s in all, %s in sleep hours · no minute of a person twice · %s", plural(int(incidents), "incident"), count(int(math.Round(hours))), price,
		query.Percent(night/max(hours, 1e-9)), r.rangeWords())
	s := stack{ID: "cost-chart", Names: names, Parts: []stackPart{awake, asleep}, Format: "period", Unit: "person-hours", Height: 280, Periods: r.incidentsBase()}
	s.Label = "Stacked bars of person-hours by period. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Legend = []chart{s.chart()}, s.legend()
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { return !strings.HasPrefix(w, "cost") }) // the others are of the next panel
	p.Table = resultTable(result, "period", "incidents", "engaged_hours", "sleep_hours", "cost", "currency", "people")
	p.Next = r.next("/incidents", "the incidents that took longest", "/oncall#nights", "pages in sleep hours", "/dependency", "who carries the hours")
	return nil
}

func (r *request) drawCrowd(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	var list []estimate
	line := func(name, color, value, low, high, of string) trendLine {
		l := trendLine{Name: name, Color: color, Points: make([]trendPoint, len(names))}
		for _, row := range result.Rows {
			point := pointOf(row, in, value, low, high)
			n, _ := number(row[in[of]])
			point.N = int(n)
			l.Points[pointAt(names, text(row[in["period"]]))] = point
			if low != "" && point.Value != nil && point.Range != nil {
				list = append(list, estimate{text(row[in["period"]]), *point.Value, point.Range.Low, point.Range.High, point.N})
			}
		}
		return l
	}
	add := func(id, title, format, unit, cases string, lines ...trendLine) {
		t := trend{ID: id, Names: names, Lines: lines, Labels: "period", Format: format, Unit: unit, Cases: cases, Height: 208, Periods: r.incidentsBase()}
		t.Label = title + " by period. The table below has the numbers."
		c := t.chart()
		c.Title = title
		p.Charts = append(p.Charts, c)
	}
	add("pairs-chart", "Pairs of responders who had never met in an incident", "share", "", "pairs", line("first-time pairs", "cat-0", "new_pair_share", "new_pair_low", "new_pair_high", "pairs"))
	add("size-chart", "Responders and their teams, median per incident", "decimal", "", "incidents", line("responders", "cat-0", "responders_p50", "", "", "incidents"),
		line("teams", "cat-2", "teams_p50", "", "", "incidents"))
	add("lurkers-chart", "Lurkers per responder", "decimal", "", "responders, once per incident", line("lurkers per responder", "cat-4", "lurker_ratio", "", "", "responders"))
	p.Title = "Too few pairs of responders to say how often strangers meet in an incident"
	if now, then, ok := latest(list); ok {
		p.Title = fmt.Sprintf("%s of pairs of responders in %s met in an incident for the first time%s", query.Percent(now.Value), now.Period, change(now, then))
		p.tells(now, "first-time pairs", "share")
	}
	p.Sub = "with 95% intervals where they are shares of counted pairs · medians over all incidents of the period · " + r.rangeWords()
	p.Legend = []legendItem{{"cat-0", "pairs; responders"}, {"cat-2", "teams"}, {"cat-4", "lurkers: joined, and neither contributed, reacted nor were paged"}}
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { return strings.HasPrefix(w, "cost") })
	p.Table = resultTable(result, "period", "incidents", "responders_p50", "teams_p50", "lurker_ratio", "responders", "new_pair_share", "new_pair_low", "new_pair_high", "pairs", "new_pairs_hires")
	p.Next = r.next("/incidents", "the incidents, by lurkers or new pairs", "/reviews", "whether reviews bring people together")
	return nil
}

func (r *request) drawMatrix(p *panel, result query.Result) error {
	in := columnsOf(result)
	owners, responders := distinct(result, "owner_team"), distinct(result, "responder_team")
	// Teams that own something come first and in the same order on both sides, so that theory is the diagonal.
	rank := func(team string) int {
		switch {
		case team == "":
			return 2
		case slices.Contains(owners, team):
			return 0
		}
		return 1
	}
	byRank := func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) }
	slices.SortStableFunc(owners, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a)/2, rank(b)/2), strings.Compare(a, b)) })
	slices.SortStableFunc(responders, byRank)
	owned, own, orphan, most, helped, helpers := 0., 0., 0., 0., "", ""
	g := grid{ID: "matrix-chart", Names: map[string]string{}, Unit: "person-hours, rounded up", Height: 120 + 26*len(owners), XRotate: 45}
	for _, row := range result.Rows {
		owner, team := text(row[in["owner_team"]]), text(row[in["responder_team"]])
		hours, _ := number(row[in["engaged_hours"]])
		g.Cells = append(g.Cells, gridCell{slices.Index(responders, team), slices.Index(owners, owner), int(math.Ceil(hours))})
		switch {
		case owner == "":
			orphan += hours
			continue
		case owner == team:
			own += hours
		case hours > most:
			most, helped, helpers = hours, owner, cmp.Or(team, "people without team")
		}
		owned += hours
	}
	largest := 0
	for _, c := range g.Cells {
		largest = max(largest, c.N)
	}
	g.Scale = newScale(largest, square)
	for x, team := range responders {
		if y := slices.Index(owners, team); y >= 0 && team != "" {
			g.Frames = append(g.Frames, [4]float64{float64(x), float64(y), float64(x) + 1, float64(y) + 1})
		}
		g.X = append(g.X, cmp.Or(team, "without team"))
	}
	for _, team := range owners {
		g.Y = append(g.Y, cmp.Or(team, "without owner"))
	}
	p.Title = "No incident has an owning team: theory is not loaded"
	if owned > 0 {
		p.Title = fmt.Sprintf("%s of the time in owned incidents came from other teams than the owner", query.Percent((owned-own)/owned))
		if helped != "" {
			p.Title += fmt.Sprintf("; most from %s to %s, %s h", helpers, helped, count(int(math.Round(most))))
		}
	}
	p.Sub = fmt.Sprintf("who owns, top to bottom, by who responded, left to right · %s person-hours in owned incidents, %s h in incidents without owner · an incident of two owners counts for each · %s",
		count(int(math.Round(owned))), count(int(math.Round(orphan))), r.rangeWords())
	g.Label = "Heat map of person-hours by owning team and responding team. " + p.Title + ". The table below it has the numbers."
	p.Legend = append(g.Scale.legend(), legendItem{"frame", "the owner itself"})
	c := g.chart()
	c.Wide = true
	p.Charts, p.Table = []chart{c}, resultTable(result)
	p.Next = r.next("/planning", "what each team could plan", "/oncall#teams", "who responds off call")
	return nil
}

// cases are the dots of incidents, one each.
type cases struct {
	dots []dot
	list []dotCase
}

// mostTitles is how many incidents a chart names in full, the longest; the others have their ids, so that the page stays small.
const mostTitles = 100

// durationCases are the incidents whose start and end are known; their columns are set when the periods are.
func durationCases(result query.Result, by string, zone *time.Location) (c cases) {
	in := columnsOf(result)
	var ids []string
	for _, row := range result.Rows {
		if imputed, _ := row[in["imputed"]].(bool); imputed {
			continue
		}
		started, err := time.Parse(time.RFC3339, text(row[in["started_at"]]))
		minutes := minutesOf(row, in)
		if err != nil || minutes < 0 {
			continue
		}
		period := started.In(zone)
		if by == "quarter" {
			period = quarterOf(period)
		}
		c.dots = append(c.dots, dot{Value: minutes, Column: monthNumber(period), Case: len(c.list)})
		c.list = append(c.list, dotCase{cmp.Or(text(row[in["title"]]), text(row[in["incident"]])), url.PathEscape(text(row[in["incident"]]))})
		ids = append(ids, text(row[in["incident"]]))
	}
	longest := slices.Clone(c.dots)
	slices.SortStableFunc(longest, func(a, b dot) int { return cmp.Compare(b.Value, a.Value) })
	for _, d := range longest[min(len(longest), mostTitles):] {
		c.list[d.Case].Name = ids[d.Case]
	}
	return c
}

// periodNumber counts the months to a period.
func periodNumber(name string) int {
	t, err := periodStart(name)
	if err != nil {
		return -1
	}
	return monthNumber(t)
}

// monthNumber counts the months to that of t.
func monthNumber(t time.Time) int { return 12*t.Year() + int(t.Month()) - 1 }

// fewDurations is the number of incidents under which a change of the median is mostly chance, as in the metric.
const fewDurations = 30

func (r *request) drawDurations(p *panel, result query.Result, each cases) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	d := dots{ID: "durations-chart", Columns: names, Log: true, Labels: "period", Format: "minutes", Height: 360, Base: "/incidents/", Cases: each.list}
	column := map[int]int{}
	for i, name := range names {
		column[periodNumber(name)] = i
	}
	for _, one := range each.dots {
		if i, ok := column[one.Column]; ok {
			one.Column = i
			d.Dots = append(d.Dots, one)
		}
	}
	var medians []estimate
	n := 0.
	for _, row := range result.Rows {
		cases, _ := number(row[in["n"]])
		n += cases
		b := box{Column: pointAt(names, text(row[in["period"]])), N: int(cases)}
		var ok1, ok2, ok3 bool
		b.P25, ok1 = number(row[in["p25"]])
		b.P50, ok2 = number(row[in["p50"]])
		b.P75, ok3 = number(row[in["p75"]])
		if ok1 && ok2 && ok3 {
			b.P25, b.P50, b.P75 = max(b.P25, 1), max(b.P50, 1), max(b.P75, 1)
			d.Boxes = append(d.Boxes, b)
		}
		low, ok1 := number(row[in["ci_low"]])
		high, ok2 := number(row[in["ci_high"]])
		if ok1 && ok2 && ok3 {
			medians = append(medians, estimate{text(row[in["period"]]), b.P50, low, high, int(cases)})
		}
	}
	p.Title = "Too few incidents to say how long they take"
	if now, then, ok := latest(medians); ok {
		p.Title = fmt.Sprintf("Half of the incidents in %s took %s or less (%s to %s)", now.Period, duration(now.Value), duration(now.Low), duration(now.High)) + medianChange(now, then)
		p.tells(now, "median duration", "minutes")
	}
	p.Sub = fmt.Sprintf("n = %s with a recorded start and end · every incident is a dot · logarithmic · %s", plural(int(n), "incident"), r.rangeWords())
	if some := d.thin(); some != "" {
		p.Sub = strings.Replace(p.Sub, "every incident is a dot", some, 1)
	}
	p.Legend = []legendItem{{"cat-0", "an incident"}, {"box", "median, within the quartiles"}}
	d.Label = "Dots of the durations of incidents by period, on a logarithmic axis. " + p.Title + ". The table below it has the percentiles."
	p.Charts, p.Table = []chart{d.chart()}, resultTable(result)
	p.Next = r.next("/incidents", "the longest incidents", "/themes", "what they were about")
	return nil
}

// medianChange is silent about changes that are mostly chance.
func medianChange(now, then estimate) string {
	switch {
	case now.Period == then.Period:
		return ""
	case now.Of < fewDurations || then.Of < fewDurations:
		return fmt.Sprintf("; fewer than %d incidents in it or in %s: too few to compare", fewDurations, then.Period)
	case now.Low > then.High:
		return fmt.Sprintf(", more than in %s with %s", then.Period, duration(then.Value))
	case now.High < then.Low:
		return fmt.Sprintf(", less than in %s with %s", then.Period, duration(then.Value))
	}
	return fmt.Sprintf(", no clear change from %s in %s", duration(then.Value), then.Period)
}

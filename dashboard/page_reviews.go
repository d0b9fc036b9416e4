package dashboard

import (
	"fmt"

	"github.com/orgheat/orgheat/query"
)

var reviewsPage = page{Path: "/reviews", Name: "reviews", Title: "Reviews", Question: "Is it working: do people come of their own accord, read, and does the organization learn?",
	Filters: filterNames, Compare: true, Show: showReviews}

type reviewsView struct {
	base
	By                                           []choice
	Voluntary, Attendance, Actions, Batman, Cost *panel
}

func showReviews(r *request) (view, error) {
	v := &reviewsView{By: r.byPeriod()}
	v.Voluntary = r.metric("voluntary", "reviews", nil, r.drawVoluntary)
	v.Attendance = r.metric("attendance", "reviews", nil, r.drawAttendance)
	v.Actions = r.metric("actions", "reviews", nil, r.drawActions)
	v.Batman = r.metric("batman", "batman-trend", nil, r.drawBatman)
	v.Cost = r.metric("cost", "coordination", nil, r.drawCostPerIncident)
	return v, r.run(v.Voluntary, v.Attendance, v.Actions, v.Batman, v.Cost)
}

// lineOf is one column over the periods, and its estimates in order where it has intervals.
func lineOf(result query.Result, names []string, line trendLine, value, low, high, of string) (trendLine, []estimate) {
	in := columnsOf(result)
	line.Points = make([]trendPoint, len(names))
	var list []estimate
	for _, row := range result.Rows {
		period := text(row[in["period"]])
		point := pointOf(row, in, value, low, high)
		n, _ := number(row[in[of]])
		point.N = int(n)
		line.Points[pointAt(names, period)] = point
		if point.Value != nil && point.Range != nil {
			list = append(list, estimate{period, *point.Value, point.Range.Low, point.Range.High, point.N})
		}
	}
	return line, list
}

func (r *request) drawVoluntary(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	voluntary, list := lineOf(result, names, trendLine{Name: "came without being required", Color: "cat-0"}, "voluntary_share", "voluntary_low", "voluntary_high", "attendances")
	repeat, _ := lineOf(result, names, trendLine{Name: "had attended another review in the 90 days before", Color: "cat-2"}, "repeat_face_share", "repeat_face_low", "repeat_face_high", "attendances")
	p.Title = "Too few attendances to say whether people come of their own accord"
	if now, then, ok := sinceFirst(list); ok {
		p.Title = fmt.Sprintf("%s of attendances in %s were voluntary%s", query.Percent(now.Value), now.Period, change(now, then))
		p.tells(now, "voluntary attendances", "share")
	}
	p.Sub = fmt.Sprintf("share of attendances with 95%% intervals · n = %s · by the day of the meeting · %s", r.reviewCount(result), r.rangeWords())
	t := trend{ID: "voluntary-chart", Names: names, Lines: []trendLine{voluntary, repeat}, Labels: "period", Format: "share", Cases: "attendances", Height: 280}
	t.Label = "Lines of the shares of voluntary attendances and of repeat faces. " + p.Title + ". The table below it has the numbers."
	p.Legend = []legendItem{{"cat-0", voluntary.Name}, {"cat-2", repeat.Name}}
	p.Charts, p.Table = []chart{t.chart()}, resultTable(result)
	p.Next = r.next("/themes", "what the incidents were about", "/coordination", "what coordination costs")
	return nil
}

// reviewCount says how many reviews and attendances there are.
func (r *request) reviewCount(result query.Result) string {
	in := columnsOf(result)
	reviews, attendances := 0., 0.
	for _, row := range result.Rows {
		n, _ := number(row[in["reviews"]])
		a, _ := number(row[in["attendances"]])
		reviews, attendances = reviews+n, attendances+a
	}
	return fmt.Sprintf("%s, %s", plural(int(reviews), "review"), plural(int(attendances), "attendance"))
}

func (r *request) drawAttendance(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	attendees, _ := lineOf(result, names, trendLine{Name: "attendees", Color: "cat-0"}, "attendees_p50", "", "", "reviews")
	readers, _ := lineOf(result, names, trendLine{Name: "readers", Color: "cat-4"}, "readers_p50", "", "", "reviews")
	in := columnsOf(result)
	first, last := result.Rows[0], result.Rows[len(result.Rows)-1]
	p.Title = fmt.Sprintf("In %s half of the reviews had %s attendees and %s readers or more", text(last[in["period"]]), decimal(cell(last, in, "attendees_p50")), decimal(cell(last, in, "readers_p50")))
	if len(result.Rows) > 1 {
		p.Title += fmt.Sprintf("; in %s %s and %s", text(first[in["period"]]), decimal(cell(first, in, "attendees_p50")), decimal(cell(first, in, "readers_p50")))
	}
	p.Sub = fmt.Sprintf("medians per review · n = %s · %s", r.reviewCount(result), r.rangeWords())
	t := trend{ID: "attendance-chart", Names: names, Lines: []trendLine{attendees, readers}, Labels: "period", Format: "decimal", Unit: "per review, median", Cases: "reviews", Height: 240}
	t.Label = "Lines of the median numbers of attendees and readers. " + p.Title + ". The table below it has the numbers."
	p.Warnings, p.Legend = nil, []legendItem{{"cat-0", "attendees, median"}, {"cat-4", "readers, median"}}
	p.Charts, p.Table = []chart{t.chart()}, resultTable(result, "period", "reviews", "attendees_p50", "readers_p50", "people")
	return nil
}

// cell is a number of a row, 0 where it is not known.
func cell(row []any, in map[string]int, column string) float64 {
	n, _ := number(row[in[column]])
	return n
}

func (r *request) drawActions(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	done, open := stackPart{"done", "cat-0", make([]float64, len(names))}, stackPart{"open", "cat-2", make([]float64, len(names))}
	sums := [2]float64{}
	for _, row := range result.Rows {
		i := pointAt(names, text(row[in["period"]]))
		done.Values[i], open.Values[i] = cell(row, in, "actions_done"), cell(row, in, "actions_open")
		sums[0], sums[1] = sums[0]+done.Values[i], sums[1]+open.Values[i]
	}
	if p.Empty = sums[0]+sums[1] == 0; p.Empty {
		return nil
	}
	p.Title = fmt.Sprintf("%s of %s from reviews are still open", count(int(sums[1])), plural(int(sums[0]+sums[1]), "action"))
	p.Sub = fmt.Sprintf("n = %s · by the day of the meeting, state as of the last load · %s", r.reviewCount(result), r.rangeWords())
	s := stack{ID: "actions-chart", Names: names, Parts: []stackPart{done, open}, Format: "period", Unit: "actions", Height: 240}
	s.Label = "Stacked bars of actions by period. " + p.Title + ". The table below it has the numbers."
	p.Warnings = nil
	p.Charts, p.Legend, p.Table = []chart{s.chart()}, s.legend(), resultTable(result, "period", "reviews", "actions_done", "actions_open")
	return nil
}

func (r *request) drawBatman(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	line, list := lineOf(result, names, trendLine{Name: "largest Batman index", Color: "cat-0"}, "batman_index", "ci_low", "ci_high", "incidents")
	p.Title = "Too few incidents to say how often one person is the rescue"
	if now, then, ok := sinceFirst(list); ok {
		p.Title = fmt.Sprintf("The most called-upon person was in %s of the incidents of %s%s", query.Percent(now.Value), now.Period, change(now, then))
		p.tells(now, "largest Batman index", "share")
	}
	p.Sub = "Batman index: share of the incidents with a responder, with 95% intervals · falling is success · " + r.rangeWords()
	t := trend{ID: "batman-chart", Names: names, Lines: []trendLine{line}, Labels: "period", Format: "share", Cases: "incidents with a responder", Height: 240, Periods: r.incidentsBase()}
	t.Label = "Line of the largest Batman index by period. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Table = []chart{t.chart()}, resultTable(result, "period", "batman_index", "ci_low", "ci_high", "incidents", "hero_reactions", "name")
	p.Next = r.next("/dependency", "on how many people the response rests")
	return nil
}

func (r *request) drawCostPerIncident(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	in := columnsOf(result)
	line := trendLine{Name: "person-hours per incident", Color: "cat-0", Points: make([]trendPoint, len(names))}
	type period struct {
		name     string
		hours    float64
		incident int
	}
	var list []period
	for _, row := range result.Rows {
		n := cell(row, in, "incidents")
		if n < fewDurations {
			continue // a few long incidents would make it
		}
		each := cell(row, in, "engaged_hours") / n
		line.Points[pointAt(names, text(row[in["period"]]))] = trendPoint{Value: &each, N: int(n)}
		list = append(list, period{text(row[in["period"]]), each, int(n)})
	}
	p.Title = fmt.Sprintf("Fewer than %d incidents in every period: too few to say what one takes", fewDurations)
	if len(list) > 0 {
		now, then := list[len(list)-1], list[0]
		for _, one := range list {
			if one.name == yearBefore(now.name) {
				then = one
			}
		}
		p.Title = fmt.Sprintf("An incident took %s person-hours in %s, %s in %s", decimal(now.hours), now.name, decimal(then.hours), then.name)
	}
	p.Sub = fmt.Sprintf("engaged person-hours over incidents, of periods with at least %d · %s", fewDurations, r.rangeWords())
	t := trend{ID: "cost-chart", Names: names, Lines: []trendLine{line}, Labels: "period", Format: "decimal", Unit: "person-hours", Cases: "incidents", Height: 240, Periods: r.incidentsBase()}
	t.Label = "Line of person-hours per incident by period. " + p.Title + ". The table below it has the numbers."
	p.Warnings = nil
	p.Charts, p.Table = []chart{t.chart()}, resultTable(result, "period", "incidents", "engaged_hours", "cost", "new_pair_share")
	p.Next = r.next("/coordination", "the cost of coordination")
	return nil
}

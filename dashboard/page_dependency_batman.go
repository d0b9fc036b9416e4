package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
)

func (r *request) drawBatmanTrend(p *panel, result query.Result) error {
	in := columnsOf(result)
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	line := trendLine{Name: "largest Batman index", Color: "cat-0", Points: make([]trendPoint, len(names))}
	var known []estimate
	reactions := 0
	for _, row := range result.Rows {
		period := text(row[in["period"]])
		point := pointOf(row, in, "batman_index", "ci_low", "ci_high")
		n, _ := number(row[in["incidents"]])
		point.N = int(n)
		line.Points[slices.Index(names, period)] = point
		if point.Value != nil && point.Range != nil {
			known = append(known, estimate{period, *point.Value, point.Range.Low, point.Range.High, int(n)})
		}
		h, _ := number(row[in["hero_reactions"]])
		reactions += int(h)
	}
	p.Title = "Too few incidents in any quarter to say whether one person is the rescue"
	if now, then, ok := latest(known); ok {
		p.Title = fmt.Sprintf("One person responded to %s of the incidents in %s%s", query.Percent(now.Value), now.Period, change(now, then))
		p.tells(now, "largest Batman index", "share")
	}
	p.Sub = fmt.Sprintf("the largest Batman index of each quarter with its 95%% interval; falling is success · %s in all · %s", plural(reactions, "hero reaction"), r.rangeWords())
	labels := "period"
	if len(names) > 8 {
		labels = "year"
	}
	p.Charts = []chart{trend{ID: "batman-chart", Names: names, Lines: []trendLine{line}, Labels: labels, Format: "share", Cases: "incidents with a responder", Height: 292, Periods: r.incidentsBase(),
		Label: "Line of the largest Batman index by quarter. " + p.Title + ". The table below it has the numbers."}.chart()}
	p.Table = resultTable(result, "period", "batman_index", "ci_low", "ci_high", "incidents", "hero_reactions")
	return nil
}

// shownPeople are drawn; the table has more, the CSV all.
const shownPeople = 12

// drawBatmanPeople shows the people with the largest Batman index; the table lists everybody by name.
func (r *request) drawBatmanPeople(p *panel, result query.Result) error {
	in := columnsOf(result)
	rows := slices.Clone(result.Rows)
	value := func(row []any, name string) float64 {
		v, _ := number(row[in[name]])
		return v
	}
	name := func(row []any) string { return cmp.Or(text(row[in["name"]]), text(row[in["person"]])) }
	slices.SortStableFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(value(b, "incident_share"), value(a, "incident_share")), strings.Compare(name(a), name(b)))
	})
	tenth, heroes, arrivals := 0, 0, 0
	c := intervals{ID: "people-chart", Format: "share", Cases: "incidents responded to"}
	for i, row := range rows {
		if value(row, "incident_share") >= .1 {
			tenth++
		}
		if value(row, "hero_reactions") > 0 {
			heroes++
		}
		arrivals += int(value(row, "hero_arrivals"))
		if _, ok := number(row[in["incident_share"]]); !ok || i >= shownPeople {
			continue
		}
		at := pointOf(row, in, "incident_share", "incident_share_low", "incident_share_high")
		one := interval{Name: name(row), Value: at.Value, N: int(value(row, "incidents")), Shown: true}
		if at.Range != nil {
			one.Low, one.High = &at.Range.Low, &at.Range.High
		}
		c.Rows = append(c.Rows, one)
		if !r.seesPeople() {
			continue
		}
		c.URLs = append(c.URLs, link("/incidents", with(r.windowValues(), "person", text(row[in["person"]]))))
	}
	p.Title = fmt.Sprintf("%d of %s took part in a tenth of the incidents or more", tenth, plural(len(rows), "responder"))
	if len(c.Rows) == 0 {
		p.Title = "Too few incidents to say how large a part of them each person took part in"
	}
	p.Sub = fmt.Sprintf("Batman index: share of the incidents with a responder that a person responded to, with its 95%% interval · the %d largest · hero reactions went to %s, %s of theirs were hailed · %s",
		len(c.Rows), plural(heroes, "person"), plural(arrivals, "arrival"), r.windowWords())
	if len(c.Rows) > 0 {
		c.Height = 22*len(c.Rows) + 32
		c.Label = "Batman indices with intervals. " + p.Title + ". The table below it has the numbers."
		p.Charts = []chart{c.chart()}
	}
	slices.SortStableFunc(rows, func(a, b []any) int { return strings.Compare(strings.ToLower(name(a)), strings.ToLower(name(b))) })
	t := &table{Caption: "People who responded, by name", RowHead: true, Head: []headCell{{Text: "Person"}, {Text: "Team"}, {Text: "Incidents", Number: true}, {Text: "Batman index", Number: true}, {Text: "Engaged h", Number: true},
		{Text: "In the sleep band, h", Number: true}, {Text: "Off call of known", Number: true}, {Text: "Hero reactions", Number: true}, {Text: "Hero arrivals", Number: true}, {Text: "Vesting"}}}
	for i, row := range rows {
		if i == mostTableRows {
			t.More = len(rows) - i
			break
		}
		t.Rows = append(t.Rows, []tableCell{r.personCell(text(row[in["person"]]), name(row)), {Text: text(row[in["team"]])}, countCell(row[in["incidents"]]),
			shareCell(row, in, "incident_share", "incident_share_low", "incident_share_high"), hoursCell(row[in["engaged_hours"]]), hoursCell(row[in["sleep_hours"]]),
			shareCell(row, in, "off_call_share", "off_call_low", "off_call_high"), countCell(row[in["hero_reactions"]]), countCell(row[in["hero_arrivals"]]), {Text: spoken(text(row[in["vesting_band"]]))}})
	}
	p.Table = t
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { return len(c.Rows) > 0 && strings.HasPrefix(w, "off_call_share") })
	return nil
}

package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/orgheat/orgheat/query"
)

// By person, the heat map is of some people: those who are chosen, or those who responded to most incidents. All others are in the CSV. Everybody's
// weeks, thousands of them, would take long to read, and nobody could look at them.

// mostWeeks is how many people's weeks are drawn where nobody is chosen.
const mostWeeks = shownGroups + foldedGroups

// chatterPeople makes the heat map one of people, where a leader asks for one, and offers people to choose.
func (r *request) chatterPeople(v *chatterView) {
	if r.filter.By != "person" || !r.seesPeople() {
		return
	}
	chosen := slices.DeleteFunc(slices.Clone(r.filter.Persons), func(s string) bool { return s == "" })
	all := v.Heat.read // of the chosen, or of everybody where nobody responded to anything
	form := &peopleForm{Action: r.path, Section: "people", Button: "Show", Label: "People whose week is shown"}
	form.hide(without(r.filter.Values(), "person"))
	v.People = form
	v.Heat.read = func(ctx context.Context) error {
		var most []string
		err := r.metric("responders", "people", func(f *query.Filter) { f.By, f.Clock, f.Persons = "", "", nil }, func(p *panel, result query.Result) error {
			form.Rest = p.JSON
			in := columnsOf(result)
			rows := slices.Clone(result.Rows)
			incidents := func(row []any) float64 { n, _ := number(row[in["incidents"]]); return n }
			slices.SortStableFunc(rows, func(a, b []any) int { return cmp.Compare(incidents(b), incidents(a)) })
			for _, row := range rows[:min(len(rows), mostWeeks)] {
				most = append(most, text(row[in["person"]]))
			}
			form.offer(rows, in, chosen)
			v.names = map[string]string{}
			for _, row := range rows {
				v.names[text(row[in["person"]])] = text(row[in["name"]])
			}
			return nil
		}).read(ctx)
		if err != nil || len(chosen) > 0 || len(most) == 0 {
			if err != nil {
				_, form.Err, _ = tell(err)
			}
			return all(ctx)
		}
		whole := r.filter.Values()
		some := r.metric("heat", "chatter", func(f *query.Filter) { f.Persons = most }, func(p *panel, result query.Result) error {
			if err := r.drawChatter(p, result, nil, v.names); err != nil {
				return err
			}
			p.Sub = fmt.Sprintf("those who responded to most incidents, by name; all people are in the CSV · %s", p.Sub)
			p.CSV, p.JSON = link("/api/v1/metrics/chatter.csv", whole), link("/api/v1/metrics/chatter.json", whole)
			return nil
		})
		err = some.read(ctx)
		*v.Heat = *some
		return err
	}
}

// peopleFinding is the sentence of several people's weeks.
func (r *request) peopleFinding(list []*week) string {
	if len(list) == 1 {
		return r.chatterFinding(list[0])
	}
	n, outside := 0, 0.
	for _, w := range list {
		n, outside = n+w.Total, outside+r.outside(w)*float64(w.Total)
	}
	return fmt.Sprintf("%s of what %d people did is outside working hours", query.Percent(outside/float64(max(n, 1))), len(list))
}

package query

import (
	"context"
	"fmt"
	"slices"
	"time"
)

var triggers = defineReading(Meta{
	ID: "triggers", Title: "Trivial triggers", Question: "What keeps starting incidents that should not be able to?",
	Definition: "Incidents in the range whose trigger, title or themes hold one of the words of trivial_triggers (configuration), whole words in any case; ways to write one thing count together. teams are the owning teams, " +
		"else the responders'. most_in_12_months: the most of them that started within any 12 calendar months of the range.",
	Unit: Count, Loads: []string{"incidents", "statuspage", "jira", "pagerduty"},
}, viewTriggers)

type triggerRow struct {
	Trigger   string    `col:"trigger"`
	Incidents int       `col:"incidents" unit:"incidents"`
	Teams     int       `col:"teams" unit:"teams"`
	FirstAt   time.Time `col:"first_at"`
	LastAt    time.Time `col:"last_at"`
	MostAYear int       `col:"most_in_12_months" unit:"incidents"`
	Evidence  string    `col:"evidence"`
	TeamNames []string  `col:"team_names"`
	Services  []string  `col:"services"`
	Titles    []string  `col:"latest_titles"`
}

// latestTitles is how many titles stand as examples.
const latestTitles = 3

func viewTriggers(ctx context.Context, db *DB, _ Filter, rows []chosenIncident) ([]triggerRow, []string, error) {
	h, err := db.signalHistory(ctx)
	if err != nil {
		return nil, nil, err
	}
	found := map[string][]*signalFacts{}
	for _, i := range h.chosen(rows) {
		c := &h.incidents[i]
		for _, t := range c.triggers {
			found[t] = append(found[t], c.signalFacts)
		}
	}
	var out []triggerRow
	for _, name := range alternatives(db.Settings.TrivialTriggers).names {
		if len(found[name]) > 0 {
			out = append(out, newTriggerRow(name, found[name]))
		}
	}
	slices.SortStableFunc(out, func(a, b triggerRow) int { return b.Incidents - a.Incidents })
	return out, nil, nil
}

// newTriggerRow sums up the incidents, oldest first, of one trigger.
func newTriggerRow(name string, of []*signalFacts) triggerRow {
	last := of[len(of)-1]
	row := triggerRow{Trigger: name, Incidents: len(of), FirstAt: of[0].StartedAt, LastAt: last.StartedAt}
	from, year := 0, map[string]bool{}
	for i, r := range of {
		for ; of[from].StartedAt.Before(r.StartedAt.AddDate(-1, 0, 0)); from++ {
		}
		row.MostAYear = max(row.MostAYear, i-from+1)
		row.TeamNames, row.Services = append(row.TeamNames, r.Affected...), append(row.Services, r.ServiceNames...)
	}
	for _, r := range of[from:] {
		for _, t := range r.Affected {
			year[t] = true
		}
	}
	slices.Sort(row.TeamNames)
	slices.Sort(row.Services)
	row.TeamNames, row.Services = slices.Compact(row.TeamNames), slices.Compact(row.Services)
	row.Teams = len(row.TeamNames)
	for i := len(of) - 1; i >= 0 && len(row.Titles) < latestTitles; i-- {
		row.Titles = append(row.Titles, of[i].Title)
	}
	row.Evidence = capital(fmt.Sprintf("%s %s in 12 months", ordinal(len(of)-from), triggerNoun(name)))
	if len(of)-from > 1 && len(year) > 1 {
		row.Evidence += fmt.Sprintf(", in %d different teams", len(year))
	}
	row.Evidence += " (" + last.StartedAt.Format(time.DateOnly) + ")"
	return row
}

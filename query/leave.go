package query

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

var leave = defineAsking[groupIncidents, leaveRow](Meta{
	ID: "leave", Title: "Leave simulation", Question: "If these people leave, what goes with them?",
	Definition: "Over the 12 months before --to (without it: before the end of the last incident's day): the people's share of engaged time in the incidents of each service, or that each team owned; the others, still employed then, " +
		"who responded at least once; uncovered when none of those responded at least twice; newly_uncovered when one of the leavers did. An incident of two services counts wholly for each; no minute of a person counts twice.",
	Unit: Share, By: []string{"service", "team"}, Requires: []string{"person"}, Loads: []string{"incidents", "slack", "pagerduty", "roster"}, Role: Leader,
}, viewLeave)

type leaveRow struct {
	Name           string   `col:"by"`
	LostShare      *float64 `col:"lost_share" unit:"share of engaged time"`
	Remaining      uint64   `col:"remaining_responders" unit:"people"`
	Uncovered      bool     `col:"uncovered"`
	NewlyUncovered bool     `col:"newly_uncovered"`
	Incidents      uint64   `col:"incidents" unit:"incidents"`
	Responders     uint64   `col:"responders" unit:"people"`
	LostHours      float64  `col:"lost_hours" unit:"person-hours"`
}

const noRoster = "no roster is loaded: everybody counts as still employed"

func viewLeave(ctx context.Context, db *DB, f Filter, ask func() ([]groupIncidents, error)) (table, error) {
	name := "leave.holders"
	if f.ofResponders() {
		name = "leave.holders.chosen"
	}
	groups, held, err := beside[groupHolder](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	roster, asOf, err := db.rosterAsOf(ctx, f)
	if err != nil {
		return table{}, err
	}
	if len(groups) == 0 {
		return tableOf([]leaveRow{}, nil), nil
	}
	day, leavers, of := int32(f.dayOf(asOf)), lowered(f.Persons), holdersOf(held)
	leaves := func(person string) bool { return slices.Contains(leavers, person) }
	stays := func(person string) bool { return !roster.listed || roster.of(person).employedOn(day) }
	out := make([]leaveRow, len(groups))
	for i, group := range groups {
		out[i] = leaveRow{Name: group.Name, Incidents: group.Incidents}
		out[i].simulate(of[group.Name], leaves, stays)
	}
	lost := func(r leaveRow) float64 { // nobody's time after all others
		if r.LostShare == nil {
			return -1
		}
		return *r.LostShare
	}
	slices.SortFunc(out, func(a, b leaveRow) int { return cmp.Or(cmp.Compare(lost(b), lost(a)), strings.Compare(a.Name, b.Name)) })
	var warnings []string
	if n := strangers(leavers, held); n > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of the people given responded to nothing in these 12 months", n))
	}
	if !roster.listed {
		warnings = append(warnings, noRoster)
	}
	return tableOf(out, warnings), nil
}

// simulate takes the leavers from those who held the row's group.
func (r *leaveRow) simulate(held []groupHolder, leaves, stays func(person string) bool) {
	var all, lost, remaining, leaversTwice uint64
	r.Uncovered = true
	for _, h := range held {
		all += h.Milliseconds
		switch twice := h.Responses >= 2; {
		case leaves(h.Person):
			lost += h.Milliseconds
			if twice {
				leaversTwice++
			}
		case stays(h.Person):
			remaining++
			r.Uncovered = r.Uncovered && !twice
		}
	}
	if all > 0 {
		r.LostShare = number(float64(lost) / float64(all))
	}
	r.Remaining, r.NewlyUncovered, r.Responders, r.LostHours = remaining, r.Uncovered && leaversTwice > 0, uint64(len(held)), float64(lost)/3600000
}

// strangers is how many of the people held nothing.
func strangers(people []string, held []groupHolder) (n int) {
	for _, person := range people {
		if !slices.ContainsFunc(held, func(h groupHolder) bool { return h.Person == person }) {
			n++
		}
	}
	return n
}

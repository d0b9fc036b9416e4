package query

import "fmt"

var leave = define(Meta{
	ID: "leave", Title: "Leave simulation", Question: "If these people leave, what goes with them?",
	Definition: "Over the 12 months before --to (without it: before the end of the last incident's day): the people's share of engaged time in the incidents of each service, or that each team owned; the others, still employed then, " +
		"who responded at least once; uncovered when none of those responded at least twice; newly_uncovered when one of the leavers did. An incident of two services counts wholly for each; no minute of a person counts twice.",
	Unit: Share, By: []string{"service", "team"}, Requires: []string{"person"}, Loads: []string{"incidents", "slack", "pagerduty", "roster"}, Role: Leader,
}, viewLeave)

type leaveRow struct {
	Name           string   `ch:"name" col:"by"`
	LostShare      *float64 `ch:"lost_share" col:"lost_share" unit:"share of engaged time"`
	Remaining      uint64   `ch:"remaining_responders" col:"remaining_responders" unit:"people"`
	Uncovered      bool     `ch:"uncovered" col:"uncovered"`
	NewlyUncovered bool     `ch:"newly_uncovered" col:"newly_uncovered"`
	Incidents      uint64   `ch:"incidents" col:"incidents" unit:"incidents"`
	Responders     uint64   `ch:"responders" col:"responders" unit:"people"`
	LostHours      float64  `ch:"lost_hours" col:"lost_hours" unit:"person-hours"`
	Strangers      uint64   `ch:"strangers"`
	NoRoster       bool     `ch:"no_roster"`
}

const noRoster = "no roster is loaded: everybody counts as still employed"

func viewLeave(_ *DB, _ Filter, rows []leaveRow) ([]leaveRow, []string, error) {
	if len(rows) == 0 {
		return rows, nil, nil
	}
	var warnings []string
	if n := rows[0].Strangers; n > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of the people given responded to nothing in these 12 months", n))
	}
	if rows[0].NoRoster {
		warnings = append(warnings, noRoster)
	}
	return rows, warnings, nil
}

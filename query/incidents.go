package query

import "time"

var incidents = define(Meta{
	ID: "incidents", Title: "Incidents", Question: "Which incidents were there, and who was in them?",
	Definition: "An incident lies where it started. Participants have linked activity between 15 min before its start and 60 min after its end, or joined its own channel by then; " +
		"responders contributed; lurkers neither contributed, reacted nor were paged. Teams, functions and time zones (distinct UTC offsets) are the responders' at its start. Engaged time is 10 min per " +
		"contribution, bridged over at most 20 min, per person. New pairs are two responders who never responded to the same earlier incident; null in the first 180 days of history.",
	Unit: Count, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewIncidents)

type incidentRow struct {
	Incident       string    `ch:"incident" col:"incident" type:"incident"`
	Title          string    `ch:"title" col:"title"`
	StartedAt      time.Time `ch:"started_at" col:"started_at"`
	EndedAt        time.Time `ch:"ended_at" col:"ended_at"`
	Severity       string    `ch:"severity" col:"severity"`
	Status         string    `ch:"status" col:"status"`
	Imputed        bool      `ch:"imputed" col:"imputed"`
	Services       []string  `ch:"services" col:"services"`
	OwnerTeams     []string  `ch:"owner_teams" col:"owner_teams"`
	Participants   uint32    `ch:"participants" col:"participants" unit:"people"`
	Responders     uint32    `ch:"responders" col:"responders" unit:"people"`
	Lurkers        uint32    `ch:"lurkers" col:"lurkers" unit:"people"`
	Teams          []string  `ch:"teams" col:"teams"`
	Functions      []string  `ch:"functions" col:"functions"`
	Timezones      uint32    `ch:"timezones" col:"timezones" unit:"UTC offsets"`
	EngagedHours   float64   `ch:"engaged_hours" col:"engaged_hours" unit:"person-hours"`
	Pairs          uint32    `ch:"pairs"`
	NewPairsRaw    uint32    `ch:"new_pairs"`
	NewHiresRaw    uint32    `ch:"new_pairs_hires"`
	BurnIn         bool      `ch:"burn_in"`
	NewPairs       *uint32   `col:"new_pairs" unit:"pairs"`
	NewPairsHires  *uint32   `col:"new_pairs_hires" unit:"pairs"`
	TopPersonShare *float64  `ch:"top_person_share" col:"top_person_share" unit:"share of engaged time"`
	Trigger        string    `ch:"trigger" col:"trigger"`
	Themes         []string  `ch:"themes" col:"themes"`
	NearMiss       bool      `ch:"near_miss" col:"near_miss"`
}

func viewIncidents(_ *DB, _ Filter, rows []incidentRow) ([]incidentRow, []string, error) {
	var warnings []string
	young, imputed := 0, 0
	for i := range rows {
		r := &rows[i]
		if r.Imputed {
			imputed++
		}
		if r.BurnIn {
			young++
			continue
		}
		r.NewPairs, r.NewPairsHires = &r.NewPairsRaw, &r.NewHiresRaw
	}
	if young > 0 {
		warnings = append(warnings, counted(young, "incident")+" in the first 180 days of history: everyone is new to everyone there, so new_pairs is null")
	}
	if imputed > 0 {
		warnings = append(warnings, counted(imputed, "incident")+" without a recorded start or end: times are imputed from activity")
	}
	return rows, warnings, nil
}

package query

import (
	"context"
	"strings"
	"time"
)

var incidents = defineAsking[chosenIncident, incidentRow](Meta{
	ID: "incidents", Title: "Incidents", Question: "Which incidents were there, and who was in them?",
	Definition: "An incident lies where it started. Participants have linked activity between 15 min before its start and 60 min after its end, or joined its own channel by then; " +
		"responders contributed; lurkers neither contributed, reacted nor were paged. Teams, functions and time zones (distinct UTC offsets) are the responders' at its start. Engaged time is 10 min per " +
		"contribution, bridged over at most 20 min, per person. New pairs are two responders who never responded to the same earlier incident; null in the first 180 days of history. The score is the bits of what was unusual about it: see signals, which are listed the rarest first.",
	Unit: Count, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewIncidents)

type incidentRow struct {
	Incident       string    `col:"incident" type:"incident"`
	Title          string    `col:"title"`
	StartedAt      time.Time `col:"started_at"`
	EndedAt        time.Time `col:"ended_at"`
	Severity       string    `col:"severity"`
	Participants   uint32    `col:"participants" unit:"people"`
	Responders     uint32    `col:"responders" unit:"people"`
	Lurkers        uint32    `col:"lurkers" unit:"people"`
	Teams          []string  `col:"teams"`
	Functions      []string  `col:"functions"`
	Timezones      int       `col:"timezones" unit:"UTC offsets"`
	EngagedHours   float64   `col:"engaged_hours" unit:"person-hours"`
	NewPairs       *uint32   `col:"new_pairs" unit:"pairs"`
	TopPersonShare *float64  `col:"top_person_share" unit:"share of engaged time"`
	Score          float64   `col:"score" unit:"bits"`
	Signals        []string  `col:"signals"`
	Status         string    `col:"status"`
	Imputed        bool      `col:"imputed"`
	Services       []string  `col:"services"`
	OwnerTeams     []string  `col:"owner_teams"`
	NewPairsHires  *uint32   `col:"new_pairs_hires" unit:"pairs"`
	Trigger        string    `col:"trigger"`
	Themes         []string  `col:"themes"`
	NearMiss       bool      `col:"near_miss"`
}

// viewIncidents lists incidents newest first, of one instant by name.
func viewIncidents(ctx context.Context, db *DB, _ Filter, ask func() ([]chosenIncident, error)) (table, error) {
	rows, err := ask()
	if err != nil {
		return table{}, err
	}
	h, err := db.signalHistory(ctx)
	if err != nil {
		return table{}, err
	}
	listed := h.newestFirst(h.chosen(rows))
	cells := h.rows()
	t := table{rows: make([][]any, len(listed))}
	young, imputed := 0, 0
	for n, i := range listed {
		t.rows[n] = cells[i]
		if h.incidents[i].BurnIn {
			young++
		}
		if h.incidents[i].Imputed {
			imputed++
		}
	}
	if young > 0 {
		t.warnings = append(t.warnings, counted(young, "incident")+" in the first 180 days of history: everyone is new to everyone there, so new_pairs is null")
	}
	if imputed > 0 {
		t.warnings = append(t.warnings, counted(imputed, "incident")+" without a recorded start or end: times are imputed from activity")
	}
	if ids := h.untoldIDs(listed); len(ids) > 0 {
		t.warnings = append(t.warnings, "score leaves out what cannot be told of some incidents for want of data: "+strings.Join(ids, ", ")+"; signals says what is needed")
	}
	return t, nil
}

// incidentCells are the rows of all incidents, in the order of the history.
func (h *signalHistory) incidentCells() [][]any {
	all := make([]incidentRow, len(h.incidents))
	for i := range h.incidents {
		c := &h.incidents[i]
		all[i] = incidentRow{
			Incident: c.Incident, Title: c.Title, StartedAt: c.StartedAt, EndedAt: c.EndedAt, Severity: c.Severity, Participants: c.Participants, Responders: c.Responders, Lurkers: c.Lurkers,
			Teams: c.Teams, Functions: c.Functions, Timezones: len(c.Offsets), EngagedHours: c.EngagedHours, TopPersonShare: c.TopPersonShare, Status: c.Status, Imputed: c.Imputed,
			Services: c.ServiceNames, OwnerTeams: c.OwnerTeams, Trigger: c.Trigger, Themes: c.Themes, NearMiss: c.NearMiss,
		}
		if !c.BurnIn {
			all[i].NewPairs, all[i].NewPairsHires = &c.NewPairs, &c.NewPairsHires
		}
		found := h.of(i)
		all[i].Score = score(found)
		for _, s := range found {
			all[i].Signals = append(all[i].Signals, s.kind.id)
		}
	}
	return tableOf(all, nil).rows
}

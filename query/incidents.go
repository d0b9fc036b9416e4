package query

import (
	"context"
	"strings"
	"time"
)

var incidents = defineReading(Meta{
	ID: "incidents", Title: "Incidents", Question: "Which incidents were there, and who was in them?",
	Definition: "An incident lies where it started. Participants have linked activity between 15 min before its start and 60 min after its end, or joined its own channel by then; " +
		"responders contributed; lurkers neither contributed, reacted nor were paged. Teams, functions and time zones (distinct UTC offsets) are the responders' at its start. Engaged time is 10 min per " +
		"contribution, bridged over at most 20 min, per person. New pairs are two responders who never responded to the same earlier incident; null in the first 180 days of history. The score is the bits of what was unusual about it: see signals, which are listed the rarest first.",
	Unit: Count, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewIncidents)

// incidentInput is what is not among the facts of the incident's signals.
type incidentInput struct {
	Incident       string    `ch:"incident"`
	EndedAt        time.Time `ch:"ended_at"`
	Severity       string    `ch:"severity"`
	Status         string    `ch:"status"`
	Imputed        bool      `ch:"imputed"`
	Services       []string  `ch:"services"`
	OwnerTeams     []string  `ch:"owner_teams"`
	EngagedHours   float64   `ch:"engaged_hours"`
	NewPairsHires  uint32    `ch:"new_pairs_hires"`
	BurnIn         bool      `ch:"burn_in"`
	TopPersonShare *float64  `ch:"top_person_share"`
}

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

func viewIncidents(ctx context.Context, db *DB, _ Filter, rows []incidentInput) ([]incidentRow, []string, error) {
	h, err := db.signalHistory(ctx)
	if err != nil {
		return nil, nil, err
	}
	ids, by := make([]string, len(rows)), make(map[string]*incidentInput, len(rows))
	for i := range rows {
		ids[i], by[rows[i].Incident] = rows[i].Incident, &rows[i]
	}
	var out []incidentRow
	young, imputed := 0, 0
	listed := h.among(ids)
	for _, i := range listed {
		c := &h.incidents[i]
		r := by[c.Incident]
		o := incidentRow{
			Incident: c.Incident, Title: c.Title, StartedAt: c.StartedAt, EndedAt: r.EndedAt, Severity: r.Severity, Participants: c.Participants, Responders: c.Responders, Lurkers: c.Lurkers,
			Teams: c.Teams, Functions: c.Functions, Timezones: len(c.Offsets), EngagedHours: r.EngagedHours, TopPersonShare: r.TopPersonShare, Status: r.Status, Imputed: r.Imputed,
			Services: r.Services, OwnerTeams: r.OwnerTeams, Trigger: c.Trigger, Themes: c.Themes, NearMiss: c.NearMiss,
		}
		if r.BurnIn {
			young++
		} else {
			o.NewPairs, o.NewPairsHires = &c.NewPairs, &r.NewPairsHires
		}
		if r.Imputed {
			imputed++
		}
		found := h.of(i)
		o.Score = score(found)
		for _, s := range found {
			o.Signals = append(o.Signals, s.kind.id)
		}
		out = append(out, o)
	}
	var warnings []string
	if young > 0 {
		warnings = append(warnings, counted(young, "incident")+" in the first 180 days of history: everyone is new to everyone there, so new_pairs is null")
	}
	if imputed > 0 {
		warnings = append(warnings, counted(imputed, "incident")+" without a recorded start or end: times are imputed from activity")
	}
	if ids := h.untoldIDs(listed); len(ids) > 0 {
		warnings = append(warnings, "score leaves out what cannot be told of some incidents for want of data: "+strings.Join(ids, ", ")+"; signals says what is needed")
	}
	return out, warnings, nil
}

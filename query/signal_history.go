package query

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// signalHistorySQL is no metric: it is what all incidents are told from, oldest first.
const signalHistorySQL = `SELECT s.incident AS incident, s.started_at AS started_at, title, trigger, themes, near_miss, new_owner, affected, teams, functions, offsets, participants, responders, lurkers, pairs, new_pairs,
	sleep_minutes, services, new_teams, holder, vested, vested_share, new_hires, first_on_call, two_hats, heroes, hero_reactions, events, tired, sleepers, off_call, status_known, owned,
	new_services, new_combinations, observed, people_settled, services_settled, covered, shifts_settled, with_teams, with_functions, with_hires, with_grants, with_zones, with_reactions,
	with_events, with_near_misses, ended_at, severity, status, imputed, service_names, owner_teams, engaged_hours, new_pairs_hires, burn_in, top_person_share
FROM signal_facts AS s
INNER JOIN (
	SELECT incident, ended_at, toString(severity) AS severity, status, imputed, services AS service_names, owner_teams, engaged_minutes / 60 AS engaged_hours, new_pairs_hires, burn_in,
		if(responders > 0, top_person_share, NULL) AS top_person_share
	FROM incident_facts) AS f ON f.incident = s.incident
ORDER BY started_at, incident`

// signalCache keeps the signals of all incidents: every page asks for some, and base rates need those before them.
type signalCache struct {
	mu      sync.Mutex
	seq     uint64 // of the derived tables
	words   string // of the settings
	history *signalHistory
}

// signalHistory are all incidents' signals in the present state of the derived tables.
func (db *DB) signalHistory(ctx context.Context) (*signalHistory, error) {
	seq, err := db.Version(ctx)
	if err != nil {
		return nil, err
	}
	c, words := db.signals, fmt.Sprintf("%q %q %v %s", db.Settings.TrivialTriggers, db.Settings.EngineeringFunctions, db.Settings.Signals, db.Settings.Sleep)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.history != nil && c.seq == seq && c.words == words {
		return c.history, nil
	}
	facts, err := scanAll[signalFacts](db.conn.Query(ctx, signalHistorySQL))
	if err != nil {
		return nil, fmt.Errorf("signals: %w", err)
	}
	c.seq, c.words, c.history = seq, words, readSignals(db.Settings, facts)
	return c.history, nil
}

// chosenIncident is a row of metrics whose SQL only chooses incidents: what is told of them is read once for a state of the data, not with each question.
type chosenIncident struct {
	Incident string `ch:"incident"`
}

// chosen are the places of chosen incidents in the history, oldest first.
func (h *signalHistory) chosen(rows []chosenIncident) []int {
	at := make([]int, 0, len(rows))
	for _, r := range rows {
		if i, ok := h.at[r.Incident]; ok {
			at = append(at, i)
		}
	}
	slices.Sort(at)
	return at
}

// newestFirst puts places in the order in which incidents are listed: newest first, of one instant by name.
func (h *signalHistory) newestFirst(at []int) []int {
	slices.SortFunc(at, func(a, b int) int {
		if c := h.incidents[b].StartedAt.Compare(h.incidents[a].StartedAt); c != 0 {
			return c
		}
		return a - b
	})
	return at
}

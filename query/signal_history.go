package query

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

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
	facts, err := asked[signalFacts](ctx, db, "signals.history")
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

package query

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// answers keeps what was answered of the present state of the derived tables: it stays true until they are exchanged, and leaders go back
// and forth between the same pages. It is bounded by cells; a new state, or one cell too many, empties it.
type answers struct {
	mu      sync.Mutex
	seq     uint64
	cells   int
	kept    map[string]given
	choices map[Role]Choices
}

type given struct {
	t table
	f Filter
}

// mostCells bounds what is kept (some 50 MB), a quarter of it any single answer.
const mostCells = 1 << 20

func (a *answers) get(seq uint64, question string) (given, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seq != seq {
		return given{}, false
	}
	known, ok := a.kept[question]
	known.t.rows = slices.Clone(known.t.rows) // whoever asks may sort them
	return known, ok
}

func (a *answers) put(seq uint64, question string, g given) {
	cells := 1
	for _, row := range g.t.rows {
		cells += len(row)
	}
	if cells > mostCells/4 {
		return
	}
	g.t.rows = slices.Clone(g.t.rows)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.enter(seq) {
		return
	}
	if a.cells+cells > mostCells {
		a.cells, a.kept = 0, map[string]given{}
	}
	if _, known := a.kept[question]; !known {
		a.kept[question] = g
		a.cells += cells
	}
}

// enter forgets what is of older states, and says whether seq is none of them. The caller holds mu.
func (a *answers) enter(seq uint64) bool {
	if seq > a.seq || a.kept == nil {
		a.seq, a.cells, a.kept, a.choices = seq, 0, map[string]given{}, map[Role]Choices{}
	}
	return seq == a.seq
}

// known is answer, asked once of each state of the derived tables. Within Stable only. An answer of a state that is exchanged meanwhile is kept
// under the state's number, which never comes back.
func (m Metric) known(ctx context.Context, db *DB, f Filter) (table, Filter, error) {
	seq, _ := ctx.Value(stableKey{}).(uint64)
	question := fmt.Sprintf("%s %s?%s", db.RoleOf(ctx), m.ID, f.Values().Encode())
	if a, ok := db.answers.get(seq, question); ok {
		return a.t, a.f, nil
	}
	t, f, err := m.answer(ctx, db, f)
	if err == nil {
		db.answers.put(seq, question, given{t, f})
	}
	return t, f, err
}

package query

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"
)

// answers remembers what was read from one state of the derived tables, before access rules. It cannot grow stale: what is kept belongs to
// the sequence number under which it was read, that number only grows, and Stable throws away whatever was read while it changed.
type answers struct {
	asked singleflight.Group // by sequence number and key: panels of a page that rest on the same wait for one of them
	mu    sync.Mutex
	seq   uint64
	kept  map[string]any
	cells int            // of kept
	bases map[string]any // what many questions rest on: as large as the organization
}

// mostCells bounds the memory: some 50 bytes each.
const mostCells = 1 << 20

// remember is ask, done at most once per state of the data and key. Outside of Stable nobody knows the state, and nothing is kept. The value
// is shared: do not change it. Whoever asks while another does waits for that answer. cells is about how many cells of a result it holds; nil
// stands for what many questions rest on, which stays as long as the state does.
func remember[T any](ctx context.Context, db *DB, key string, cells func(T) int, ask func() (T, error)) (T, error) {
	seq, ok := ctx.Value(stableKey{}).(uint64)
	if !ok {
		return ask()
	}
	if v, ok := db.answers.get(seq, key); ok {
		return v.(T), nil
	}
	mine := false
	v, err, _ := db.answers.asked.Do(fmt.Sprint(seq, " ", key), func() (any, error) {
		mine = true
		v, err := ask()
		switch {
		case err != nil:
		case cells == nil:
			db.answers.putBase(seq, key, v)
		default:
			db.answers.put(seq, key, v, cells(v))
		}
		return v, err
	})
	if err != nil {
		if !mine && ctx.Err() == nil {
			return ask() // whoever asked may have gone away
		}
		var none T
		return none, err
	}
	return v.(T), nil
}

func (a *answers) get(seq uint64, key string) (any, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seq != seq {
		return nil, false
	}
	if v, ok := a.bases[key]; ok {
		return v, true
	}
	v, ok := a.kept[key]
	return v, ok
}

func (a *answers) put(seq uint64, key string, v any, cells int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.reach(seq) || cells > mostCells/4 {
		return
	}
	if a.cells+cells > mostCells {
		a.kept, a.cells = nil, 0
	}
	if _, ok := a.kept[key]; ok {
		return // somebody else asked meanwhile
	}
	if a.kept == nil {
		a.kept = map[string]any{}
	}
	a.kept[key] = v
	a.cells += cells
}

func (a *answers) putBase(seq uint64, key string, v any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.reach(seq) {
		return
	}
	if a.bases == nil {
		a.bases = map[string]any{}
	}
	a.bases[key] = v
}

// reach forgets what is of a state before seq; false says that seq is one of those.
func (a *answers) reach(seq uint64) bool {
	if seq > a.seq {
		a.seq, a.kept, a.cells, a.bases = seq, nil, 0, nil
	}
	return seq == a.seq
}

// Roomy says whether less than half of what can be remembered is. Beyond all of it everything is forgotten at once.
func (db *DB) Roomy() bool {
	db.answers.mu.Lock()
	defer db.answers.mu.Unlock()
	return db.answers.cells < mostCells/2
}

// live are the metrics that read tables which change without the derived tables' sequence number.
var live = []string{"events"}

// remembered is a metric's run, whose tables are the asker's own: access rules write to them.
func remembered(id string, run func(context.Context, *DB, Filter) (table, error)) func(context.Context, *DB, Filter) (table, error) {
	if slices.Contains(live, id) {
		return run
	}
	return func(ctx context.Context, db *DB, f Filter) (table, error) {
		settings := fnv.New64a()
		fmt.Fprint(settings, db.Settings)                                                                                                     // whose words and lines views go by
		key := fmt.Sprintf("%s?%s %d %d %x %t", id, f.Values().Encode(), f.From.UnixNano(), f.To.UnixNano(), settings.Sum64(), db.sized(ctx)) // a URL holds whole seconds
		t, err := remember(ctx, db, key, table.cells, func() (table, error) { return run(ctx, db, f) })
		return t.clone(), err
	}
}

func (t table) cells() (n int) {
	for _, row := range t.rows {
		n += len(row)
	}
	return n
}

// clone copies what access rules write to: rows, cells and warnings. Lists within cells they replace.
func (t table) clone() table {
	var rows [][]any
	if len(t.rows) > 0 {
		rows = newRows(len(t.rows), len(t.rows[0]))
	}
	for i, row := range t.rows {
		copy(rows[i], row)
	}
	return table{rows, slices.Clone(t.people), slices.Clone(t.warnings)}
}

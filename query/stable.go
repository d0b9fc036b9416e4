package query

import (
	"context"
	"errors"
	"time"
)

// ErrUnsettled is returned when the derived tables keep being exchanged, or an interrupted exchange was never finished.
var ErrUnsettled = errors.New("the derived tables are being exchanged; if no load is running, an interrupted one is finished by: orgheat rebuild")

// stableKey is what a context holds within Stable: the sequence number (uint64) of the state that is read.
type stableKey struct{}

// Stable runs f so that all it reads is of one state of the derived tables: before a load or after it, never between. It looks at the
// state after f, and runs f again unless that is the state that f was run for; f must be free of effects. Calls within f join it.
//
// Sequence numbers only grow, so a state that was seen at any time before f and is seen after f held throughout: f is run for the one seen last.
func (db *DB) Stable(ctx context.Context, f func(context.Context) error) error {
	if ctx.Value(stableKey{}) != nil {
		return db.explain(f(ctx))
	}
	before := db.seen.Load()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if before == nil {
			seq, ready, err := db.state(ctx)
			if err != nil {
				return err
			}
			if !ready {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(25 * time.Millisecond):
				}
				continue
			}
			before = &seq
		}
		ferr := f(context.WithValue(ctx, stableKey{}, *before))
		after, ready, err := db.state(ctx)
		if err != nil {
			return errors.Join(ferr, err)
		}
		if ready && after == *before {
			db.seen.Store(before)
			return db.explain(ferr)
		}
		before = nil
	}
	return ErrUnsettled
}

// state is the sequence number of the derived tables and whether they can be read. Before the first rebuild they are empty, and can.
func (db *DB) state(ctx context.Context) (seq uint64, ready bool, err error) {
	var state string
	err = db.conn.QueryRow(ctx, "SELECT max(seq), argMax(toString(state), seq) FROM derived_state").Scan(&seq, &state)
	return seq, state != "swapping", err
}

// Version is the sequence number of the derived tables, within Stable that of the state that is read: what is read of an equal version is equal.
func (db *DB) Version(ctx context.Context) (uint64, error) {
	if seq, ok := ctx.Value(stableKey{}).(uint64); ok {
		return seq, nil
	}
	seq, _, err := db.state(ctx)
	return seq, err
}

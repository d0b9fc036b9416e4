package schema_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// machine opens the database as from a machine of its own: with its own lock files.
func machine(t *testing.T, dsn string) *schema.DB {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	db, err := schema.Open(context.Background(), schema.Target{DSN: dsn, Settings: schema.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Writers on several machines take turns; of many at once one writes; one that is silent for too long is followed by another, and finds out
// before it commits.
func TestLease(t *testing.T) {
	schema.ShortenLeases(t, 100*time.Millisecond, 2*time.Second)
	ctx, dsn := context.Background(), schematest.StartShards(t, 1).DSN
	first := machine(t, dsn)
	if _, err := first.Migrate(ctx, false); err != nil {
		t.Fatal(err)
	}

	var inside, most, turns atomic.Int32
	var all sync.WaitGroup
	for range 6 {
		db := machine(t, dsn)
		all.Go(func() {
			for range 3 {
				unlock, err := db.Lock(ctx, nil)
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				time.Sleep(20 * time.Millisecond)
				inside.Add(-1)
				turns.Add(1)
				unlock()
			}
		})
	}
	all.Wait()
	if most.Load() != 1 || turns.Load() != 18 {
		t.Errorf("%d held the lock at once, in %d turns; want 1 and 18", most.Load(), turns.Load())
	}

	// A holder that lives is waited for, longer than a lease lives.
	unlock, err := first.Lock(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := machine(t, dsn)
	soon, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	waited := 0
	if _, err := second.Lock(soon, func() { waited++ }); !errors.Is(err, context.DeadlineExceeded) || waited != 1 {
		t.Errorf("a second writer beside a living one: %v, told %d times that it waits", err, waited)
	}
	unlock()

	// One that stopped writing rows is not.
	if unlock, err = first.Lock(ctx, nil); err != nil {
		t.Fatal(err)
	}
	schema.SilenceLease(first)
	begun := time.Now()
	other, err := second.Lock(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Since(begun); d < time.Second {
		t.Errorf("the lease of a silent writer was taken after %v already", d)
	}
	w := first.NewWriter(1_700_000_000_000)
	if err := w.Add(ctx, &schema.ActivityRow{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Source: "slack", NativeID: "1", Kind: schema.Message, Actor: "U1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(ctx); !errors.Is(err, schema.ErrLeaseLost) {
		t.Errorf("a writer whose lease was taken commits: %v", err)
	}
	if _, err := first.Rebuild(ctx, true, nil); !errors.Is(err, schema.ErrLeaseLost) {
		t.Errorf("a writer whose lease was taken swaps tables: %v", err)
	}
	unlock()
	if n := queryInt(t, second.Conn, "SELECT toInt64(count()) FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'writer_')"); n != 1 {
		t.Errorf("%d leases are left", n)
	}
	other()
}

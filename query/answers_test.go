package query

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

// TestRemembered: a metric is read once per filter and state of the data, its rows are the asker's own, and a load makes all be read again.
func TestRemembered(t *testing.T) {
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, halfYear()...)
	q, ctx := NewDB(db), context.Background()
	ask := func(change func(*Filter)) Result {
		t.Helper()
		f := NewFilter(time.UTC)
		change(&f)
		r, err := incidents.Run(ctx, q, f)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	all := func(*Filter) {}
	first := ask(all)
	kept := len(q.answers.kept)
	if len(first.Rows) != 12 || kept == 0 {
		t.Fatalf("%d incidents, %d answers kept", len(first.Rows), kept)
	}
	want := first.Rows[0][0]
	first.Rows[0][0] = "written over"
	if again := ask(all); again.Rows[0][0] != want || len(q.answers.kept) != kept {
		t.Errorf("asked again: %v, %d answers kept of %d", again.Rows[0][0], len(q.answers.kept), kept)
	}
	if june := ask(func(f *Filter) { f.From = date("2026-06-01") }); len(june.Rows) != 2 {
		t.Errorf("another filter: %d incidents, want June's 2", len(june.Rows))
	}
	late := date("2026-06-20").Add(12*time.Hour + 500*time.Millisecond) // the last starts at 12:00: half a second is another filter
	if after, before := ask(func(f *Filter) { f.From = late }), ask(func(f *Filter) { f.From = late.Add(-500 * time.Millisecond) }); len(after.Rows) != 0 || len(before.Rows) != 1 {
		t.Errorf("from within a second: %d and %d incidents, want 0 and 1", len(after.Rows), len(before.Rows))
	}
	schematest.Write(t, db, 1_700_000_001_000, true, &schema.IncidentRow{Source: "incidents", NativeID: "INC-13", Record: schema.RecordIncident, Title: "new", StartedAt: date("2026-06-25"), ResolvedAt: date("2026-06-26")})
	if now := ask(all); len(now.Rows) != 13 {
		t.Errorf("after a load %d incidents, want 13", len(now.Rows))
	}
	if _, ok := q.answers.get(0, "x"); ok || q.answers.seq == 0 {
		t.Error("answers of another state are kept")
	}
}

// TestRememberedBound: what would not fit throws away what is there, but for what many questions rest on, which goes with the state alone; what
// is too large alone is not kept.
func TestRememberedBound(t *testing.T) {
	var a answers
	a.putBase(1, "roster", "of everybody")
	a.put(1, "a", "a", mostCells/5)
	a.put(1, "large", "b", mostCells/4+1)
	if _, ok := a.get(1, "a"); !ok || len(a.kept) != 1 {
		t.Errorf("kept %v", a.kept)
	}
	for _, key := range []string{"b", "c", "d", "e"} {
		a.put(1, key, key, mostCells/5)
	}
	a.put(1, "f", "f", mostCells/5)
	if _, ok := a.get(1, "f"); !ok || len(a.kept) != 1 || a.cells > mostCells {
		t.Errorf("kept %v, %d cells", a.kept, a.cells)
	}
	a.put(0, "old", "old", 1) // of a state that is over
	a.putBase(0, "roster", "of before")
	if _, ok := a.get(1, "old"); ok || a.seq != 1 {
		t.Error("an answer of an older state is kept")
	}
	if v, _ := a.get(1, "roster"); v != "of everybody" {
		t.Errorf("the roster is %v", v)
	}
	a.put(2, "new", "new", 1)
	if _, ok := a.get(2, "roster"); ok {
		t.Error("a roster of an older state is kept")
	}
}

// TestRememberedOnce: whoever asks while another does waits for that answer; if that one gives up, they ask themselves.
func TestRememberedOnce(t *testing.T) {
	db := &DB{answers: &answers{}}
	ctx := context.WithValue(context.Background(), stableKey{}, uint64(1))
	cells := func(string) int { return 1 }
	for _, x := range []struct {
		name  string
		first error // of whoever asks first
		asked int32
	}{{"answered", nil, 1}, {"given up", context.Canceled, 2}} {
		var asked atomic.Int32
		asking, waits := make(chan struct{}), make(chan struct{})
		var both sync.WaitGroup
		both.Go(func() {
			_, err := remember(ctx, db, x.name, cells, func() (string, error) {
				asked.Add(1)
				close(asking)
				<-waits
				return "known", x.first
			})
			if !errors.Is(err, x.first) {
				t.Errorf("%s: the first got %v", x.name, err)
			}
		})
		<-asking
		both.Go(func() {
			v, err := remember(ctx, db, x.name, cells, func() (string, error) { asked.Add(1); return "known", nil })
			if v != "known" || err != nil {
				t.Errorf("%s: the second got %q, %v", x.name, v, err)
			}
		})
		time.Sleep(20 * time.Millisecond) // for the second to come to wait; if it is late, it finds the answer
		close(waits)
		both.Wait()
		if n := asked.Load(); n != x.asked {
			t.Errorf("%s: asked %d times, want %d", x.name, n, x.asked)
		}
	}
}

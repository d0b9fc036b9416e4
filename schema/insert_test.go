package schema_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Rows of many small parts do not pile up in memory until the commit: a batch that is full leaves when its part is released, and what was
// released stays when a later part is taken back. The commit sends the rest, a smaller batch.
func TestReleaseSendsFullBatches(t *testing.T) {
	ctx, db := context.Background(), schematest.Open(t)
	w := db.NewWriter(1_700_000_000_000)
	const parts, each = 14, 10_000 // a batch is 2^17 rows: full in the 14th
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	add := func(part int) {
		t.Helper()
		w.Mark()
		for i := range each {
			row := schema.ActivityRow{At: at.Add(time.Duration(part*each+i) * time.Second), Source: "slack", Kind: schema.Message, NativeID: fmt.Sprint(part, "-", i), Actor: "U1", Container: "C1"}
			if err := w.Add(ctx, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	for part := range parts {
		add(part)
		since, err := w.Release(ctx)
		if err != nil || since["activity"] != each {
			t.Fatal(since, err)
		}
	}
	staged := uint64(0)
	for deadline := time.Now().Add(20 * time.Second); staged == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err := db.Conn.QueryRow(ctx, "SELECT count() FROM stage_activity").Scan(&staged); err != nil {
			t.Fatal(err)
		}
	}
	if staged != parts*each {
		t.Errorf("%d rows left before the commit, want %d", staged, parts*each)
	}
	add(parts)
	w.Rollback()
	add(parts)
	if _, err := w.Release(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	var rows uint64
	if err := db.Conn.QueryRow(ctx, "SELECT count() FROM activity FINAL").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if rows != (parts+1)*each {
		t.Errorf("%d rows after the commit, want %d", rows, (parts+1)*each)
	}
}

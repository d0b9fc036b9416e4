package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema/schematest"
)

// TestClockJumps: of two exports that do not say when they changed, the one loaded later counts, whatever the clock says: when it jumps back
// or ahead between them, and around March 2027, where 33 bits of tenths of a second since 2000 end.
func TestClockJumps(t *testing.T) {
	db, ctx := schematest.Open(t), context.Background()
	file := filepath.Join(t.TempDir(), "roster.csv")
	asOf := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, clock := range []string{"2026-06-01", "2001-01-01", "2026-06-01", "2027-03-21", "2027-03-23", "2090-01-01", "2026-06-01", "1969-12-31", "2026-06-01"} {
		now, err := time.Parse("2006-01-02", clock)
		if err != nil {
			t.Fatal(err)
		}
		title := fmt.Sprintf("Engineer %d", i)
		if err := os.WriteFile(file, []byte("name,email,title,team,startDate\nAna,ana@example.com,"+title+",Core,2020-01-01\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if report, err := Load(ctx, db, []string{file}, Options{AsOf: asOf, MaxRejects: -1, Now: func() time.Time { return now }}); err != nil {
			t.Fatalf("on %s: %v %+v", clock, err, report)
		}
		for _, sql := range []string{"SELECT title FROM people_history FINAL", "SELECT title FROM person_at WHERE person = 'ana@example.com'"} {
			var got string
			if err := db.Conn.QueryRow(ctx, sql).Scan(&got); err != nil || got != title {
				t.Errorf("load %d, on %s: %s gives %q %v, want %q", i+1, clock, sql, got, err, title)
			}
		}
	}
	// The log lists them in the order in which they happened.
	loads, err := db.Loads(ctx, 1)
	if err != nil || len(loads) != 1 || loads[0].StartedAt.Year() != 2026 {
		t.Errorf("newest load %+v %v", loads, err)
	}
}

package schema_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestRetention: of activity to June 2024 five years are kept, June 2019 on, as whole months, in raw and derived tables, and after loading the
// same again. A clock, or a record, far ahead does not empty the database: see the second part.
func TestRetention(t *testing.T) {
	settings := schema.DefaultSettings()
	settings.Retention = "5y"
	db := schematest.OpenWith(t, settings)
	ctx := context.Background()
	load := func(stamp uint64, months ...int) {
		t.Helper()
		var rows []schema.Row
		for _, m := range months {
			at := time.Date(m/100, time.Month(m%100), 15, 10, 0, 0, 0, time.UTC)
			rows = append(rows, &schema.ActivityRow{At: at, Source: "slack", Account: "T", NativeID: fmt.Sprint(m), Kind: schema.Message, Actor: "U1"})
		}
		schematest.Write(t, db, stamp, false, rows...)
	}
	check := func(want ...uint32) {
		t.Helper()
		for _, sql := range []string{"SELECT arraySort(groupUniqArray(toYYYYMM(at))) FROM activity", "SELECT arraySort(groupUniqArray(toYYYYMM(hour))) FROM activity_hourly", "SELECT arraySort(groupUniqArray(month)) FROM coverage"} {
			var got []uint32
			if err := db.Conn.QueryRow(ctx, sql).Scan(&got); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v %v, want %v", sql, got, err, want)
			}
		}
		if stale, err := db.Stale(ctx); stale || err != nil {
			t.Errorf("stale %v, %v", stale, err)
		}
	}
	for i := range uint64(2) {
		load(1_700_000_000_000+i, 201001, 201905, 201906, 202406)
		check(201906, 202406)
	}
	// The newest month decides while it is in the past; June 2090 is not, and today does: at least these are kept.
	load(1_700_000_000_009, 202512, 209006)
	var kept uint64
	if err := db.Conn.QueryRow(ctx, "SELECT count() FROM activity WHERE at >= '2025-12-01'").Scan(&kept); err != nil || kept != 2 {
		t.Errorf("%d of 2 are kept: %v", kept, err)
	}
	for bad, want := range map[string]bool{"": true, "18mo": true, "5y": true, "5": false, "0y": false, "-1y": false, "five years": false, "1y ": false} {
		s := schema.DefaultSettings()
		s.Retention = bad
		if err := s.Validate(); (err == nil) != want {
			t.Errorf("retention %q: %v", bad, err)
		}
	}
}

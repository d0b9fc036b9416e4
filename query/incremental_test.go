package query

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Loads in any order, overlapping and repeated, each followed by a rebuild of what it changed, leave the derived tables exactly as one
// load of everything and one rebuild of everything.
func TestIncrementalRebuildEqualsFull(t *testing.T) {
	n := 8
	if testing.Short() {
		n = 2
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 11))
			set, rows := randomOrg(1000 + seed)
			rows = append(rows, olderVersions(rng, rows)...)

			clean := schematest.OpenWith(t, set)
			schematest.Write(t, clean, 1_700_000_000_000, true, rows...)

			pieces := schematest.OpenWith(t, set)
			part := make([][]schema.Row, 3+rng.IntN(3))
			for _, row := range rows {
				if seed%2 == 1 && settled(row) { // then months without news keep what they have
					part[0] = append(part[0], row)
					continue
				}
				sure := rng.IntN(len(part)) // in one piece for sure, in others perhaps
				for i := range part {
					if i == sure || rng.IntN(6) == 0 {
						part[i] = append(part[i], row)
					}
				}
			}
			again := slices.Clone(rows)
			rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
			for i, p := range append(part, again[:len(again)/2]) {
				schematest.Write(t, pieces, 1_700_000_000_000+uint64(i)*60_000, false, p...)
			}
			sameTables(t, clean, pieces)
		})
	}
}

// settled rows say who people are; once they are known, new activity makes no old month stale.
func settled(row schema.Row) bool {
	switch row.(type) {
	case *schema.ActivityRow, *schema.IncidentRow, *schema.ContainerRow:
		return false
	}
	return true
}

// A page just before midnight at a month's end makes the next month's first page a repetition, even when it is loaded later.
func TestLatePageMakesNextMonthStale(t *testing.T) {
	db := schematest.Open(t)
	page := func(id string, at time.Time) schema.Row {
		return &schema.ActivityRow{At: at, Source: "pagerduty", NativeID: id, Kind: schema.Page, Actor: "D1", Thread: "Q1"}
	}
	pages := func(month string) (n uint64) {
		if err := db.Conn.QueryRow(context.Background(), "SELECT sum(count) FROM activity_hourly WHERE toYYYYMM(hour) = "+month).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	midnight := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	schematest.Write(t, db, 1_700_000_000_000, false, page("b", midnight.Add(20*time.Second)), page("c", midnight.Add(75*time.Second)))
	if n := pages("202402"); n != 1 { // c comes 55 s after b: one page
		t.Fatalf("February has %d pages, want 1", n)
	}
	// a is 40 s before b, which becomes its repetition; c comes 95 s after a and is a page of its own now.
	schematest.Write(t, db, 1_700_000_060_000, false, page("a", midnight.Add(-20*time.Second)))
	if jan, feb := pages("202401"), pages("202402"); jan != 1 || feb != 1 {
		t.Errorf("January %d, February %d pages, want 1 and 1", jan, feb)
	}
	var b uint64
	if err := db.Conn.QueryRow(context.Background(), "SELECT count() FROM page_repeat WHERE native_id = 'b'").Scan(&b); err != nil || b != 1 {
		t.Errorf("b is a repetition %d times, want 1 (%v)", b, err)
	}
}

// olderVersions are rows as their source told them earlier: they must lose against the newer ones in whatever order both come.
func olderVersions(rng *rand.Rand, rows []schema.Row) (older []schema.Row) {
	before, after := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range rows {
		if rng.IntN(5) > 0 {
			continue
		}
		switch x := row.(type) {
		case *schema.IncidentRow:
			if x.Updated.IsZero() {
				old := *x
				old.Updated, x.Updated = before, after
				old.ResolvedAt, old.Title, old.Channels, old.Services = time.Time{}, "an early title", []string{"C1"}, []string{"api"}
				older = append(older, &old)
			}
		case *schema.IdentityRow:
			if x.Updated.IsZero() {
				old := *x
				old.Updated, x.Updated = before, after
				old.Email, old.Zone = "", "Asia/Tokyo"
				older = append(older, &old)
			}
		case *schema.ContainerRow:
			old := *x
			old.Updated, x.Updated = before, after
			old.Members = []string{"U00"}
			older = append(older, &old)
		case *schema.ActivityRow:
			if x.Updated.IsZero() {
				old := *x
				old.Updated, x.Updated = before, after
				old.Container, old.IncidentRef = "C2", []string{"INC-2"}
				older = append(older, &old)
			}
		case *schema.ShiftRow:
			if x.Updated.IsZero() {
				old := *x
				old.Updated, x.Updated = before, after
				old.End = old.End.Add(24 * time.Hour)
				older = append(older, &old)
			}
		}
	}
	return older
}

// sameTables compares the contents of every derived table.
func sameTables(t testing.TB, want, got *schema.DB) {
	t.Helper()
	sameContents(t, contents(t, want), contents(t, got))
}

// contents are the rows of every derived table, sorted.
func contents(t testing.TB, db *schema.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range schema.DerivedTables() {
		var rows []string
		if err := db.Conn.QueryRow(context.Background(), "SELECT arraySort(groupArray(toString(tuple(*)))) FROM "+table).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		out[table] = rows
	}
	return out
}

// sameContents compares what one load, or a rebuild of everything, made with what several loads and rebuilds of what they changed did.
func sameContents(t testing.TB, want, got map[string][]string) {
	t.Helper()
	only := func(a, b []string) (out []string) {
		for _, s := range a {
			if _, ok := slices.BinarySearch(b, s); !ok && len(out) < 3 {
				out = append(out, s)
			}
		}
		return out
	}
	for _, table := range schema.DerivedTables() {
		if w, g := want[table], got[table]; !slices.Equal(w, g) {
			t.Errorf("%s: %d rows at once, %d bit by bit\nonly at once: %s\nonly bit by bit: %s", table, len(w), len(g), strings.Join(only(w, g), "\n"), strings.Join(only(g, w), "\n"))
		}
	}
}

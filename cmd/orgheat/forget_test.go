package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

func openData(t *testing.T, data string) *schema.DB {
	t.Helper()
	db, err := schema.Open(context.Background(), schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// mentions counts the rows of every table, raw, derived and our own, in which a word occurs, whatever its case.
func mentions(t *testing.T, db *schema.DB, words []string) map[string]uint64 {
	t.Helper()
	ctx := context.Background()
	var tables []string
	if err := db.Conn.QueryRow(ctx, "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if len(tables) < len(schema.RawTables)+len(schema.DerivedTables()) {
		t.Fatalf("only %d tables", len(tables))
	}
	found := map[string]uint64{}
	for _, name := range tables {
		var n uint64
		if err := db.Conn.QueryRow(ctx, "SELECT count() FROM `"+name+"` WHERE multiSearchAny(lower(toString(tuple(*))), ?)", words).Scan(&n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n > 0 {
			found[name] = n
		}
	}
	return found
}

// TestForget: a person who is everywhere is nowhere afterwards, in no table, and a second load of the same files, or of a new one that
// knows them by another id, does not bring them back; everybody else stays.
func TestForget(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	data, ctx := t.TempDir(), context.Background()
	must(t, orgheat(data, "load", org))
	db := openData(t, data)
	// The person with the most kinds of traces: identities in many sources, shifts, grants, reviews.
	var email, name string
	var ids []string
	if err := db.Conn.QueryRow(ctx, `SELECT p.person, any(n.name), groupUniqArray(i.native_id) FROM person_of AS p
		INNER JOIN identities AS i FINAL ON i.source = p.source AND i.account = p.account AND i.native_id = p.native_id
		INNER JOIN person AS n ON n.person = p.person
		WHERE p.person LIKE '%@%' AND p.person IN (SELECT person FROM shift) AND p.person IN (SELECT person FROM grant_of) AND p.person IN (SELECT person FROM participation)
			AND (p.person IN (SELECT lower(commander) FROM incidents) OR lower(n.name) IN (SELECT lower(commander) FROM incidents))
		GROUP BY p.person ORDER BY uniqExact(p.source) DESC, p.person LIMIT 1`).Scan(&email, &name, &ids); err != nil {
		t.Fatal(err)
	}
	words := []string{strings.ToLower(email), strings.ToLower(name)}
	for _, id := range ids {
		if len(id) >= 6 { // shorter ones are parts of other words
			words = append(words, strings.ToLower(id))
		}
	}
	before := mentions(t, db, words)
	for _, table := range []string{"activity", "identities", "people_history", "grants", "containers", "oncall_shifts", "reviews", "incidents", "person_of", "participation", "activity_hourly", "engaged"} {
		if before[table] == 0 {
			t.Errorf("%s does not mention the person to begin with: the test proves little (%v)", table, before)
		}
	}
	var people, all, theirs uint64
	count := func() (n, rows uint64) {
		if err := db.Conn.QueryRow(ctx, "SELECT (SELECT count() FROM person), (SELECT count() FROM activity FINAL)").Scan(&n, &rows); err != nil {
			t.Fatal(err)
		}
		return n, rows
	}
	people, all = count()
	if err := db.Conn.QueryRow(ctx, "SELECT count() FROM activity FINAL WHERE (source, account, actor) IN (SELECT source, account, native_id FROM person_of WHERE person = ?)", email).Scan(&theirs); err != nil {
		t.Fatal(err)
	}
	db.Close()

	out := must(t, orgheat(data, "forget", email))
	if !strings.Contains(out, fmt.Sprintf("removed %d actions", theirs)) {
		t.Errorf("forget says %q, not %d actions", out, theirs)
	}
	check := func(when string) {
		t.Helper()
		db = openData(t, data)
		defer db.Close()
		if left := mentions(t, db, words); len(left) > 0 {
			t.Errorf("%s: %v still mention the person", when, slices.Sorted(maps.Keys(left)))
		}
		if n, rows := count(); n != people-1 || rows != all-theirs {
			t.Errorf("%s: %d of %d people, %d of %d actions; %d actions were theirs", when, n, people, rows, all, theirs)
		}
	}
	check("after forgetting")
	must(t, orgheat(data, "load", org))
	check("after loading again")
	for _, part := range []string{"slack.zip", "incidents.csv", "vesting.csv", "roster"} {
		must(t, orgheat(data, "load", filepath.Join(org, part)))
	}
	check("after loading parts")

	// A new source that knows them by an id of its own, and says so after their activity.
	db = openData(t, data)
	at := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	schematest.Write(t, db, 1_900_000_000_000, false,
		&schema.ActivityRow{At: at, Source: "newtool", NativeID: "1", Kind: schema.Message, Actor: "z99887766"},
		&schema.ActivityRow{At: at, Source: "newtool", NativeID: "2", Kind: schema.Message, Actor: "other", TargetActor: "z99887766"},
		&schema.IdentityRow{Source: "newtool", NativeID: "z99887766", Login: "zlogin99", Email: strings.ToUpper(email), Name: "Another Spelling"},
		&schema.IncidentRow{Source: "newtool", NativeID: "NEW-1", Record: schema.RecordMaintenance, Title: "Ask " + name + " (<@z99887766>, " + email + ")", StartedAt: at})
	db.Close()
	people, all, words = people+1, all+1, append(words, "zlogin99", "another spelling")
	check("after a new source")
	if out, err := orgheat(data, "forget", "nobody").CombinedOutput(); err == nil || !strings.Contains(string(out), "nobody is known") {
		t.Errorf("forget nobody: %v %s", err, out)
	}
}

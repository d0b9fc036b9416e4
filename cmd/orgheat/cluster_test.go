package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestCluster takes a small organization through three shards as a user would: one of them dies during a load, and later while pages are
// read. Every derived table and every metric is that of one clean load on one node, after forgetting somebody, too.
func TestCluster(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	clean, data, cache, ctx := t.TempDir(), t.TempDir(), t.TempDir(), context.Background()
	must(t, orgheat(clean, "load", org))
	want := digests(t, clean)

	shards := schematest.StartShards(t, 3)
	cluster := func(args ...string) *exec.Cmd {
		c := orgheat(data, args...)
		c.Env = append(c.Env, "ORGHEAT_CLICKHOUSE="+shards.DSN, "XDG_CACHE_HOME="+cache)
		return c
	}
	open := func() *schema.DB {
		db, err := schema.Open(ctx, schema.Target{DSN: shards.DSN, Settings: schema.DefaultSettings()})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}

	// appears waits for tables of those names on the third shard: what is under way has come to it.
	last := shards.Conn(t, 2)
	appears := func(pattern string) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
			var n uint64 // a shard that just came back breaks connections: ask again
			if err := last.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = 'orgheat_shard' AND match(name, ?)", pattern).Scan(&n); err == nil && n > 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("no table %s ever came to the third shard", pattern)
			}
		}
	}

	// A shard dies during a load, at the latest in its rebuild.
	load := cluster("load", org)
	var said strings.Builder
	load.Stdout, load.Stderr = &said, &said
	if err := load.Start(); err != nil {
		t.Fatal(err)
	}
	appears("^(stage_activity|next_)")
	shards.Kill(t, 2)
	if err := load.Wait(); err == nil || !strings.Contains(said.String(), "shard 3") {
		t.Errorf("a load whose shard died ended with %v and said:\n%s", err, said.String())
	}
	shards.Restart(t, 2)
	must(t, cluster("load", org))
	db := open()
	same(t, schematest.Digests(t, db), want)
	must(t, cluster("load", org)) // again
	same(t, schematest.Digests(t, db), want)

	// A shard dies in the middle of a rebuild; pages show what they showed, and the next command finishes it.
	rebuild := cluster("rebuild")
	if err := rebuild.Start(); err != nil {
		t.Fatal(err)
	}
	appears("^next_linked$")
	shards.Kill(t, 2)
	if err := rebuild.Wait(); err == nil {
		t.Error("a rebuild whose shard died ended well")
	}
	shards.Restart(t, 2)
	same(t, schematest.Digests(t, db), want)
	must(t, cluster("rebuild"))
	same(t, schematest.Digests(t, db), want)

	var held []uint64 // rows of activity on each shard
	for i := range 3 {
		var n uint64
		if err := shards.Conn(t, i).QueryRow(ctx, "SELECT count() FROM orgheat_shard.activity").Scan(&n); err != nil || n == 0 {
			t.Errorf("shard %d holds %d actions: %v", i+1, n, err)
		}
		held = append(held, n)
	}
	t.Logf("actions by shard: %v", held)

	one := openData(t, clean)
	sameAnswers(t, one, db)

	// Pages while a shard is dead, and when it is back.
	h, err := dashboard.New(dashboard.Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		r, ask := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
		ask.Host = "localhost"
		h.ServeHTTP(r, ask)
		return r.Code, r.Body.String()
	}
	var incident string
	if err := db.Conn.QueryRow(ctx, "SELECT min(incident) FROM incident_facts").Scan(&incident); err != nil {
		t.Fatal(err)
	}
	_, whole := get("/api/v1/metrics/events")
	shards.Kill(t, 2)
	const missing = "shard 3 of the ClickHouse cluster does not answer"
	for _, path := range []string{"/api/v1/metrics/events", "/api/v1/metrics/incident-chatter?incident=" + incident} {
		if status, body := get(path); !strings.Contains(body, missing) || strings.HasPrefix(path, "/api/") && status != http.StatusServiceUnavailable {
			t.Errorf("%s without its third shard: %d %.500s", path, status, body)
		}
	}
	if out, err := cluster("query", "events").CombinedOutput(); err == nil || !strings.Contains(string(out), missing) {
		t.Errorf("query without a shard: %v %s", err, out)
	}
	if status, _ := get("/api/v1/metrics/coordination"); status != http.StatusOK { // all of it is at home
		t.Errorf("coordination without a shard that it does not need: %d", status)
	}
	shards.Restart(t, 2)
	if _, body := get("/api/v1/metrics/events"); body != whole {
		t.Errorf("events after the shard is back: %.500s", body)
	}

	// Somebody is forgotten on all shards.
	var person string
	if err := db.Conn.QueryRow(ctx, "SELECT person FROM participation WHERE person LIKE '%@%' GROUP BY person ORDER BY count() DESC, person LIMIT 1").Scan(&person); err != nil {
		t.Fatal(err)
	}
	one.Close()
	must(t, orgheat(clean, "forget", person))
	must(t, cluster("forget", person))
	same(t, schematest.Digests(t, db), digests(t, clean))
	for i := range 3 {
		c := shards.Conn(t, i)
		var tables []string
		if err := c.QueryRow(ctx, "SELECT groupArray(concat(database, '.', name)) FROM system.tables WHERE startsWith(database, 'orgheat') AND engine LIKE '%MergeTree'").Scan(&tables); err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			var n uint64
			if err := c.QueryRow(ctx, "SELECT count() FROM "+table+" WHERE position(lower(toString(tuple(*))), ?) > 0", person).Scan(&n); err != nil || n > 0 {
				t.Errorf("shard %d: %s mentions a forgotten person %d times: %v", i+1, table, n, err)
			}
		}
	}
	db.Close()
}

// sameAnswers compares every metric of two databases, in full and in a range.
func sameAnswers(t *testing.T, a, b *schema.DB) {
	t.Helper()
	ctx := context.Background()
	var incident, person string
	if err := a.Conn.QueryRow(ctx, "SELECT argMax(incident, participants), argMax(top_person, participants) FROM incident_facts").Scan(&incident, &person); err != nil {
		t.Fatal(err)
	}
	for _, m := range query.Metrics {
		for _, from := range []string{"", "2026-04-01"} {
			var texts [2]string
			for i, db := range []*schema.DB{a, b} {
				q := query.NewDB(db)
				f, err := q.ParseFilter(map[string][]string{"incident": {incident}, "from": {from}})
				if err != nil {
					t.Fatal(err)
				}
				f.Category = "promotion"
				for _, r := range m.Requires {
					if r == "person" {
						f.Persons = []string{person}
					}
				}
				r, err := m.Run(ctx, q, f)
				if err != nil {
					t.Errorf("%s: %v", m.ID, err)
				}
				text, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				texts[i] = string(text)
			}
			if texts[0] != texts[1] {
				t.Errorf("%s from %q differs:\n%s\n%s", m.ID, from, texts[0][:min(800, len(texts[0]))], texts[1][:min(800, len(texts[1]))])
			}
		}
	}
}

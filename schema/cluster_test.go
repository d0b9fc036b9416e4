package schema_test

import (
	"context"
	"strings"
	"testing"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// With Keeper every table that keeps rows is Replicated, whatever its kind of MergeTree, and a view stays a view.
func TestReplicatedTables(t *testing.T) {
	all, err := schema.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, m := range all {
		for _, sql := range m.Statements {
			got := schema.Replicated(sql)
			if strings.HasPrefix(sql, "CREATE TABLE") && strings.Contains(sql, "ENGINE") {
				tables++
				if !strings.Contains(got, "ENGINE = ReplicatedMergeTree") && !strings.Contains(got, "ENGINE = ReplicatedReplacingMergeTree") {
					t.Errorf("not replicated: %s", got)
				}
			} else if got != sql {
				t.Errorf("changed: %s", got)
			}
		}
	}
	if tables < 40 {
		t.Errorf("only %d tables", tables)
	}
}

// A database is used only with the shards that it was made on.
func TestLayout(t *testing.T) {
	ctx := context.Background()
	two := schematest.StartShards(t, 2)
	open := func(dsn string) error {
		t.Helper()
		db, err := schema.Open(ctx, schema.Target{DSN: dsn, Settings: schema.DefaultSettings()})
		if err != nil {
			return err
		}
		defer db.Close()
		for _, dryRun := range []bool{false, true, false} {
			if _, err := db.Migrate(ctx, dryRun); err != nil {
				return err
			}
		}
		return nil
	}
	single := strings.Replace(two.DSN, "/orgheat?cluster="+schema.EngineCluster, "/alone", 1)
	for _, c := range []struct{ name, dsn, err string }{
		{"a cluster", two.DSN, ""},
		{"again", two.DSN, ""},
		{"without its name", strings.Replace(two.DSN, "?cluster="+schema.EngineCluster, "", 1), "made on a cluster (2 shards)"},
		{"another name", strings.Replace(two.DSN, "cluster="+schema.EngineCluster, "cluster=other", 1), `know no cluster "other"`},
		{"a server", single, ""},
		{"with a cluster's name", single + "?cluster=" + schema.EngineCluster, "made on a single server"},
	} {
		if err := open(c.dsn); c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
	// The servers' configuration now says three shards.
	two.Stop()
	dirs := append(two.Dirs, t.TempDir())
	three := schematest.StartShardsIn(t, dirs...)
	if err := open(three.DSN); err == nil || !strings.Contains(err.Error(), "was made on 2 shards, the cluster orgheat now has 3 shards") {
		t.Errorf("with a shard more: %v", err)
	}
}

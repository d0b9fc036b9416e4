// Package schematest gives tests a migrated database of their own on the real engine.
package schematest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"github.com/orgheat/orgheat/schema"
)

var (
	mu   sync.Mutex
	dir  string
	hold *schema.DB // keeps the engine alive between tests of one binary
)

// Main runs a package's tests with a data directory that is removed afterwards. Packages whose tests use Open call it in TestMain.
func Main(m *testing.M) {
	schema.EngineChild()
	code := m.Run()
	if hold != nil {
		hold.Close()
	}
	if dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// Open returns a migrated database with default settings. Without an engine the test is skipped, or fails when ORGHEAT_TEST_REQUIRE=1.
func Open(t testing.TB) *schema.DB { return OpenWith(t, schema.DefaultSettings()) }

// OpenWith is Open with the settings of an organization.
func OpenWith(t testing.TB, settings schema.Settings) *schema.DB {
	t.Helper()
	db := open(t, settings)
	if _, err := db.Migrate(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	return db
}

// OpenEmpty is Open without the migrations.
func OpenEmpty(t testing.TB) *schema.DB {
	t.Helper()
	return open(t, schema.DefaultSettings())
}

func open(t testing.TB, settings schema.Settings) *schema.DB {
	t.Helper()
	ctx := context.Background()
	data, err := shared(ctx)
	if errors.Is(err, schema.ErrNoEngine) && os.Getenv("ORGHEAT_TEST_REQUIRE") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%x", rand.Uint64())
	db, err := schema.Open(ctx, schema.Target{DataDir: data, Database: name, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" SYNC"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return db
}

// Write loads the rows as one file, in the load of that number (unix milliseconds), and rebuilds: what changed, or all.
func Write(t testing.TB, db *schema.DB, load uint64, all bool, rows ...schema.Row) {
	t.Helper()
	ctx := context.Background()
	w := db.NewWriter(load)
	for _, r := range rows {
		if err := w.Add(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Rebuild(ctx, all, nil); err != nil {
		t.Fatal(err)
	}
}

// Digests fingerprints the content of every derived table, whatever the order of its rows.
func Digests(t testing.TB, db *schema.DB) map[string]uint64 {
	t.Helper()
	ctx, out := context.Background(), map[string]uint64{}
	for _, name := range schema.DerivedTables() {
		var columns string
		if err := db.Conn.QueryRow(ctx, "SELECT arrayStringConcat(groupArray(concat('`', name, '`')), ', ') FROM system.columns WHERE database = currentDatabase() AND table = ?", name).Scan(&columns); err != nil {
			t.Fatal(err)
		}
		var d uint64
		if err := db.Conn.QueryRow(ctx, "SELECT sum(cityHash64(toString(tuple("+columns+")))) + count() FROM "+name).Scan(&d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = d
	}
	return out
}

func shared(ctx context.Context) (string, error) {
	mu.Lock()
	defer mu.Unlock()
	if hold != nil {
		return dir, nil
	}
	if dir == "" {
		d, err := os.MkdirTemp("", "orgheat-test-")
		if err != nil {
			return "", err
		}
		dir = d
	}
	db, err := schema.Open(ctx, schema.Target{DataDir: dir, Database: "held", Settings: schema.DefaultSettings()})
	if err != nil {
		return "", err
	}
	hold = db
	return dir, nil
}

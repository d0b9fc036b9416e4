package schematest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/orgheat/orgheat/schema"
)

// Shards are local engines that form a cluster.
type Shards struct {
	DSN     string // with the password
	Dirs    []string
	engines []*schema.Engine
}

// StartShards starts n engines of their own for the test. Without an engine the test is skipped, or fails when ORGHEAT_TEST_REQUIRE=1.
func StartShards(t testing.TB, n int) *Shards {
	t.Helper()
	var dirs []string
	for range n {
		dirs = append(dirs, t.TempDir())
	}
	return StartShardsIn(t, dirs...)
}

// StartShardsIn is StartShards with data directories of the test's.
func StartShardsIn(t testing.TB, dirs ...string) *Shards {
	t.Helper()
	s := &Shards{Dirs: dirs}
	var err error
	if s.DSN, err = schema.ClusterEngines(s.Dirs...); err != nil {
		t.Fatal(err)
	}
	for _, dir := range s.Dirs {
		e, err := schema.StartEngine(context.Background(), schema.EngineOptions{DataDir: dir})
		if errors.Is(err, schema.ErrNoEngine) && os.Getenv("ORGHEAT_TEST_REQUIRE") != "1" {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		s.engines = append(s.engines, e)
	}
	return s
}

// Stop stops them all, as nobody who uses them is left.
func (s *Shards) Stop() {
	for _, e := range s.engines {
		e.Close()
	}
}

// Open opens a migrated database of its own on the cluster; its Reader is the engines' login that can only SELECT.
func (s *Shards) Open(t testing.TB, settings schema.Settings) *schema.DB {
	t.Helper()
	db, err := schema.Open(context.Background(), schema.Target{DSN: s.DSN, ReaderDSN: strings.Replace(s.DSN, "//orgheat:", "//orgheat_reader:", 1), Database: fmt.Sprintf("test_%x", rand.Uint64()), Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Migrate(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	return db
}

// Kill kills the engine of shard i, counted from 0, as a crash would.
func (s *Shards) Kill(t testing.TB, i int) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Dirs[i], "engine", "engine.json"))
	if err != nil {
		t.Fatal(err)
	}
	var info struct{ PID int }
	if err := json.Unmarshal(data, &info); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(info.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 100 { // its lock goes with it
		if syscall.Kill(info.PID, 0) != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("shard %d does not die", i)
}

// Restart starts a killed shard again, on what it had kept.
func (s *Shards) Restart(t testing.TB, i int) {
	t.Helper()
	if err := s.engines[i].Ensure(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// Conn connects to shard i alone, past the cluster.
func (s *Shards) Conn(t testing.TB, i int) driver.Conn {
	t.Helper()
	c, err := clickhouse.Open(s.engines[i].Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

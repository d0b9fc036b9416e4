package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/orgheat/orgheat/internal/generate"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// cliEnv makes the test binary the program itself.
const cliEnv = "ORGHEAT_TEST_CLI"

func TestMain(m *testing.M) {
	schema.EngineChild()
	if os.Getenv(cliEnv) != "" {
		os.Exit(run(os.Args[1:]))
	}
	schematest.Main(m)
}

// orgheat prepares a call of the program with a data directory.
func orgheat(data string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), cliEnv+"=1", "ORGHEAT_DATA="+data)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return c
}

// must runs a call and returns what it printed.
func must(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v\n%s%s", c.Args[1:], err, out.String(), errs.String())
	}
	return out.String()
}

// needEngine skips, or with ORGHEAT_TEST_REQUIRE=1 fails, where no engine is.
func needEngine(t *testing.T) { schematest.Open(t) }

// smallOrg writes a small organization once per test binary.
var smallOrg = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orgheat-org-")
	if err != nil {
		return "", err
	}
	_, err = generate.Write(context.Background(), generate.Options{People: 50, Years: 1, Seed: 7, Volume: 0.2, Out: filepath.Join(dir, "org")})
	return filepath.Join(dir, "org"), err
})

func digests(t *testing.T, data string) map[string]uint64 {
	t.Helper()
	db, err := schema.Open(context.Background(), schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return schematest.Digests(t, db)
}

func same(t *testing.T, got, want map[string]uint64) {
	t.Helper()
	for name, d := range want {
		if got[name] != d {
			t.Errorf("derived table %s differs from one clean load", name)
		}
	}
}

// TestExactlyOnce: loading again, loading half, killing the loader or the engine at random moments, and two loaders at once all end in what one
// clean load gives. ORGHEAT_TEST_KILLS sets the number of kills.
func TestExactlyOnce(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	clean := t.TempDir()
	begun := time.Now()
	must(t, orgheat(clean, "load", org))
	took := time.Since(begun)
	want := digests(t, clean)

	t.Run("again", func(t *testing.T) {
		must(t, orgheat(clean, "load", org))
		same(t, digests(t, clean), want)
	})
	t.Run("parts in another order", func(t *testing.T) {
		data := t.TempDir()
		for _, part := range []string{"vesting.csv", "slack.zip", "jira", "roster", "incidents.csv", "slack.zip"} {
			must(t, orgheat(data, "load", filepath.Join(org, part)))
		}
		must(t, orgheat(data, "load", org))
		same(t, digests(t, data), want)
	})
	t.Run("killed", func(t *testing.T) {
		kills, err := strconv.Atoi(os.Getenv("ORGHEAT_TEST_KILLS"))
		if err != nil {
			kills = 6
		}
		data, random := t.TempDir(), rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
		for i := range kills {
			c := orgheat(data, "load", org)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.Float64() * float64(took)))
			if i%3 == 2 {
				killEngine(t, data)
			} else {
				_ = c.Process.Kill()
			}
			_ = c.Wait()
		}
		must(t, orgheat(data, "load", org))
		same(t, digests(t, data), want)
	})
	t.Run("two at once", func(t *testing.T) {
		data := t.TempDir()
		first, second := orgheat(data, "load", org), orgheat(data, "load", filepath.Join(org, "slack.zip"), filepath.Join(org, "jira"))
		var out bytes.Buffer
		second.Stdout, second.Stderr = &out, &out
		if err := errors.Join(first.Start(), second.Start()); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(first.Wait(), second.Wait()); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		same(t, digests(t, data), want)
	})
}

// killEngine ends the local engine of a data directory the hard way, if it runs.
func killEngine(t *testing.T, data string) {
	t.Helper()
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		line, err := os.ReadFile(p)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(p)))
		if err == nil && pid != os.Getpid() && bytes.Contains(line, []byte(filepath.Join(data, "engine"))) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// TestQueryFormats: every metric that needs no parameter answers in the three formats, also on an empty database.
func TestQueryFormats(t *testing.T) {
	needEngine(t)
	data := t.TempDir()
	list := must(t, orgheat(data, "query", "--list"))
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		id := strings.Fields(line)[0]
		out, err := orgheat(data, "query", id, "--format", "json").Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 2 {
			continue // it needs a parameter, and says so
		}
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		var r struct {
			ID      string
			Columns []struct{ Name, Type, Unit string }
			Rows    [][]any
		}
		if err := json.Unmarshal(out, &r); err != nil || r.ID != id || len(r.Columns) == 0 || r.Rows == nil {
			t.Errorf("%s: %v: %s", id, err, out)
		}
	}
}

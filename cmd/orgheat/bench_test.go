package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/internal/generate"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

var (
	benchSizes = flag.String("sizes", "1M", "sizes of the benchmarks' organizations, of 1M, 3M, 10M, 30M and 100M activities")
	benchDir   = flag.String("orgs", filepath.Join(os.TempDir(), "orgheat-bench"), "directory of the benchmarks' organizations and their data; what is there is used again")
)

// benchOrgs are the generated organizations by the number of their activities. 10M is the one of the bars: over 5,000 incidents, 2,000
// people employed on the last day.
var benchOrgs = map[string]generate.Options{
	"1M":   {People: 220, Years: 4.5, Volume: 1},
	"3M":   {People: 700, Years: 4.5, Volume: 1},
	"10M":  {People: 2000, Years: 5.5, Volume: 1.05},
	"30M":  {People: 6000, Years: 5.5, Volume: 1.05},
	"100M": {People: 20000, Years: 5.5, Volume: 1.05},
}

// forSizes runs a benchmark for each organization asked for.
func forSizes(b *testing.B, f func(b *testing.B, org benchOrg)) {
	for name := range strings.SplitSeq(*benchSizes, ",") {
		options, ok := benchOrgs[name]
		if !ok {
			b.Fatalf("-sizes: there is no organization of %q activities", name)
		}
		options.Seed = 1
		org := benchOrg{name: name, options: options, export: filepath.Join(*benchDir, "export-"+name), data: filepath.Join(*benchDir, "data-"+name)}
		b.Run("activities="+name, func(b *testing.B) { f(b, org) })
	}
}

type benchOrg struct {
	name         string
	options      generate.Options
	export, data string
}

// generated writes the export unless it is there.
func (o benchOrg) generated(b *testing.B) {
	b.Helper()
	if _, err := os.Stat(o.export); err == nil {
		return
	}
	o.generate(b)
}

func (o benchOrg) arguments(out string) []string {
	return []string{"generate", "--people", fmt.Sprint(o.options.People), "--years", fmt.Sprint(o.options.Years), "--volume", fmt.Sprint(o.options.Volume), "--seed", "1", "--out", out}
}

func (o benchOrg) generate(b *testing.B) usage {
	b.Helper()
	part := o.export + ".part"
	for _, dir := range []string{o.export, part} {
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
	}
	u := watch(b, o.data, o.arguments(part)...)
	if err := os.Rename(part, o.export); err != nil {
		b.Fatal(err)
	}
	return u
}

// loaded loads the export unless that was done by this version of the derivation.
func (o benchOrg) loaded(b *testing.B) {
	b.Helper()
	if _, err := os.Stat(filepath.Join(o.data, "loaded")); err != nil {
		o.load(b)
	}
}

// load loads the export into an empty data directory.
func (o benchOrg) load(b *testing.B) usage {
	b.Helper()
	o.generated(b)
	if err := os.RemoveAll(o.data); err != nil {
		b.Fatal(err)
	}
	u := watch(b, o.data, "load", o.export)
	if err := os.WriteFile(filepath.Join(o.data, "loaded"), nil, 0o600); err != nil {
		b.Fatal(err)
	}
	return u
}

// open is the organization's database with up-to-date derived tables.
func (o benchOrg) open(b *testing.B) *schema.DB {
	b.Helper()
	o.loaded(b)
	ctx := context.Background()
	db, err := schema.Open(ctx, schema.Target{DataDir: o.data, Settings: schema.DefaultSettings()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if _, err := db.Migrate(ctx, false); err != nil {
		b.Fatalf("%v; remove %s", err, o.data)
	}
	if _, err := db.Rebuild(ctx, false, nil); err != nil {
		b.Fatal(err)
	}
	return db
}

// example is what metrics and pages about one thing are asked about: the incident with the most participants, the person with the most
// responses, the most frequent category of org events.
type example struct {
	Incident, Person, Category string
	Last                       time.Time // start of the last incident
	asked                      int
}

func (o benchOrg) example(b *testing.B, db *schema.DB) *example {
	b.Helper()
	e := &example{}
	for question, into := range map[string]any{
		"SELECT max(started_at) FROM incident_facts":                                                             &e.Last,
		"SELECT incident FROM incident_facts ORDER BY participants DESC, incident LIMIT 1":                       &e.Incident,
		"SELECT person FROM participation WHERE responder GROUP BY person ORDER BY count() DESC, person LIMIT 1": &e.Person,
		"SELECT toString(category) FROM org_event GROUP BY category ORDER BY count() DESC, category LIMIT 1":     &e.Category,
	} {
		if err := db.Reader.QueryRow(context.Background(), question).Scan(into); err != nil {
			b.Fatal(err)
		}
	}
	return e
}

// filter restricts nothing but what the metric requires, and the end of history: every time to another day, so that no answer is known
// from the time before.
func (e *example) filter(m query.Metric) query.Filter {
	f := query.NewFilter(time.UTC)
	f.To = e.end()
	for _, name := range m.Requires {
		switch name {
		case "incident":
			f.Incident = e.Incident
		case "person":
			f.Persons = []string{e.Person}
		case "category":
			f.Category = e.Category
		}
	}
	return f
}

// end is a day before the end of history, another one every time.
func (e *example) end() time.Time {
	e.asked++
	return e.Last.Truncate(24*time.Hour).AddDate(0, 0, 1-e.asked%200)
}

// quantiles runs f b.N times after a first time, which is reported by itself, and reports p50, p95 and p99 (nearest rank) in
// milliseconds, and the time that the engine of the data directory and this process took on all cores for one of them.
func quantiles(b *testing.B, data string, f func() error) {
	b.Helper()
	run := func() float64 {
		begun := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		return float64(time.Since(begun).Microseconds()) / 1000
	}
	first := run()
	var took []float64
	engine, program := cpu(engineFile(data, "stat")), cpu("/proc/self/stat")
	for b.Loop() {
		took = append(took, run())
	}
	engine, program = cpu(engineFile(data, "stat"))-engine, cpu("/proc/self/stat")-program
	slices.Sort(took)
	rank := func(p int) float64 { return took[(len(took)*p+99)/100-1] }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(first, "first-ms")
	b.ReportMetric(rank(50), "p50-ms")
	b.ReportMetric(rank(95), "p95-ms")
	b.ReportMetric(rank(99), "p99-ms")
	b.ReportMetric(engine/float64(len(took)), "cpu-ms/engine")
	b.ReportMetric(program/float64(len(took)), "cpu-ms/program")
}

// usage is what a run of the program took.
type usage struct {
	wall        time.Duration
	own, engine float64 // highest resident memory of the program and of its engine, MiB
	report      []byte  // what it printed
}

// watch runs the program and looks at its engine's memory meanwhile.
func watch(b *testing.B, data string, args ...string) usage {
	b.Helper()
	c := orgheat(data, args...)
	var out strings.Builder
	c.Stdout, c.Stderr = &out, &out
	begun := time.Now()
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	own := fmt.Sprintf("/proc/%d/status", c.Process.Pid)
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	var u usage
	for {
		u.own, u.engine = max(u.own, peak(own)), max(u.engine, peak(engineFile(data, "status")))
		select {
		case err := <-done:
			u.wall = time.Since(begun)
			if err != nil {
				b.Fatalf("orgheat %v: %v\n%s", args, err, out.String())
			}
			u.report = []byte(out.String())
			return u
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// engineFile is a file of the kernel's account of the engine of a data directory; "" without one.
func engineFile(data, name string) string {
	var info struct{ PID int }
	raw, err := os.ReadFile(filepath.Join(data, "engine", "engine.json"))
	if err != nil || json.Unmarshal(raw, &info) != nil || info.PID == 0 {
		return ""
	}
	return fmt.Sprintf("/proc/%d/%s", info.PID, name)
}

// cpu is the time that a process took on all cores so far, milliseconds, where the kernel tells (Linux: in hundredths of a second); else 0.
func cpu(stat string) float64 {
	raw, _ := os.ReadFile(stat)
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:])) // from the third on: the second is a name
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return 10 * (user + system)
}

// peak is the highest resident memory of a process so far, MiB, where the kernel tells (Linux); else 0.
func peak(status string) float64 {
	raw, _ := os.ReadFile(status)
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

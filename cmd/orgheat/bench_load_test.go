package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// BenchmarkGenerate writes the organizations' exports anew.
func BenchmarkGenerate(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		for b.Loop() {
			u := org.generate(b)
			var truth struct{ Activities map[string]float64 }
			raw, err := os.ReadFile(filepath.Join(org.export, "truth.json"))
			if err != nil {
				b.Fatal(err)
			}
			if err := json.Unmarshal(raw, &truth); err != nil {
				b.Fatal(err)
			}
			n := 0.
			for _, of := range truth.Activities {
				n += of
			}
			u.tell(b, n)
			b.ReportMetric(mib(b, org.export), "MiB/export")
		}
	})
}

// BenchmarkLoad loads the exports into empty data directories: every source, and the derived tables.
func BenchmarkLoad(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		org.generated(b)
		for b.Loop() {
			u := org.load(b)
			u.tell(b, activities(b, org.data))
			b.ReportMetric(mib(b, org.data), "MiB/data")
		}
	})
}

// BenchmarkRebuild computes all derived tables anew. The bar is 60 s at 10M on two cores.
func BenchmarkRebuild(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		org.loaded(b)
		for b.Loop() {
			watch(b, org.data, "rebuild").tell(b, activities(b, org.data))
		}
	})
}

// BenchmarkMonth loads one more month onto a copy of the organization's history: the last one once more, activity and incidents, thirty days
// later, and a roster in which every fiftieth person is in another team by then. What it costs must follow the month, not the history.
func BenchmarkMonth(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		org.loaded(b)
		month := b.TempDir()
		n := org.nextMonth(b, month)
		for b.Loop() {
			b.StopTimer()
			data := org.data + "-month"
			if err := os.RemoveAll(data); err != nil {
				b.Fatal(err)
			}
			copyData(b, org.data, data)
			b.StartTimer()
			watch(b, data, "load", month).tell(b, n)
			os.RemoveAll(data)
		}
	})
}

// tell reports a run that did something with so many activities.
func (u usage) tell(b *testing.B, activities float64) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(u.wall.Seconds(), "s")
	b.ReportMetric(activities, "activities")
	b.ReportMetric(u.wall.Seconds()/activities*1e6, "us/activity")
	b.ReportMetric(u.own, "MiB/program")
	b.ReportMetric(u.engine, "MiB/engine")
}

// inEngine runs f with the database of a data directory.
func inEngine(b *testing.B, data string, f func(ctx context.Context, db *schema.DB) error) {
	b.Helper()
	ctx := context.Background()
	db, err := schema.Open(ctx, schema.Target{DataDir: data, Settings: schema.DefaultSettings()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := f(ctx, db); err != nil {
		b.Fatal(err)
	}
}

func activities(b *testing.B, data string) (n float64) {
	inEngine(b, data, func(ctx context.Context, db *schema.DB) error {
		return db.Conn.QueryRow(ctx, "SELECT toFloat64(count()) FROM activity").Scan(&n)
	})
	return n
}

// nextMonth writes the history's last thirty days once more, thirty days later, and returns the number of activities.
func (o benchOrg) nextMonth(b *testing.B, dir string) (n float64) {
	b.Helper()
	const later = 30 * 24 * time.Hour
	var last time.Time
	file, err := os.Create(filepath.Join(dir, "activity.ndjson"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	inEngine(b, o.data, func(ctx context.Context, db *schema.DB) error {
		if err := db.Conn.QueryRow(ctx, "SELECT max(at) FROM activity").Scan(&last); err != nil {
			return err
		}
		rows, err := db.Conn.Query(ctx, `SELECT at, source, kind, account, native_id, actor, target_actor, container, thread, emoji, incident_ref, size, is_bot
			FROM activity FINAL WHERE at > ? SETTINGS do_not_merge_across_partitions_select_final = 1`, last.Add(-later))
		if err != nil {
			return err
		}
		defer rows.Close()
		e := json.NewEncoder(w)
		for rows.Next() {
			var a struct {
				At          time.Time `json:"at"`
				Source      string    `json:"source"`
				Kind        string    `json:"kind"`
				Account     string    `json:"account"`
				NativeID    string    `json:"native_id"`
				Actor       string    `json:"actor"`
				TargetActor string    `json:"target_actor"`
				Container   string    `json:"container"`
				Thread      string    `json:"thread"`
				Emoji       string    `json:"emoji"`
				Refs        []string  `json:"incident_ref"`
				Size        uint32    `json:"size"`
				IsBot       bool      `json:"is_bot"`
			}
			if err := rows.Scan(&a.At, &a.Source, &a.Kind, &a.Account, &a.NativeID, &a.Actor, &a.TargetActor, &a.Container, &a.Thread, &a.Emoji, &a.Refs, &a.Size, &a.IsBot); err != nil {
				return err
			}
			a.At, a.NativeID = a.At.Add(later), a.NativeID+"+"
			n++
			if err := e.Encode(a); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	o.nextIncidents(b, filepath.Join(dir, "incidents.csv"), last.Add(-later), later)
	o.nextRoster(b, dir, last)
	return n
}

// nextRoster writes the last roster once more, as of the day after last; every fiftieth person is in the team of the one before.
func (o benchOrg) nextRoster(b *testing.B, dir string, last time.Time) {
	b.Helper()
	rosters, err := filepath.Glob(filepath.Join(o.export, "roster", "*.csv"))
	if err != nil || len(rosters) == 0 {
		b.Fatalf("no roster in %s (%v)", o.export, err)
	}
	lines := readTable(b, rosters[len(rosters)-1]) // by date
	team := slices.Index(lines[0], "team")
	for i := 50; i < len(lines); i += 50 {
		lines[i][team] = lines[i-1][team]
	}
	writeTable(b, filepath.Join(dir, "roster-"+last.AddDate(0, 0, 1).Format(time.DateOnly)+".csv"), lines)
}

// nextIncidents writes the incidents since then once more, so much later.
func (o benchOrg) nextIncidents(b *testing.B, to string, since time.Time, later time.Duration) {
	b.Helper()
	lines := readTable(b, filepath.Join(o.export, "incidents.csv"))
	id, start := slices.Index(lines[0], "id"), slices.Index(lines[0], "started_at")
	out := lines[:1]
	for _, line := range lines[1:] {
		if at, err := time.Parse(time.RFC3339, line[start]); err != nil || at.Before(since) {
			continue
		}
		line[id] += "+"
		for i, value := range line {
			if at, err := time.Parse(time.RFC3339, value); err == nil {
				line[i] = at.Add(later).Format(time.RFC3339)
			}
		}
		out = append(out, line)
	}
	if len(out) == 1 {
		b.Fatal("no incident in the last month")
	}
	writeTable(b, to, out)
}

func readTable(b *testing.B, path string) [][]string {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	return lines
}

func writeTable(b *testing.B, path string, lines [][]string) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	if err := csv.NewWriter(file).WriteAll(lines); err != nil {
		b.Fatal(err)
	}
}

// copyData copies what the engine stores, not the engine's own files.
func copyData(b *testing.B, from, to string) {
	b.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, _ := filepath.Rel(from, path)
		if rest == "engine" {
			return fs.SkipDir
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rest), 0o700)
		}
		if link, err := os.Readlink(path); err == nil {
			return os.Symlink(strings.Replace(link, from, to, 1), filepath.Join(to, rest))
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rest), raw, 0o600)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// mib is the size of a directory's files.
func mib(b *testing.B, dir string) (n float64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += float64(info.Size()) / (1 << 20)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

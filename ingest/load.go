package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// Options are what a user says about a load. The zero value detects everything.
type Options struct {
	As         string
	AsOf       time.Time
	Incident   string
	Map        map[string]string
	Zone       *time.Location
	MaxRejects int // per file; negative: the larger of 1% and min(10, a quarter) of its records
	Progress   func(Progress)
	Now        func() time.Time // nil: time.Now
}

// Progress is how far a load is. It is told about every tenth of a second of reading and at every step.
type Progress struct {
	Step       string // "reading", "waiting" for another load, "rebuilding"
	File       string
	Files, Of  int
	Bytes, All int64
	Rows       uint64
}

// Report is what a load did.
type Report struct {
	Files   []FileReport   `json:"files"`
	Sources []SourceReport `json:"sources"`
	Tables  []TableReport  `json:"tables"`
	Skipped []SkippedFile  `json:"skipped"`
	Rebuilt bool           `json:"rebuilt"`
	Seconds float64        `json:"seconds"`
}

// FileReport is what a load did with one export.
type FileReport struct {
	File     string            `json:"file"`
	Source   string            `json:"source"`
	Records  uint64            `json:"records"` // read, rejected ones included
	Rows     map[string]uint64 `json:"rows"`    // by raw table
	Kinds    map[string]uint64 `json:"kinds"`   // rows of activity by kind
	Rejected map[string]uint64 `json:"rejected"`
	Notices  map[string]uint64 `json:"notices"`
	Error    string            `json:"error,omitempty"`
}

// SourceReport sums up a kind of export after the load. New and Duplicate are of its activity.
type SourceReport struct {
	Source    string `json:"source"`
	Records   uint64 `json:"records"`
	Activity  uint64 `json:"activity"`
	New       uint64 `json:"new"`
	Duplicate uint64 `json:"duplicate"`
	Other     uint64 `json:"other"` // rows that are no activity; TableReport says how many are new
	Rejected  uint64 `json:"rejected"`
	People    uint64 `json:"people"`  // of all sources that its rows name, loaded ever
	Matched   uint64 `json:"matched"` // of them, known to a roster or an alias
}

// TableReport is what a load added to one raw table other than activity.
type TableReport struct {
	Table     string `json:"table"`
	Rows      uint64 `json:"rows"`
	New       uint64 `json:"new"`
	Duplicate uint64 `json:"duplicate"`
}

// SkippedFile is a file below a given path that is no export.
type SkippedFile struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// ErrFailed is returned when at least one file could not be loaded; the report says which and why.
var ErrFailed = errors.New("not every file was loaded")

// Load reads everything below the paths into the raw tables and rebuilds the derived ones. Every export is taken as a whole or not
// at all; one that fails does not stop the others. One load runs at a time; others wait.
func Load(ctx context.Context, db *schema.DB, paths []string, opts Options) (Report, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	begun := opts.Now()
	if opts.As != "" {
		if len(SourcesNamed(opts.As)) == 0 {
			return Report{}, fmt.Errorf("--as %s: there is no such kind; orgheat load --help lists them", opts.As)
		}
	}
	l := &loader{db: db, opts: &opts, wrote: map[string]map[string]bool{}, named: map[string]map[string]bool{}, fresh: map[string]uint64{}}
	find := &finder{opts: &opts, read: &l.bytes}
	defer find.close()
	for _, p := range paths {
		if err := find.add(p); err != nil {
			return Report{}, err
		}
	}
	unlock, err := db.Lock(ctx, func() { l.tell(Progress{Step: "waiting"}) })
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	if err := db.DropStages(ctx); err != nil {
		return Report{}, err
	}
	if l.id, err = db.NextLoad(ctx, begun); err != nil {
		return Report{}, err
	}
	before, err := activityRows(ctx, db)
	if err != nil {
		return Report{}, err
	}
	l.bytes.Store(0)
	l.of = len(find.units)
	for _, u := range find.units {
		l.all += u.bytes
	}
	for u, batches := range inOrder(ctx, find.units, batchesAhead, unitReaders(find)) {
		rows := eachYield(batches)
		if u.source.Tree {
			rows = u.source.Read(ctx, find.input(u.fsys, u.path))
		}
		if err := l.unit(ctx, u, rows); err != nil {
			return l.report, err
		}
		l.files++
	}
	if err := ctx.Err(); err != nil {
		return l.report, err
	}
	if err := l.commit(ctx); err != nil {
		return l.report, err
	}
	failed := slices.ContainsFunc(l.report.Files, func(f FileReport) bool { return f.Error != "" })
	for _, s := range find.skipped {
		l.report.Skipped = append(l.report.Skipped, SkippedFile{s.path, s.reason})
	}
	l.tell(Progress{Step: "rebuilding"})
	if l.report.Rebuilt, err = db.Rebuild(ctx, false, func(name string) { l.tell(Progress{Step: "rebuilding", File: name}) }); err != nil {
		return l.report, err
	}
	if err := l.sources(ctx, before); err != nil {
		return l.report, err
	}
	l.report.Seconds = opts.Now().Sub(begun).Seconds()
	if failed {
		return l.report, ErrFailed
	}
	return l.report, nil
}

type loader struct {
	db      *schema.DB
	opts    *Options
	id      uint64
	report  Report
	bytes   atomic.Int64
	all     int64
	files   int
	of      int
	rows    uint64
	told    time.Time
	wrote   map[string]map[string]bool // kind of export -> sources of its activity
	named   map[string]map[string]bool // kind of export -> sources of its identities
	writer  *schema.Writer
	entries []schema.Load     // of exports that are staged, not committed
	fresh   map[string]uint64 // new rows by table other than activity
}

func (l *loader) tell(p Progress) {
	if l.opts.Progress == nil {
		return
	}
	p.Files, p.Of, p.Bytes, p.All, p.Rows = l.files, l.of, l.bytes.Load(), l.all, l.rows
	l.opts.Progress(p)
}

// smallUnit is the size up to which exports share a commit: hundreds of one-record files would otherwise take a minute.
const smallUnit = 4 << 20

// unit loads one export as a whole or not at all. A failure of the export is reported and logged; the error is one that ends the load.
func (l *loader) unit(ctx context.Context, u unit, rows iter.Seq2[schema.Row, error]) error {
	f := FileReport{File: u.path, Source: u.source.Name, Rows: map[string]uint64{}, Kinds: map[string]uint64{}, Rejected: map[string]uint64{}, Notices: map[string]uint64{}}
	entry := schema.Load{ID: l.id, File: u.path, Source: u.source.Name, StartedAt: l.opts.Now().UTC(), Bytes: uint64(u.bytes), State: "done"}
	small := u.bytes > 0 && u.bytes <= smallUnit && u.known
	if !small {
		if err := l.commit(ctx); err != nil {
			return err
		}
	}
	if l.writer == nil {
		l.writer = l.db.NewWriter(l.id)
	}
	w := l.writer
	if small {
		w.Mark()
	}
	rejects, err := l.read(ctx, u, rows, w, &f)
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), w.Discard(context.WithoutCancel(ctx)))
	}
	if err == nil {
		err = l.tooMany(f)
	}
	switch {
	case err == nil && small:
		if f.Rows, err = w.Release(ctx); err != nil {
			return err
		}
	case err == nil:
		f.Rows = maps.Clone(w.Rows())
	default:
		entry.State, entry.Error, f.Error, f.Kinds = "failed", err.Error(), err.Error(), map[string]uint64{}
		if small {
			w.Rollback()
		} else if err := w.Discard(ctx); err != nil {
			return err
		} else {
			l.writer = nil
		}
	}
	entry.EndedAt, entry.Records, entry.Notices = l.opts.Now().UTC(), f.Records, f.Notices
	for _, n := range f.Rows {
		entry.Rows += n
	}
	for _, n := range f.Rejected {
		entry.Rejected += n
	}
	l.report.Files = append(l.report.Files, f)
	l.entries = append(l.entries, entry)
	if err := l.db.LogRejects(ctx, l.id, u.path, u.source.Name, rejects); err != nil {
		return err
	}
	if !small || len(l.entries) >= 1000 {
		return l.commit(ctx)
	}
	return nil
}

// commit commits what is staged, and logs the exports it came from.
func (l *loader) commit(ctx context.Context) error {
	if l.writer != nil {
		fresh, err := l.writer.Commit(ctx)
		if err != nil {
			return err
		}
		for table, n := range fresh {
			l.fresh[table] += n
		}
		l.writer = nil
	}
	if len(l.entries) == 0 {
		return nil
	}
	entries := l.entries
	l.entries = nil
	return l.db.LogLoads(ctx, entries...)
}

// keptRejects bounds the rejects kept per file; all are counted.
const keptRejects = 10_000

func (l *loader) read(ctx context.Context, u unit, rows iter.Seq2[schema.Row, error], w *schema.Writer, f *FileReport) ([]schema.Reject, error) {
	var rejects []schema.Reject
	noted := "" // source of activity
	for row, err := range rows {
		switch e := err.(type) {
		case nil:
			if row == nil {
				f.Records++
				break
			}
			switch r := row.(type) {
			case *schema.ActivityRow:
				f.Kinds[string(r.Kind)]++
				if r.Source != noted {
					noted = r.Source
					note(l.wrote, u.source.Name, noted)
				}
			case *schema.IdentityRow:
				note(l.named, u.source.Name, r.Source)
			}
			if err := w.Add(ctx, row); err != nil {
				return rejects, err
			}
			l.rows++
		case *RowError:
			f.Records++
			f.Rejected[e.Reason]++
			if len(rejects) < keptRejects {
				rejects = append(rejects, schema.Reject{Part: e.File, Line: uint32(max(e.Line, 0)), Reason: e.Reason, Detail: e.Detail})
			}
		case *Notice:
			f.Notices[e.Reason]++
		default:
			if ctx.Err() != nil {
				return rejects, ctx.Err()
			}
			if !strings.HasPrefix(err.Error(), u.path) {
				err = fmt.Errorf("%s: %w", u.path, err)
			}
			return rejects, err
		}
		if l.rows%1024 == 0 && time.Since(l.told) > 100*time.Millisecond {
			l.told = time.Now()
			l.tell(Progress{Step: "reading", File: u.path})
			if ctx.Err() != nil {
				return rejects, ctx.Err()
			}
		}
	}
	return rejects, ctx.Err()
}

// note adds a source of rows to those of a kind of export: an Open Cap Format tree gives rows of "vesting", activity files those of any source.
func note(sources map[string]map[string]bool, kind, source string) {
	if sources[kind] == nil {
		sources[kind] = map[string]bool{}
	}
	sources[kind][source] = true
}

func (l *loader) tooMany(f FileReport) error {
	var rejected uint64
	worst, most := "", uint64(0)
	for reason, n := range f.Rejected {
		if rejected += n; n > most || n == most && reason < worst {
			worst, most = reason, n
		}
	}
	allowed := max(f.Records/100, min(10, f.Records/4))
	if l.opts.MaxRejects >= 0 {
		allowed = uint64(l.opts.MaxRejects)
	}
	if rejected <= allowed {
		return nil
	}
	return fmt.Errorf("%s: %d of %d records are bad (most: %s, %d times) and %d are allowed, so nothing of it was kept; correct them or raise --max-rejects",
		f.File, rejected, f.Records, worst, most, allowed)
}

// activityRows is the number of distinct rows of activity by source, as the derived tables show them.
func activityRows(ctx context.Context, db *schema.DB) (map[string]uint64, error) {
	counts := map[string]uint64{}
	rows, err := db.Conn.Query(ctx, "SELECT toString(source), sum(raw_rows) FROM coverage GROUP BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n uint64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, err
		}
		counts[name] = n
	}
	return counts, rows.Err()
}

// sources sums the report up by kind of export.
func (l *loader) sources(ctx context.Context, before map[string]uint64) error {
	after, err := activityRows(ctx, l.db)
	if err != nil {
		return err
	}
	people := map[string][2]uint64{}
	rows, err := l.db.Conn.Query(ctx, "SELECT toString(source), uniqExact(person), uniqExactIf(person, matched) FROM person_of WHERE person != '' GROUP BY 1")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n [2]uint64
		if err := rows.Scan(&name, &n[0], &n[1]); err != nil {
			return err
		}
		people[name] = n
	}
	bySource, tables := map[string]*SourceReport{}, map[string]uint64{}
	for _, f := range l.report.Files {
		s, ok := bySource[f.Source]
		if !ok {
			s = &SourceReport{Source: f.Source}
			for name := range l.wrote[f.Source] {
				s.New += after[name] - before[name]
				note(l.named, f.Source, name)
			}
			for name := range l.named[f.Source] {
				s.People += people[name][0]
				s.Matched += people[name][1]
			}
			bySource[f.Source] = s
		}
		s.Records += f.Records
		for table, n := range f.Rows {
			if table == "activity" {
				s.Activity += n
				continue
			}
			s.Other += n
			tables[table] += n
		}
		for _, n := range f.Rejected {
			s.Rejected += n
		}
	}
	for _, name := range slices.Sorted(maps.Keys(bySource)) {
		s := bySource[name]
		s.Duplicate = s.Activity - min(s.New, s.Activity)
		l.report.Sources = append(l.report.Sources, *s)
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		n, fresh := tables[name], l.fresh[name]
		l.report.Tables = append(l.report.Tables, TableReport{name, n, fresh, n - min(fresh, n)})
	}
	return rows.Err()
}

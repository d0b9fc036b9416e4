package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/orgheat/orgheat/ingest"
)

type loadCmd struct {
	Paths      []string          `arg:"" name:"path" help:"Files, directories or archives." type:"path"`
	As         string            `help:"Kind of all of them, instead of detecting it: ${kinds}." placeholder:"KIND"`
	AsOf       string            `help:"Day of a roster snapshot, YYYY-MM-DD." placeholder:"DATE"`
	Incident   string            `help:"Incident that a transcript belongs to." placeholder:"ID"`
	Map        map[string]string `help:"Our field=their column, for tables with foreign headers." placeholder:"FIELD=COLUMN" mapsep:","`
	Zone       string            `help:"Zone of time stamps that name none; UTC by default." placeholder:"ZONE"`
	MaxRejects int               `help:"Bad records allowed per file; by default the larger of 1% and min(10, a quarter)." default:"-1" placeholder:"N"`
	JSON       bool              `name:"json" help:"Print the report as JSON."`
}

// loadMemory is where the collector begins to take its work seriously: batches of rows come and go, and would lie about up to twice what is in use.
const loadMemory = 320 << 20

func (l *loadCmd) Run(ctx context.Context, c *cli) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(loadMemory)
	}
	opts := ingest.Options{As: l.As, Incident: l.Incident, Map: l.Map, MaxRejects: l.MaxRejects}
	var err error
	if l.AsOf != "" {
		if opts.AsOf, err = time.Parse("2006-01-02", l.AsOf); err != nil {
			return fmt.Errorf("--as-of %q is not a day written YYYY-MM-DD", l.AsOf)
		}
	}
	if l.Zone != "" {
		if opts.Zone, err = time.LoadLocation(l.Zone); err != nil {
			return fmt.Errorf("--zone %q is not an IANA time zone; write one such as Europe/Dublin", l.Zone)
		}
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if onTerminal(os.Stderr) {
		show := newProgress()
		opts.Progress = show.tell
		defer show.end()
	}
	report, err := ingest.Load(ctx, db, l.Paths, opts)
	if l.JSON {
		if e := show(os.Stdout, func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(report)
		}); e != nil {
			return e
		}
		return err
	}
	if len(report.Files)+len(report.Skipped) > 0 {
		printReport(os.Stdout, report)
	}
	return err
}

func printReport(w io.Writer, r ingest.Report) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "source\trecords\tactivity\tnew\tduplicate\tother rows\trejected\tpeople\tmatched")
	for _, s := range r.Sources {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", plain(s.Source), s.Records, s.Activity, s.New, s.Duplicate, s.Other, s.Rejected, s.People, s.Matched)
	}
	if len(r.Tables) > 0 {
		fmt.Fprintln(t, "\ntable\trows\tnew\tduplicate")
	}
	for _, s := range r.Tables {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", s.Table, s.Rows, s.New, s.Duplicate)
	}
	t.Flush()
	printReasons(w, "rejected", r.Files, func(f ingest.FileReport) map[string]uint64 { return f.Rejected })
	printReasons(w, "noticed", r.Files, func(f ingest.FileReport) map[string]uint64 { return f.Notices })
	for _, f := range r.Files {
		if f.Error != "" {
			fmt.Fprintf(w, "FAILED %s\n", plain(f.Error))
		}
	}
	const listed = 10
	for i, s := range r.Skipped {
		if i == listed {
			fmt.Fprintf(w, "and %d more files skipped\n", len(r.Skipped)-listed)
			break
		}
		fmt.Fprintf(w, "skipped %s: %s\n", plain(s.File), plain(s.Reason))
	}
	if r.Seconds > 0 {
		fmt.Fprintf(w, "done in %.1f s\n", r.Seconds)
	}
}

// printReasons sums reasons up over files: "noticed 18 times in 15 files (first pagerduty/oncalls-0003.json): ...".
func printReasons(w io.Writer, word string, files []ingest.FileReport, of func(ingest.FileReport) map[string]uint64) {
	type sum struct {
		n, files uint64
		first    string
	}
	sums := map[string]*sum{}
	for _, f := range files {
		for reason, n := range of(f) {
			if sums[reason] == nil {
				sums[reason] = &sum{first: f.File}
			}
			sums[reason].n += n
			sums[reason].files++
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(sums)) {
		s := sums[reason]
		where := s.first
		if s.files > 1 {
			where = fmt.Sprintf("%d files, first %s", s.files, s.first)
		}
		fmt.Fprintf(w, "%s %d times in %s: %s\n", word, s.n, plain(where), plain(reason))
	}
}

// progress is one line on a terminal: files, bytes, rows a second, time left.
type progress struct {
	bar  *progressbar.ProgressBar
	from time.Time
}

func newProgress() *progress { return &progress{from: time.Now()} }

func (p *progress) tell(s ingest.Progress) {
	if p.bar == nil && s.Step == "reading" {
		p.bar = progressbar.NewOptions64(max(s.All, 1), progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(20),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
	}
	switch s.Step {
	case "waiting":
		fmt.Fprintln(os.Stderr, "orgheat: another load is running; waiting for it")
	case "reading":
		name := s.File[strings.LastIndexByte(s.File, '/')+1:]
		p.bar.Describe(fmt.Sprintf("%d/%d %s, %.0f rows/s", s.Files+1, s.Of, plain(name), float64(s.Rows)/time.Since(p.from).Seconds()))
		_ = p.bar.Set64(min(s.Bytes, max(s.All, 1)-1))
	case "rebuilding":
		if p.bar != nil {
			p.bar.Describe("rebuilding " + s.File)
			_ = p.bar.RenderBlank()
		}
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// Package generate invents an organization and writes its history in the export formats of the tools it would have used, with
// known truths planted in it: a person everybody depends on, services only one person knows, cycles that raise incidents, and
// others. It is what the demonstration loads and what the end-to-end tests measure the metrics against.
//
// It owns the invention: names, dates, effects and the files' shapes. It refuses to read real exports, to load anything, and to
// share code with the loaders: an error common to both would go unseen. All output follows from the seed; neither the clock nor
// the machine has a say.
package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Options describe the organization.
type Options struct {
	People int     // employed at the end of the history, 50 to 50000
	Years  float64 // of history, 1 to 20
	Seed   uint64
	Out    string    // directory to write into; created, must be empty
	End    time.Time // exclusive last day, UTC; zero is 2026-10-01
	Volume float64   // multiplies everyday chatter, pull requests and tickets; zero is 1, some five activities a person and working day

	// Progress, if not nil, is told how far a stage is. Stages run side by side; calls do not overlap.
	Progress func(stage string, done, total int)
}

var defaultEnd = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// check completes the options or says what is wrong with them.
func (opt *Options) check() error {
	if opt.People < 50 || opt.People > 50000 {
		return fmt.Errorf("generate: %d people: give a number from 50 to 50000", opt.People)
	}
	if !(opt.Years >= 1 && opt.Years <= 20) {
		return fmt.Errorf("generate: %v years: give a number from 1 to 20", opt.Years)
	}
	if opt.Volume == 0 {
		opt.Volume = 1
	}
	if !(opt.Volume > 0 && opt.Volume <= 100) {
		return fmt.Errorf("generate: volume %v: give a number above 0, at most 100", opt.Volume)
	}
	if opt.End.IsZero() {
		opt.End = defaultEnd
	}
	if y := opt.End.Year(); y < 2005 || y > 2100 {
		return fmt.Errorf("generate: end %s: give a date from 2005 to 2100", opt.End.Format(time.DateOnly))
	}
	if opt.Out == "" {
		return errors.New("generate: no output directory given")
	}
	entries, err := os.ReadDir(opt.Out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("generate: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("generate: %s is not empty: choose another directory or empty it", opt.Out)
	}
	return nil
}

// Write writes the organization's history below opt.Out, and truth.json beside it; it returns the same truth. Memory grows with
// people and incidents, by a few kilobytes each, and holds a quarter of a few channels and one project's tickets at a time; it
// does not grow with activities otherwise. When it fails, files remain that are of no use.
func Write(ctx context.Context, opt Options) (*Truth, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	o, err := plan(opt)
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	if err := o.write(ctx, opt.Out, opt.Progress); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	return o.truth, nil
}

// plan invents everything that is not bulk.
func plan(opt Options) (*org, error) {
	end := dayOf(opt.End.UTC())
	whole := int(opt.Years)
	first := dayOf(end.time().AddDate(-whole, 0, -int((opt.Years-float64(whole))*365.25)))
	zones, err := zonesFor(first, end)
	if err != nil {
		return nil, err
	}
	o := &org{seed: opt.Seed, volume: opt.Volume, first: first, end: end, headcount: opt.People, zones: zones}
	o.truth = &Truth{Seed: opt.Seed, People: opt.People, Years: opt.Years, From: first.String(), To: end.String(), Volume: opt.Volume, Company: company}
	o.planTeams(opt.People)
	o.planServices()
	o.planCast()
	o.planCalendar()
	o.planPeople(opt.People)
	o.inherit()
	o.planRotas()
	o.planIncidents()
	o.measure()
	return o, nil
}

// planCast fixes the dates and teams of the planted truths.
func (o *org) planCast() {
	c := &o.cast
	c.training = (o.first + (o.end-o.first)*62/100).monday()
	c.kieranNight = (o.end - 45).monday() + 2 // a Wednesday night of the last quarter
	c.brokerFrom = (c.kieranNight - 30).monday()
	eng := o.byFunction[engineering]
	c.meetA, c.meetB = eng[0], eng[2]
	c.meetDay = (o.end - 75).monday() + 3
}

// write runs the writers side by side: each has its own files and its own random streams.
func (o *org) write(ctx context.Context, dir string, progress func(string, int, int)) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	report := func(stage string) func(done, total int) {
		return func(done, total int) {
			if progress != nil {
				mu.Lock()
				defer mu.Unlock()
				progress(stage, done, total)
			}
		}
	}
	slack, hub := newSlackExport(o, dir), &gitHub{o: o, dir: dir}
	pager, tracker := &pagerDuty{o: o, dir: dir}, &jira{o: o, dir: dir}
	var slackTally, pagerTally, rest tallies
	stages := []func() error{
		func() (err error) { slackTally, err = slack.write(ctx, report("slack")); return err },
		func() (err error) {
			if pagerTally, err = pager.write(ctx, report("pagerduty")); err != nil {
				return err
			}
			if err = hub.write(ctx, report("github")); err != nil {
				return err
			}
			if err = tracker.write(ctx, report("jira")); err != nil {
				return err
			}
			return o.writeTables(dir, hub.merges, &rest)
		},
	}
	errs := make([]error, len(stages))
	var wg sync.WaitGroup
	for i, stage := range stages {
		wg.Go(func() {
			if errs[i] = stage(); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	for _, err := range errs { // the cause rather than the cancellation that followed
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, t := range []*tallies{&slackTally, &pagerTally, &hub.tallies, &tracker.tallies} {
		rest.add(t)
	}
	o.truth.Activities = map[string]int64{}
	for i, n := range rest {
		o.truth.Activities[activityNames[i]] = n
	}
	o.truth.QuietCells = slack.quietCells()
	return o.truth.write(dir)
}

// writeTables writes the small files.
func (o *org) writeTables(dir string, merges []int64, t *tallies) error {
	for _, w := range []func(string) error{
		o.writeIncidents, o.writeRosters, o.writeVesting, o.writeAliases, o.writeOwnership, o.writeRotas, o.writeCalendar, o.writeReviews,
	} {
		if err := w(dir); err != nil {
			return err
		}
	}
	if err := o.writeSeries(dir, merges); err != nil {
		return err
	}
	return o.writeTranscripts(dir, t)
}

// quietCells adds up on how many dates each planted hour was used.
func (s *slackExport) quietCells() []quietCell {
	cells := quietCells
	for i := range cells {
		dates := map[day]bool{}
		for _, w := range s.workers {
			for d := range w.quiet[i] {
				dates[d] = true // a union: the order does not matter
			}
		}
		cells[i].Dates = len(dates)
	}
	return cells[:]
}

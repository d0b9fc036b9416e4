package query

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Quarter is one quarter beside the one before, as the overview and the quarterly review tell it. What it says is made of the answers of
// metrics, so that whoever may not see something in a metric does not see it here either.
type Quarter struct {
	Name, Before      string    // 2026Q3, 2026Q2
	From, To, Earlier time.Time // [From, To) is the quarter, [Earlier, From) the one before
	Figures           []Figure
	Looks             []Look   // what to look at: the most telling of each group first, at most five; then the rest
	First             int      // how many of Looks are the first ones
	Missing           []string // what could not be looked for, and why
	Errs              map[string]error
	answers           map[string]Result
}

var quarterName = regexp.MustCompile(`^([0-9]{4})Q([1-4])$`)

// ParseQuarter is the start of a quarter written 2026Q3, in the organization's zone.
func (db *DB) ParseQuarter(name string) (time.Time, error) {
	m := quarterName.FindStringSubmatch(name)
	if m == nil {
		return time.Time{}, badRequest("quarter %q is not written like 2026Q3", name)
	}
	year, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	return time.Date(year, time.Month(3*n-2), 1, 0, 0, 0, 0, db.Settings.Location()), nil
}

// QuarterOf is the start of the quarter that holds t, in the organization's zone.
func (db *DB) QuarterOf(t time.Time) time.Time {
	return periodStart(t, "quarter", db.Settings.Location())
}

// Depth is how much of a quarter is asked.
type Depth uint8

// Depths.
const (
	Glance Depth = iota // figures and what to look at
	Whole               // and what the review tells beside them
)

// quarterAsk is one answer that a quarter is made of: a metric and the range it is asked for, in quarters before the quarter's end;
// 0: from the beginning of history.
type quarterAsk struct {
	key, metric string
	by          string
	from, to    int
	depth       Depth
}

// trendQuarters is how many quarters a trend shows, this one included.
const trendQuarters = 8

var quarterAsks = []quarterAsk{
	{"coordination", "coordination", "quarter", trendQuarters, 0, Glance},
	{"batman", "batman-trend", "quarter", trendQuarters, 0, Glance},
	{"on-call", "on-call-trend", "quarter", trendQuarters, 0, Glance},
	{"reviews", "reviews", "quarter", 0, 0, Glance},
	{"incidents", "incidents", "", 2, 0, Glance},
	{"signals", "signals", "", 1, 0, Glance},
	{"people-now", "dependency", "org", 1, 0, Glance},
	{"people-then", "dependency", "org", 2, 1, Glance},
	{"year-now", "dependency", "org", 4, 0, Glance},
	{"year-then", "dependency", "org", 8, 4, Glance},
	{"services", "dependency", "service", 4, 0, Glance},
	{"departures", "departures", "", 4, 0, Glance},
	{"org-events", "org-events", "", 0, 0, Glance},
	{"chain", "chain", "", 0, 0, Glance}, // of the category that org-events is surest of
	{"themes", "themes", "quarter", 0, 0, Glance},
	{"triggers", "triggers", "", 4, 0, Glance},
	{"absent", "absent-chatter", "", 1, 0, Glance},
	{"coverage", "coverage", "", 1, 0, Glance},
	{"planning", "planning", "", 4, 0, Whole},
	{"durations", "durations", "quarter", trendQuarters, 0, Whole},
	{"dependency-trend", "dependency-trend", "", trendQuarters, 0, Whole},
	{"spikes", "spikes", "", 0, 0, Whole},
	{"horizon", "vesting-horizon", "", 0, 0, Whole},
	{"team-matrix", "team-matrix", "", 1, 0, Whole},
	{"calendar", "calendar", "", 1, 0, Whole},
}

// ReadQuarter asks what is told of the quarter that begins at start, as deep as depth says, with the lists of f as its filter; each metric
// within patience by itself. A metric that fails is in Errs, and what would have been made of it is in Missing; only losing ctx fails the whole.
func (db *DB) ReadQuarter(ctx context.Context, f Filter, start time.Time, depth Depth, patience time.Duration) (*Quarter, error) {
	q := &Quarter{From: start, To: nextPeriod(start, "quarter"), Earlier: start.AddDate(0, -3, 0), Name: periodName(start, "quarter")}
	q.Before = periodName(q.Earlier, "quarter")
	err := db.Stable(ctx, func(ctx context.Context) error {
		q.Errs, q.answers = map[string]error{}, map[string]Result{}
		var mu sync.Mutex
		read := func(ask quarterAsk, category string) error {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			m, err := Lookup(ask.metric)
			if err != nil {
				return err
			}
			filter := q.filter(f, ask)
			filter.Category = category
			result, err := m.Run(ctx, db, filter)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				q.Errs[ask.key] = err
				return nil
			}
			q.answers[ask.key] = result
			return nil
		}
		var g errgroup.Group
		for _, ask := range quarterAsks {
			if ask.depth > depth || ask.key == "chain" {
				continue
			}
			g.Go(func() error {
				if err := read(ask, f.Category); err != nil || ask.key != "org-events" {
					return err
				}
				mu.Lock()
				supported := q.supportedEvents()
				mu.Unlock()
				if len(supported) == 0 {
					return nil
				}
				return read(askOf("chain"), supported[0].text("category"))
			})
		}
		return g.Wait()
	})
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.Figures = q.figures()
	q.look()
	return q, nil
}

// askOf is the ask of a key.
func askOf(key string) quarterAsk {
	return quarterAsks[slices.IndexFunc(quarterAsks, func(a quarterAsk) bool { return a.key == key })]
}

func (q *Quarter) filter(f Filter, ask quarterAsk) Filter {
	f.By, f.Clock, f.Group, f.Kinds, f.Date, f.Weekday, f.Hour = ask.by, "", nil, nil, "", 0, -1
	f.From, f.To = time.Time{}, q.To.AddDate(0, -3*ask.to, 0)
	if ask.from > 0 {
		f.From = q.To.AddDate(0, -3*ask.from, 0)
	}
	return f
}

// Answer is what a metric said, under its key in quarterAsks; without rows where it failed.
func (q *Quarter) Answer(key string) Result { return q.answers[key] }

// Definitions are those of all metrics that the quarter is made of, each once.
func (q *Quarter) Definitions() []Meta {
	var list []Meta
	for _, ask := range quarterAsks {
		if m, err := Lookup(ask.metric); err == nil && !slices.ContainsFunc(list, func(o Meta) bool { return o.ID == m.ID }) {
			list = append(list, m.Meta)
		}
	}
	return list
}

// answerRow reads a row of a result by the names of its columns.
type answerRow struct {
	columns []Column
	cells   []any
}

func (q *Quarter) rows(key string) []answerRow {
	r := q.answers[key]
	out := make([]answerRow, len(r.Rows))
	for i, cells := range r.Rows {
		out[i] = answerRow{r.Columns, cells}
	}
	return out
}

// row is the row whose column holds the value.
func (q *Quarter) row(key, column, value string) (answerRow, bool) {
	for _, r := range q.rows(key) {
		if r.text(column) == value {
			return r, true
		}
	}
	return answerRow{}, false
}

func (r answerRow) cell(column string) any {
	for i, c := range r.columns {
		if c.Name == column {
			return r.cells[i]
		}
	}
	return nil
}

func (r answerRow) text(column string) string { return CellText(r.cell(column)) }

// list is a cell of several values.
func (r answerRow) list(column string) []string {
	list, _ := r.cell(column).([]string)
	return list
}

// number is nil where the metric cannot tell.
func (r answerRow) number(column string) *float64 {
	v, err := strconv.ParseFloat(r.text(column), 64)
	if err != nil {
		return nil
	}
	return number(v)
}

func (r answerRow) count(column string) int {
	if v := r.number(column); v != nil {
		return int(*v)
	}
	return 0
}

// Percent writes a share as people say it; what is not nothing is never written 0%, nor what is not all 100%.
func Percent(x float64) string {
	switch p := 100 * x; {
	case p > 0 && p < 1:
		return "<1%"
	case p > 99 && p < 100:
		return ">99%"
	default:
		return fmt.Sprintf("%.0f%%", p)
	}
}

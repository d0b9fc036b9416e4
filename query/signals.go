package query

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/schema"
)

var signals = defineAsking[chosenIncident, signalRow](Meta{
	ID: "signals", Title: "Where to look", Question: "What was unusual about this incident?",
	Definition: "Per incident the signals it has, each with its evidence in words and its rarity (k+1)/(n+1): k of the n incidents that started in the 12 months before had it. bits = -log2 of that. The score of an incident is " +
		"the sum over the groups people, timing, ownership, trigger and size of the rarest signal's bits (scores). n counts incidents of which it can be told; a signal whose data is not loaded is absent, never false. " +
		"First-ever signals need 180 days of history, first_on_call 90 days of shifts. Joined are an incident's participants; crowd and lurkers compare with the 90th percentile of the 12 months before, from 20 incidents on. " +
		"org_event: during, or up to 21 days after, an occurrence of a category that comes less often than every 8 weeks on average. new_combination: services never all in one earlier incident.",
	Unit: Bits, Loads: []string{"incidents", "slack", "pagerduty", "roster"},
}, viewSignals)

type signalRow struct {
	Incident  string    `col:"incident" type:"incident"`
	Signal    string    `col:"signal"`
	Evidence  string    `col:"evidence" type:"evidence"`
	BaseRate  float64   `col:"base_rate" unit:"(k+1)/(n+1) of incidents"`
	Bits      float64   `col:"bits" unit:"bits"`
	Group     string    `col:"group"`
	Scores    bool      `col:"scores"`
	Score     float64   `col:"score" unit:"bits of the incident"`
	StartedAt time.Time `col:"started_at"`
	Title     string    `col:"title"`
	Severity  string    `col:"severity"`
	Had       int       `col:"earlier" unit:"incidents in the 12 months before that had it"`
	Of        int       `col:"earlier_of" unit:"incidents in the 12 months before"`
	Plain     string    `col:"evidence_plain"`
	Teams     []string  `col:"teams" unit:"pairs of teams that met"`
	People    []string  `col:"people" type:"persons"`
}

func viewSignals(ctx context.Context, db *DB, _ Filter, ask func() ([]chosenIncident, error)) (table, error) {
	rows, err := ask()
	if err != nil {
		return table{}, err
	}
	h, err := db.signalHistory(ctx)
	if err != nil {
		return table{}, err
	}
	listed := h.newestFirst(h.chosen(rows))
	if err := h.say(ctx, db, listed); err != nil {
		return table{}, err
	}
	var t table
	for _, i := range listed {
		if rows := h.said[i].Load(); rows != nil { // nil: exchanged while this ran, and asked again
			t.rows = append(t.rows, *rows...)
		}
	}
	t.warnings = h.warnings(listed)
	return t, nil
}

// say puts the signals of the listed incidents into words, unless they are already.
func (h *signalHistory) say(ctx context.Context, db *DB, listed []int) error {
	var ids []string
	for _, i := range listed {
		if h.said[i].Load() == nil {
			ids = append(ids, h.incidents[i].Incident)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"unsaid": schema.ArrayParameter(ids)}))
	named, err := asked[signalWords](ctx, db, "signals.words")
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for some := range slices.Chunk(named, 64) {
		g.Go(func() error {
			for n := range some {
				i := h.at[some[n].Incident]
				rows := h.sayOne(db, i, some[n])
				h.said[i].Store(&rows)
			}
			return nil
		})
	}
	return g.Wait()
}

// sayOne is the rows of an incident.
func (h *signalHistory) sayOne(db *DB, i int, named signalWords) [][]any {
	c, found := &h.incidents[i], h.of(i)
	total := score(found)
	w := words{c, named, h, false, db.Settings.Sleep}
	plain := w
	plain.plain = true
	out := make([]signalRow, len(found))
	for n, s := range found {
		out[n] = signalRow{
			Incident: c.Incident, Signal: s.kind.id, Evidence: capital(s.kind.say(w)), BaseRate: s.baseRate, Bits: s.bits, Group: s.kind.group, Scores: s.scores, Score: total,
			StartedAt: c.StartedAt, Title: c.Title, Severity: c.Severity, Had: s.had, Of: s.of, Plain: capital(s.kind.say(plain)), Teams: w.pairs(s.kind.id), People: w.named(s.kind.id),
		}
	}
	return tableOf(out, nil).rows
}

// untoldOf counts the listed incidents of which the signal cannot be told.
func (h *signalHistory) untoldOf(listed []int, k int) (n int) {
	for _, i := range listed {
		if h.there[i][k] == untold {
			n++
		}
	}
	return n
}

// untoldIDs are the signals that cannot be told of some listed incident.
func (h *signalHistory) untoldIDs(listed []int) (ids []string) {
	for k := range signalKinds {
		if h.untoldOf(listed, k) > 0 {
			ids = append(ids, signalKinds[k].id)
		}
	}
	return ids
}

// warnings say which signals could not be told of listed incidents, and what to load.
func (h *signalHistory) warnings(listed []int) []string {
	type lack struct {
		need  string
		ids   []string
		count int
	}
	var lacks []lack
	for k := range signalKinds {
		n, kind := h.untoldOf(listed, k), &signalKinds[k]
		if n == 0 {
			continue
		}
		at := slices.IndexFunc(lacks, func(l lack) bool { return l.need == kind.needs && l.count == n })
		if at < 0 {
			lacks, at = append(lacks, lack{need: kind.needs, count: n}), len(lacks)
		}
		lacks[at].ids = append(lacks[at].ids, kind.id)
	}
	var out []string
	for _, l := range lacks {
		where := fmt.Sprintf("for %d of %s", l.count, counted(len(listed), "incident"))
		if l.count == len(listed) {
			where = "for any incident here"
		}
		out = append(out, fmt.Sprintf("%s cannot be told %s: needs %s", strings.Join(l.ids, ", "), where, l.need))
	}
	return out
}

package query

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

var signals = defineReading(Meta{
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

type signalInput struct {
	chosenIncident
	signalWords
}

func viewSignals(ctx context.Context, db *DB, _ Filter, rows []signalInput) ([]signalRow, []string, error) {
	h, err := db.signalHistory(ctx)
	if err != nil {
		return nil, nil, err
	}
	chosen, by := make([]chosenIncident, len(rows)), make(map[string]*signalInput, len(rows))
	for i := range rows {
		chosen[i], by[rows[i].Incident] = rows[i].chosenIncident, &rows[i]
	}
	listed := h.newestFirst(h.chosen(chosen))
	parts := make([][]signalRow, runtime.GOMAXPROCS(0))
	var each sync.WaitGroup
	for n := range parts {
		each.Go(func() {
			parts[n] = sayAll(db, h, by, listed[len(listed)*n/len(parts):len(listed)*(n+1)/len(parts)])
		})
	}
	each.Wait()
	return slices.Concat(parts...), h.warnings(listed), nil
}

// sayAll says the signals of the listed incidents.
func sayAll(db *DB, h *signalHistory, by map[string]*signalInput, listed []int) (out []signalRow) {
	for _, i := range listed {
		c := &h.incidents[i]
		r := by[c.Incident]
		found := h.of(i)
		total := score(found)
		w := words{c, r.signalWords, h, false, db.Settings.Sleep}
		plain := w
		plain.plain = true
		for _, s := range found {
			out = append(out, signalRow{
				Incident: c.Incident, Signal: s.kind.id, Evidence: capital(s.kind.say(w)), BaseRate: s.baseRate, Bits: s.bits, Group: s.kind.group, Scores: s.scores, Score: total,
				StartedAt: c.StartedAt, Title: c.Title, Severity: c.Severity, Had: s.had, Of: s.of, Plain: capital(s.kind.say(plain)), Teams: w.pairs(s.kind.id), People: w.named(s.kind.id),
			})
		}
	}
	return out
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

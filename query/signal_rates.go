package query

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/orgheat/orgheat/query/stat"
	"github.com/orgheat/orgheat/schema"
)

// presence of a signal in an incident. What cannot be told is neither: it counts nowhere.
type presence int8

const (
	untold presence = iota
	missing
	present
)

func told(known, there bool) presence {
	switch {
	case !known:
		return untold
	case there:
		return present
	}
	return missing
}

// signalContext is one incident as its signals see it: its facts and what depends on the incidents before it or on the settings.
type signalContext struct {
	*signalFacts
	engineering  []string // responders' functions that are engineering
	others       []string // and that are not
	triggers     []string // trivial ones, by name
	lines        schema.Signals
	joinedLimit  float64 // the crowd percentile of participants in the 12 months before; NaN under CrowdHistory incidents
	lurkersLimit float64 // and of lurkers per responder; NaN under CrowdHistory incidents with a responder
	from, before int     // the incidents of the 12 months before are [from, before)
}

func (c *signalContext) lurkerRatio() float64 { return float64(c.Lurkers) / float64(c.Responders) }

// signalHistory is every incident's signals, oldest first.
type signalHistory struct {
	incidents []signalContext
	at        map[string]int   // place of an incident by its id
	there     [][]presence     // by incident and signal, in the order of signalKinds
	told, had [][]int32        // by signal: of the first i incidents, how many could tell and how many had it
	triggered map[string][]int // places of the incidents of a trivial trigger
	rows      func() [][]any   // of the metric incidents, for all of them: made once

	said []atomic.Pointer[[][]any] // by incident, the rows of the metric signals; nil: nobody asked yet
}

// foundSignal is a signal of an incident with its rarity.
type foundSignal struct {
	kind     *signalKind
	had, of  int     // of the incidents in the 12 months before that could tell, how many had it
	baseRate float64 // (had+1)/(of+1)
	bits     float64 // -log2(baseRate), >= 0
	scores   bool    // the rarest of its group
}

// readSignals finds the signals of all incidents; facts are ordered by start.
func readSignals(s schema.Settings, facts []signalFacts) *signalHistory {
	h := &signalHistory{incidents: make([]signalContext, len(facts)), at: make(map[string]int, len(facts)), there: make([][]presence, len(facts)), told: make([][]int32, len(signalKinds)), had: make([][]int32, len(signalKinds)), triggered: map[string][]int{}, said: make([]atomic.Pointer[[][]any], len(facts))}
	trivial := alternatives(s.TrivialTriggers)
	engineering := map[string]bool{}
	for _, f := range s.EngineeringFunctions {
		engineering[strings.ToLower(strings.TrimSpace(f))] = true
	}
	var joined, lurkers trailing
	from, before := 0, 0
	for i := range facts {
		c := &h.incidents[i]
		c.signalFacts = &facts[i]
		h.at[c.Incident] = i
		for ; facts[before].StartedAt.Before(c.StartedAt); before++ {
			h.incidents[before].enter(&joined, &lurkers)
		}
		for year := c.StartedAt.AddDate(-1, 0, 0); from < before && facts[from].StartedAt.Before(year); from++ {
			h.incidents[from].leave(&joined, &lurkers)
		}
		c.from, c.before, c.joinedLimit, c.lurkersLimit = from, before, joined.limit(s.Signals), lurkers.limit(s.Signals)
		c.lines = s.Signals
		c.triggers = trivial.in(append([]string{c.Trigger, c.Title}, c.Themes...)...)
		for _, t := range c.triggers {
			h.triggered[t] = append(h.triggered[t], i)
		}
		for _, f := range c.Functions {
			if engineering[strings.ToLower(f)] {
				c.engineering = append(c.engineering, f)
			} else {
				c.others = append(c.others, f)
			}
		}
		h.there[i] = make([]presence, len(signalKinds))
		for k := range signalKinds {
			h.there[i][k] = signalKinds[k].there(c)
		}
	}
	for k := range signalKinds {
		h.told[k], h.had[k] = make([]int32, len(facts)+1), make([]int32, len(facts)+1)
		for i := range facts {
			h.told[k][i+1], h.had[k][i+1] = h.told[k][i], h.had[k][i]
			if p := h.there[i][k]; p != untold {
				h.told[k][i+1]++
				if p == present {
					h.had[k][i+1]++
				}
			}
		}
	}
	h.rows = sync.OnceValue(h.incidentCells)
	return h
}

func (c *signalContext) enter(joined, lurkers *trailing) {
	if c.Observed {
		joined.add(float64(c.Participants))
	}
	if c.Responders > 0 {
		lurkers.add(c.lurkerRatio())
	}
}

func (c *signalContext) leave(joined, lurkers *trailing) {
	if c.Observed {
		joined.remove(float64(c.Participants))
	}
	if c.Responders > 0 {
		lurkers.remove(c.lurkerRatio())
	}
}

// of are the signals of incident i, the rarest first; equally rare ones in the order of signalKinds. A group scores by its first.
func (h *signalHistory) of(i int) []foundSignal {
	var found []foundSignal
	c := &h.incidents[i]
	for k := range signalKinds {
		if h.there[i][k] != present {
			continue
		}
		s := foundSignal{kind: &signalKinds[k], had: int(h.had[k][c.before] - h.had[k][c.from]), of: int(h.told[k][c.before] - h.told[k][c.from])}
		s.baseRate = float64(s.had+1) / float64(s.of+1)
		s.bits = math.Log2(1 / s.baseRate)
		found = append(found, s)
	}
	slices.SortStableFunc(found, func(a, b foundSignal) int {
		switch {
		case a.bits > b.bits:
			return -1
		case a.bits < b.bits:
			return 1
		}
		return 0
	})
	seen := map[string]bool{}
	for j := range found {
		group := found[j].kind.group
		found[j].scores = !seen[group]
		seen[group] = true
	}
	return found
}

// score is the sum over groups of the rarest signal's bits.
func score(found []foundSignal) float64 {
	total := 0.0
	for _, s := range found {
		if s.scores {
			total += s.bits
		}
	}
	return total
}

// trailing is a window of values kept in order.
type trailing []float64

func (t *trailing) add(x float64) { *t = slices.Insert(*t, sort.SearchFloat64s(*t, x), x) }

func (t *trailing) remove(x float64) {
	i := sort.SearchFloat64s(*t, x)
	*t = slices.Delete(*t, i, i+1)
}

func (t trailing) limit(lines schema.Signals) float64 {
	if len(t) < lines.CrowdHistory {
		return math.NaN()
	}
	return stat.QuantileSorted(t, lines.CrowdPercentile/100)
}

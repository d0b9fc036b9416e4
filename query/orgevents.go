package query

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/orgheat/orgheat/query/stat"
)

var orgEvents = defineReading(Meta{
	ID: "org-events", Title: "Org events and incidents", Question: "Are incidents more frequent in some weeks around what the organization does?",
	Definition: "For each category of org events: incidents observed and expected in the 1 to 4 weeks, within six before to six after, that deviate most. Week +2 is days 14 to 20 after an event's first day; " +
		"days are the organization's. Expected is what the same neighbourhoods (half of the way to the next occurrence, at most 13 weeks) hold elsewhere, ratio is the rate inside over the rate outside. p rotates each " +
		"neighbourhood independently, so growth and season stay in it, and allows for every window looked at; q allows for the number of categories. supported: q under .05, at least two thirds of the " +
		"occurrences agree, and the interval excludes 1; not_detected: a doubling would probably have been seen; inconclusive: only more than a doubling would (mde); insufficient: under 4 usable occurrences or " +
		"30 incidents; explained_by, inseparable: another category's weeks account for it. A declared window was written down in the configuration beforehand and is tested alone. These are associations: " +
		"they say where to look, not why. Several events of one category on a day, or within 28 days, are one occurrence. Scope is disregarded, except that with a team filter events of other teams are left out.",
	Unit: Ratio, Loads: []string{"org-events", "incidents"},
}, viewOrgEvents)

type orgEventsRow struct {
	Category      string   `col:"category"`
	Window        *string  `col:"window" unit:"weeks after the event's first day"`
	Occurrences   int      `col:"occurrences" unit:"usable occurrences"`
	Observed      float64  `col:"observed" unit:"incidents in the window"`
	Expected      float64  `col:"expected" unit:"incidents in the window"`
	Ratio         float64  `col:"ratio" unit:"rate inside / outside the window"`
	CILow         float64  `col:"ci_low" unit:"ratio"`
	CIHigh        float64  `col:"ci_high" unit:"ratio"`
	P             float64  `col:"p" unit:"probability"`
	Q             float64  `col:"q" unit:"false discovery rate"`
	Verdict       string   `col:"verdict"`
	Declared      bool     `col:"declared"`
	Start         *int     `col:"start" unit:"weeks after the event"`
	Length        *int     `col:"length" unit:"weeks"`
	Listed        int      `col:"listed" unit:"occurrences in the range"`
	DroppedEdge   int      `col:"n_dropped_edge" unit:"occurrences too near the ends of the history"`
	DroppedClose  int      `col:"n_dropped_close" unit:"occurrences too near another"`
	DroppedEmpty  int      `col:"n_dropped_empty" unit:"occurrences without incidents around them"`
	Incidents     float64  `col:"incidents" unit:"incidents in all neighbourhoods"`
	Z             float64  `col:"z" unit:"standard deviations"`
	C95           float64  `col:"c95" unit:"critical value of |z|"`
	Phi           float64  `col:"phi" unit:"overdispersion"`
	Consistency   float64  `col:"consistency" unit:"share of occurrences that agree"`
	DominantShare float64  `col:"dominant_share" unit:"share of the difference from one occurrence"`
	MDE           float64  `col:"mde" unit:"ratio found with probability .8"`
	ExplainedBy   []string `col:"explained_by"`
	Warnings      []string `col:"warnings"`
	Seed          string   `col:"seed"`
	Method        int      `col:"method" unit:"version"`
}

func viewOrgEvents(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]orgEventsRow, []string, error) {
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	if lack := h.missing(); lack != "" {
		return nil, []string{lack}, nil
	}
	var warnings []string
	if unknown := h.unknownCategory(f.Category); unknown != "" {
		return nil, []string{unknown}, nil
	}
	for _, hyp := range db.Settings.Hypotheses {
		if h.events[hyp.Category] == nil {
			warnings = append(warnings, fmt.Sprintf("the declared category %q has no event in the range", hyp.Category))
		}
	}
	results, err := db.scan(h)
	if err != nil {
		return nil, nil, err
	}
	var out []orgEventsRow
	for _, r := range results {
		if f.Category != "" && r.Category != f.Category {
			continue
		}
		row := newOrgEventsRow(r)
		row.Listed = len(h.events[r.Category])
		out = append(out, row)
		for _, w := range row.Warnings {
			warnings = append(warnings, namedCategory(r)+": "+w)
		}
	}
	return out, warnings, nil
}

func namedCategory(r stat.ScanResult) string {
	if r.Declared {
		return r.Category + " (declared)"
	}
	return r.Category
}

// newOrgEventsRow tells nothing of what a scan with too few occurrences happens to have found.
func newOrgEventsRow(r stat.ScanResult) orgEventsRow {
	nan := math.NaN()
	row := orgEventsRow{
		Category: r.Category, Occurrences: r.NUsed, Incidents: r.N, Verdict: string(r.Verdict), Declared: r.Declared, DroppedEdge: r.NDropped.Edge, DroppedClose: r.NDropped.Close,
		DroppedEmpty: r.NDropped.Empty, ExplainedBy: r.ExplainedBy, Warnings: r.Warnings, Seed: fmt.Sprintf("%016x", r.Seed), Method: r.Method,
		Observed: nan, Expected: nan, Ratio: nan, CILow: nan, CIHigh: nan, P: nan, Q: nan, Z: nan, C95: nan, Phi: nan, Consistency: nan, DominantShare: nan, MDE: nan,
	}
	if r.Verdict == stat.Insufficient {
		if close := r.NDropped.Close; close > 0 {
			row.Warnings = append(slices.Clone(row.Warnings), counted(close, "occurrence")+" too near another of the category: what recurs within weeks leaves no other weeks to compare with")
		}
		return row
	}
	window := windowText(r.Window)
	if r.Declared {
		window += " (declared)"
	}
	row.Window, row.Start, row.Length = &window, &r.Window.Start, &r.Window.Len
	row.Observed, row.Expected, row.Ratio, row.P, row.Q, row.Z, row.C95, row.Phi = r.O, r.E, r.RR, r.P, r.Q, r.Z, r.C95, r.Phi
	row.CILow, row.CIHigh = limits(r.CI)
	row.Consistency, row.DominantShare, row.MDE = r.Consistency, r.DominantShare, r.MDE
	return row
}

// windowText writes a window as its first and last week, "+2..+4 weeks".
func windowText(w stat.Window) string { return fmt.Sprintf("%+d..%+d weeks", w.Start, w.Start+w.Len-1) }

// limits are the ends of an interval, NaN without one.
func limits(ci *stat.Interval) (low, high float64) {
	if ci == nil {
		return math.NaN(), math.NaN()
	}
	return ci.Lo, ci.Hi
}

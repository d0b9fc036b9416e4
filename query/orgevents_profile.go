package query

import (
	"context"
	"math"
)

var orgEventsProfile = defineReading(Meta{
	ID: "org-events-profile", Title: "Incidents around an org event", Question: "How do incidents run in the weeks around this kind of event?",
	Definition: "Superposed-epoch curve: mean incidents a week in the six weeks before to six after the first day of a category's occurrences (week 0 is its first seven days), over the occurrences whose neighbourhood " +
		"covers the week. null_low and null_high hold 95% of what rotating the neighbourhoods gives for that week alone; sim_low and sim_high hold all 13 weeks at once with 95%, which is the band to judge by. " +
		"An association, not a cause; the verdict is that of org-events. Without --category all of them, one after the other.",
	Unit: Count, Loads: []string{"org-events", "incidents"},
}, viewOrgEventsProfile)

type profileRow struct {
	Week        int     `col:"week" unit:"weeks after the event's first day"`
	Mean        float64 `col:"mean" unit:"incidents a week"`
	NullLow     float64 `col:"null_low" unit:"incidents a week"`
	NullHigh    float64 `col:"null_high" unit:"incidents a week"`
	SimLow      float64 `col:"sim_low" unit:"incidents a week"`
	SimHigh     float64 `col:"sim_high" unit:"incidents a week"`
	Occurrences int     `col:"occurrences" unit:"occurrences covering the week"`
	Observed    float64 `col:"observed" unit:"incidents"`
	Expected    float64 `col:"expected" unit:"incidents"`
	Ratio       float64 `col:"ratio" unit:"observed / expected"`
	Category    string  `col:"category"`
	Verdict     string  `col:"verdict"`
}

func viewOrgEventsProfile(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]profileRow, []string, error) {
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	if lack := h.missing(); lack != "" {
		return nil, []string{lack}, nil
	}
	if unknown := h.unknownCategory(f.Category); unknown != "" {
		return nil, []string{unknown}, nil
	}
	results, err := db.scan(h)
	if err != nil {
		return nil, nil, err
	}
	var out []profileRow
	var warnings []string
	for _, r := range results {
		if r.Declared || f.Category != "" && r.Category != f.Category {
			continue
		}
		for _, p := range r.Curve {
			n := float64(p.N)
			if p.N == 0 {
				n = math.NaN()
			}
			expected := p.E / n // incidents a week that a ratio of 1 stands for
			out = append(out, profileRow{
				Week: p.Lag, Mean: p.O / n, NullLow: p.NullLo * expected, NullHigh: p.NullHi * expected, SimLow: p.SimLo * expected, SimHigh: p.SimHi * expected,
				Occurrences: p.N, Observed: p.O, Expected: p.E, Ratio: p.RR, Category: r.Category, Verdict: string(r.Verdict),
			})
		}
		for _, w := range r.Warnings {
			warnings = append(warnings, namedCategory(r)+": "+w)
		}
	}
	return out, warnings, nil
}

package query

import "github.com/orgheat/orgheat/query/stat"

var orgEventsLags = define(Meta{
	ID: "org-events-lags", Title: "Weeks around org events", Question: "Around which events do incidents run high or low, week by week?",
	Definition: "For each category of org events with enough occurrences and each week from six before to six after an occurrence's first day: incidents observed over those expected from the rest of the neighbourhoods. outside: beyond " +
		"the band that holds all 13 weeks of the category at once with 95%; nothing allows for the number of categories here, so read the verdicts of org-events. Associations, not causes.",
	Unit: Ratio, Loads: []string{"org-events", "incidents"},
}, viewOrgEventsLags)

type lagRow struct {
	Category    string  `col:"category"`
	Week        int     `col:"week" unit:"weeks after the event's first day"`
	Ratio       float64 `col:"ratio" unit:"observed / expected"`
	Outside     bool    `col:"outside"`
	Occurrences int     `col:"occurrences" unit:"occurrences covering the week"`
	Observed    float64 `col:"observed" unit:"incidents"`
	Expected    float64 `col:"expected" unit:"incidents"`
	SimLow      float64 `col:"sim_low" unit:"observed / expected"`
	SimHigh     float64 `col:"sim_high" unit:"observed / expected"`
}

func viewOrgEventsLags(db *DB, f Filter, rows []historyRow) ([]lagRow, []string, error) {
	h := newHistory(f, rows)
	if lack := h.missing(); lack != "" {
		return nil, []string{lack}, nil
	}
	results, err := db.scan(h)
	if err != nil {
		return nil, nil, err
	}
	var out []lagRow
	var warnings []string
	for _, r := range results {
		switch {
		case r.Declared || f.Category != "" && r.Category != f.Category:
			continue
		case r.Verdict == stat.Insufficient:
			warnings = append(warnings, r.Category+": "+r.Warnings[0])
			continue
		}
		for _, p := range r.Curve {
			out = append(out, lagRow{Category: r.Category, Week: p.Lag, Ratio: p.RR, Outside: p.RR < p.SimLo || p.RR > p.SimHi, Occurrences: p.N, Observed: p.O, Expected: p.E, SimLow: p.SimLo, SimHigh: p.SimHi})
		}
	}
	return out, warnings, nil
}

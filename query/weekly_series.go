package query

import (
	"maps"
	"slices"
	"time"
)

var weeklySeries = define(Meta{
	ID: "weekly-series", Title: "Incidents, merges and traffic by week", Question: "How did incidents, merges and traffic run over the weeks?",
	Definition: "Sums by complete week, Monday to Sunday: incidents between the first and the last one loaded, merged pull requests (a loaded series named merges stands in their place) and every loaded series from " +
		"its first to its last value. Merges and series are the whole organization's. A series named incidents is not shown.",
	Unit: Count, Loads: []string{"incidents", "github", "series"},
}, viewWeeklySeries)

type weekRow struct {
	Series string    `col:"series"`
	Week   time.Time `col:"week" type:"date" unit:"Monday"`
	Value  float64   `col:"value" unit:"incidents, merges, or the series' own"`
}

func viewWeeklySeries(_ *DB, f Filter, rows []historyRow) ([]weekRow, []string, error) {
	h := newHistory(f, rows)
	h.series["incidents"] = h.incidentDays()
	var out []weekRow
	for _, name := range slices.Sorted(maps.Keys(h.series)) {
		s := h.series[name]
		monday, sums := s.weeks(s.first, s.end())
		for i, v := range sums {
			out = append(out, weekRow{Series: name, Week: dateOf(monday + 7*i), Value: v})
		}
	}
	return out, nil, nil
}

package query

import (
	"context"
	"maps"
	"slices"
	"time"
)

var series = defineAsking[seriesValue, seriesRow](Meta{
	ID: "series", Title: "Series by week", Question: "How did work and traffic run?",
	Definition: "Sums of merged pull requests and of every loaded series over complete weeks, Monday to Sunday, from the first value of each to its last. A loaded series named merges stands in place of the pull requests. " +
		"They are the whole organization's: of the filter only the range counts.",
	Unit: Count, Loads: []string{"series", "github"},
}, viewSeries)

type seriesRow struct {
	Series string    `col:"series"`
	Week   time.Time `col:"week" type:"date" unit:"Monday"`
	Value  float64   `col:"value" unit:"the series' own"`
}

// viewSeries does not ask its SQL: the almanac did.
func viewSeries(ctx context.Context, db *DB, f Filter, _ func() ([]seriesValue, error)) (table, error) {
	a, err := db.almanac(ctx, f)
	if err != nil {
		return table{}, err
	}
	series := a.seriesIn(f)
	var out []seriesRow
	for _, name := range slices.Sorted(maps.Keys(series)) {
		s := series[name]
		monday, sums := s.weeks(s.first, s.end())
		for i, sum := range sums {
			out = append(out, seriesRow{Series: name, Week: dateOf(monday + 7*i), Value: sum})
		}
	}
	return tableOf(out, nil), nil
}

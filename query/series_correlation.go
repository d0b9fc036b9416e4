package query

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/orgheat/orgheat/query/stat"
)

var seriesCorrelation = defineReading(Meta{
	ID: "series-correlation", Title: "Series and incidents", Question: "Are weeks with more work or traffic followed by more incidents?",
	Definition: "Correlation of a weekly series (merged pull requests, and every loaded series) with incidents 0 to 6 weeks later, on the complete weeks that both cover. Trend, season (from 104 weeks on) and the " +
		"weeks around the org events of one category (the filter's, else the one most strongly associated with incidents) are taken out of both, then the series' own inertia, so that a common calendar does not pass " +
		"for a connection. lag_weeks is the lag of the largest correlation r; p allows for the seven lags looked at, q for the number of series. Needs 52 weeks. An association, not a cause. A loaded series named merges stands " +
		"in place of the pull requests; series and merges are the whole organization's, whatever the filter says of incidents.",
	Unit: Ratio, Loads: []string{"series", "github", "incidents"},
}, viewSeriesCorrelation)

type correlationRow struct {
	Series   string  `col:"series"`
	LagWeeks int     `col:"lag_weeks" unit:"weeks"`
	R        float64 `col:"r" unit:"correlation"`
	P        float64 `col:"p" unit:"probability"`
	Q        float64 `col:"q" unit:"false discovery rate"`
	CILow    float64 `col:"ci_low" unit:"correlation"`
	CIHigh   float64 `col:"ci_high" unit:"correlation"`
	Weeks    int     `col:"weeks" unit:"weeks after filtering"`
	Order    int     `col:"order" unit:"of the autoregression taken out"`
	Calendar string  `col:"calendar" unit:"category of org events taken out"`
	R0       float64 `col:"r0" unit:"correlation in the same week"`
	R1       float64 `col:"r1" unit:"correlation 1 week later"`
	R2       float64 `col:"r2" unit:"correlation 2 weeks later"`
	R3       float64 `col:"r3" unit:"correlation 3 weeks later"`
	R4       float64 `col:"r4" unit:"correlation 4 weeks later"`
	R5       float64 `col:"r5" unit:"correlation 5 weeks later"`
	R6       float64 `col:"r6" unit:"correlation 6 weeks later"`
}

func viewSeriesCorrelation(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]correlationRow, []string, error) {
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case h.incidents == 0:
		return nil, []string{"no incident in the range: there is nothing to compare series with"}, nil
	case len(h.series) == 0:
		return nil, []string{"no merged pull request and no series in the range"}, nil
	}
	if unknown := h.unknownCategory(f.Category); unknown != "" {
		return nil, []string{unknown}, nil
	}
	calendar := f.Category
	if calendar == "" {
		results, err := db.scan(h)
		if err != nil {
			return nil, nil, err
		}
		calendar = strongest(results)
	}
	var out []correlationRow
	var ps []float64
	var warnings []string
	for _, name := range slices.Sorted(maps.Keys(h.series)) {
		r, warning := h.correlate(name, h.events[calendar])
		if warning != "" {
			warnings = append(warnings, name+": "+warning)
			continue
		}
		row := correlationRow{Series: name, LagWeeks: r.Lag, R: r.R, P: r.P, Weeks: r.N, Order: r.Order, Calendar: calendar,
			R0: r.Lags[0], R1: r.Lags[1], R2: r.Lags[2], R3: r.Lags[3], R4: r.Lags[4], R5: r.Lags[5], R6: r.Lags[6]}
		row.CILow, row.CIHigh = limits(r.CI)
		out, ps = append(out, row), append(ps, r.P)
	}
	for i, q := range stat.BenjaminiHochberg(ps) {
		out[i].Q = q
	}
	return out, warnings, nil
}

// longestPause is the most days from value to value, on average, of a series that has weeks: a weekly one may miss some.
const longestPause = 10

// correlate compares the weeks of a series with those of incidents, without the weeks around the events. The warning says why it does not.
func (h history) correlate(name string, events []int) (stat.SeriesResult, string) {
	s := h.series[name]
	first, end := max(h.first, s.first), min(h.end, s.end())
	monday, driver := s.weeks(first, end)
	_, incidents := h.incidentDays().weeks(first, end)
	if longestPause*s.points < len(s.values) { // weeks without a value would count as weeks of zero
		return stat.SeriesResult{}, fmt.Sprintf("%d values in %d days are too few for a comparison by week", s.points, len(s.values))
	}
	weeks := make([]int, len(events))
	for i, day := range events {
		weeks[i] = int(math.Floor(float64(day-monday) / 7))
	}
	r, err := stat.CorrelateSeries(driver, incidents, weeks)
	switch {
	case err != nil:
		return r, refusal(err)
	case r.Exhausted:
		return r, r.Warnings[0]
	}
	return r, ""
}

// strongest is the category whose weeks deviate most from what incidents otherwise do: the calendar that could most easily pass for a
// connection between two series. "" where there is none to test.
func strongest(results []stat.ScanResult) string {
	name, most := "", 0.
	for _, r := range results {
		if z := math.Abs(r.Z); !r.Declared && r.Verdict != stat.Insufficient && z > most {
			name, most = r.Category, z
		}
	}
	return name
}

package query

import (
	"fmt"

	"github.com/orgheat/orgheat/query/stat"
)

var durations = define(Meta{
	ID: "durations", Title: "Durations", Question: "How long do incidents take, and is the difference more than chance?",
	Definition: "Minutes from an incident's start to its end (resolved, else mitigated), by the period of its start; incidents whose start or end is imputed are left out. " +
		"Percentiles are interpolated (R-7); ci_low and ci_high bound the median by order statistics, 95% or more, null under 6 incidents. There is no mean: a few long incidents make it.",
	Unit: Minutes, By: []string{"quarter", "month"}, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewDurations)

type periodMinutes struct {
	Period  string    `ch:"period"`
	Minutes []float64 `ch:"minutes"`
	Imputed uint64    `ch:"imputed_n"`
}

type durationRow struct {
	Period  string   `col:"period"`
	N       int      `col:"n" unit:"incidents"`
	P25     *float64 `col:"p25" unit:"minutes"`
	P50     *float64 `col:"p50" unit:"minutes"`
	P75     *float64 `col:"p75" unit:"minutes"`
	P90     *float64 `col:"p90" unit:"minutes"`
	CILow   *float64 `col:"ci_low" unit:"minutes"`
	CIHigh  *float64 `col:"ci_high" unit:"minutes"`
	Imputed uint64   `col:"imputed" unit:"incidents left out"`
}

// fewForChange is the number of durations under which a change from one period to the next is mostly chance.
const fewForChange = 30

func viewDurations(_ *DB, _ Filter, rows []periodMinutes) ([]durationRow, []string, error) {
	out := make([]durationRow, len(rows))
	few, imputed := 0, 0
	for i, r := range rows {
		d := stat.Distribute(r.Minutes)
		out[i] = durationRow{Period: r.Period, N: d.N, P25: number(d.P25), P50: number(d.P50), P75: number(d.P75), P90: number(d.P90), Imputed: r.Imputed}
		out[i].CILow, out[i].CIHigh = ends(d.MedianCI)
		if d.N < fewForChange {
			few++
		}
		imputed += int(r.Imputed)
	}
	var warnings []string
	if few > 0 {
		warnings = append(warnings, fmt.Sprintf("%s with fewer than %d incidents: a change there is mostly chance", counted(few, "period"), fewForChange))
	}
	if imputed > 0 {
		warnings = append(warnings, counted(imputed, "incident")+" without a recorded start or end left out")
	}
	return out, warnings, nil
}

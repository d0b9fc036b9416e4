package query

import (
	"context"
	"math"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

var incidentWeekdays = defineReading(Meta{
	ID: "incident-weekdays", Title: "Incidents by day of the week", Question: "On which days of the week do incidents start?",
	Definition: "Incidents per day between the first and the last loaded incident, by the weekday of their start in the organization's zone. ratio compares with all other days. Intervals are 95% and allow for " +
		"incidents that come in bursts.",
	Unit: Ratio, By: []string{"weekpart", "weekday"}, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewIncidentWeekdays)

type weekdayRow struct {
	Group     string  `col:"group"`
	Days      int     `col:"days" unit:"days"`
	Incidents int     `col:"incidents" unit:"incidents"`
	PerDay    float64 `col:"per_day" unit:"incidents a day"`
	CILow     float64 `col:"ci_low" unit:"incidents a day"`
	CIHigh    float64 `col:"ci_high" unit:"incidents a day"`
	Ratio     float64 `col:"ratio" unit:"rate / rate of the other days"`
	RatioLow  float64 `col:"ratio_low" unit:"ratio"`
	RatioHigh float64 `col:"ratio_high" unit:"ratio"`
}

// weekdayGroups are the groups of days, and the group of each, Monday first.
func weekdayGroups(by string) (names []string, of [7]int) {
	if by == "weekpart" {
		return []string{"weekdays", "weekends"}, [7]int{5: 1, 6: 1}
	}
	for i := range of {
		names, of[i] = append(names, time.Weekday((i+1)%7).String()), i
	}
	return names, of
}

func viewIncidentWeekdays(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]weekdayRow, []string, error) {
	const alpha = .05
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	if h.incidents == 0 {
		return nil, []string{"no incident in the range"}, nil
	}
	names, of := weekdayGroups(f.By)
	group := func(i int) int { return of[((h.first+i+3)%7+7)%7] } // 1970-01-01 was a Thursday
	out := make([]weekdayRow, len(names))
	for i, c := range h.counts {
		g := &out[group(i)]
		g.Days++
		g.Incidents += int(c)
	}
	// Pearson's dispersion around the groups' means: 1 if incidents were independent of each other.
	var pearson float64
	for i, c := range h.counts {
		g := out[group(i)]
		if mean := float64(g.Incidents) / float64(g.Days); mean > 0 {
			pearson += (c - mean) * (c - mean) / mean
		}
	}
	phi := 1.
	if df := len(h.counts) - len(names); df > 0 {
		phi = math.Max(1, pearson/float64(df))
	}
	for i := range out {
		g := &out[i]
		g.Group = names[i]
		days, others, otherDays := float64(g.Days), h.incidents-g.Incidents, float64(len(h.counts)-g.Days)
		ci := stat.PoissonInterval(float64(g.Incidents)/phi, alpha)
		ratio := stat.RateRatio(g.Incidents, days, others, otherDays, phi, alpha)
		g.PerDay, g.CILow, g.CIHigh = float64(g.Incidents)/days, ci.Lo*phi/days, ci.Hi*phi/days
		g.Ratio = ratio.Value
		g.RatioLow, g.RatioHigh = limits(ratio.CI)
	}
	return out, nil, nil
}

package query

import (
	"context"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

var spikes = defineReading(Meta{
	ID: "spikes", Title: "Incident spikes", Question: "Which weeks had more incidents than trend and season explain?",
	Definition: "Incidents by complete week (Monday to Sunday of the organization's zone, between the first and the last loaded incident), against a log-linear model of trend and, from 104 weeks on, season, in which past " +
		"spikes weigh less. upper is the .99 quantile of such a week; flagged: more than upper and at least 3. p is the probability of that many or more, q allows for the number of weeks; emphasis: flagged and q under .1. " +
		"Needs 26 weeks and 30 incidents.",
	Unit: Count, Loads: []string{"incidents", "pagerduty", "statuspage", "jira", "opsgenie"},
}, viewSpikes)

type spikeRow struct {
	Week     time.Time `col:"week" type:"date" unit:"Monday"`
	N        int       `col:"n" unit:"incidents"`
	Expected float64   `col:"expected" unit:"incidents"`
	Upper    int       `col:"upper" unit:"incidents"`
	P        float64   `col:"p" unit:"probability"`
	Q        float64   `col:"q" unit:"false discovery rate"`
	Flagged  bool      `col:"flagged"`
	Emphasis bool      `col:"emphasis"`
}

func viewSpikes(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]spikeRow, []string, error) {
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	monday, counts := h.incidentDays().weeks(h.first, h.end)
	r, err := stat.Spikes(counts, nil)
	if err != nil {
		return nil, []string{refusal(err)}, nil
	}
	out := make([]spikeRow, len(r.Weeks))
	for i, w := range r.Weeks {
		out[i] = spikeRow{Week: dateOf(monday + 7*w.Index), N: int(w.Count), Expected: w.Expected, Upper: w.Upper, P: w.P, Q: w.Q, Flagged: w.Flagged, Emphasis: w.Emphasis}
	}
	return out, r.Warnings, nil
}

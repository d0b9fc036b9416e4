package query

import (
	"context"

	"github.com/orgheat/orgheat/query/stat"
)

var tenure = defineAsking[exposureRow, exposureBand](Meta{
	ID: "tenure", Title: "Tenure exposure", Question: "Do newcomers or old hands carry more than their share?",
	Definition: "Responses by the responder's tenure on the incident's day, in calendar months, against the sum over incidents of responders times the band's share of the roster that day. Roster: everybody employed with a known start date, in a function with at " +
		"least one responder in the range; others are counted nowhere. The interval takes people, not responses, as independent; it is null with fewer than 5 people in the band or outside it. engaged_share: the band's share of these responders' engaged time. " +
		"A verdict needs 100 people on the roster.",
	Unit: Ratio, Loads: []string{"roster", "incidents", "slack", "pagerduty"},
}, viewTenure)

var tenureBands = []string{"<3m", "3-6m", "6-12m", "1-2y", "2-4y", ">=4y"}

// tenureMonths are the calendar months with which the bands begin.
var tenureMonths = []int{0, 3, 6, 12, 24, 48}

func viewTenure(ctx context.Context, db *DB, f Filter, ask func() ([]exposureRow, error)) (table, error) {
	out, _, warnings, err := exposureBands(ctx, db, f, tenureBands, ask, func(_ string, day int32, c clock) []spell {
		start := dayTime(day)
		out := make([]spell, len(tenureMonths))
		for b, months := range tenureMonths {
			out[b] = spell{b, c.day(int32(stat.AddMonths(start, months).Unix() / 86400)), len(c.started)}
			if b > 0 {
				out[b-1].to = out[b].from
			}
		}
		return out
	})
	return tableOf(out, warnings), err
}

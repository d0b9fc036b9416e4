package query

import (
	"context"
	"slices"

	"github.com/orgheat/orgheat/query/stat"
)

var vesting = defineAsking[exposureRow, exposureBand](Meta{
	ID: "vesting", Title: "Vesting exposure", Question: "Do people with nothing left to wait for carry more than their share?",
	Definition: "Responses by the responder's vesting on the incident's day, against the sum over incidents of responders times the band's share of the roster that day. none: no grant had started; before_cliff: nothing had vested; fully_vested: at least " +
		"80% of the granted quantity, and the first grant entirely. Roster, interval and engaged_share as for tenure. A verdict needs 100 people on the roster.",
	Unit: Ratio, Loads: []string{"vesting", "roster", "incidents", "slack", "pagerduty"},
}, viewVesting)

var vestingBands = []string{string(stat.NoGrant), string(stat.BeforeCliff), string(stat.Vesting), string(stat.FullyVested)}

func viewVesting(ctx context.Context, db *DB, f Filter, ask func() ([]exposureRow, error)) (table, error) {
	grants, err := db.grants(ctx)
	if err != nil {
		return table{}, err
	}
	out, on, warnings, err := exposureBands(ctx, db, f, vestingBands, ask, func(person string, _ int32, c clock) []spell { return vestingSpells(grants[person], c) })
	if len(out) > 0 && !slices.ContainsFunc(on, func(p exposed) bool { return len(grants[p.name]) > 0 }) {
		warnings = append(warnings, "nobody on the roster has a grant")
	}
	return tableOf(out, warnings), err
}

// vestingSpells lists the vesting bands of a person with these grants. Between the starts of two grants bands only rise.
func vestingSpells(grants []stat.Grant, c clock) []spell {
	cuts := []int{0, len(c.started)}
	for _, g := range grants {
		cuts = append(cuts, c.day(int32(g.Start.Unix()/86400)))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []spell
	for i := 1; i < len(cuts); i++ {
		out = append(out, spells(cuts[i-1], cuts[i], func(at int) int {
			day := dayTime(int32(c.started[at] / 86400_000))
			return slices.Index(vestingBands, string(stat.VestingBandOf(grants, day)))
		})...)
	}
	return out
}

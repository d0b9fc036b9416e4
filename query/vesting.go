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
	steps, err := remember(ctx, db, "vesting steps", nil, func() (map[string][]vestingStep, error) {
		all := map[string][]vestingStep{}
		for person, own := range grants {
			all[person] = vestingSteps(own)
		}
		return all, nil
	})
	if err != nil {
		return table{}, err
	}
	out, on, warnings, err := exposureBands(ctx, db, f, vestingBands, ask, func(person string, _ int32, c clock) []spell { return vestingSpells(steps[person], c) })
	if len(out) > 0 && !slices.ContainsFunc(on, func(p exposed) bool { return len(grants[p.name]) > 0 }) {
		warnings = append(warnings, "nobody on the roster has a grant")
	}
	return tableOf(out, warnings), err
}

// vestingStep is a day since 1970-01-01 from which on a person is in a band; before the first they have no grant.
type vestingStep struct {
	day  int32
	band int
}

// vestingSteps lists, in order, the days on which the vesting band of a person with these grants changes. Between the starts of two grants bands only rise.
func vestingSteps(grants []stat.Grant) (steps []vestingStep) {
	var cuts []int
	end := 0
	for _, g := range grants {
		cuts = append(cuts, int(g.Start.Unix()/86400))
		end = max(end, int(stat.AddMonths(g.Start, max(g.CliffMonths, g.TotalMonths+g.EveryMonths)+1).Unix()/86400)) // by then all has vested
	}
	cuts = append(cuts, end)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := 1; i < len(cuts); i++ {
		for _, s := range spells(cuts[i-1], cuts[i], func(day int) int {
			return slices.Index(vestingBands, string(stat.VestingBandOf(grants, dayTime(int32(day)))))
		}) {
			steps = append(steps, vestingStep{int32(s.from), s.band})
		}
	}
	return steps
}

// vestingSpells places a person's vesting bands among the incidents.
func vestingSpells(steps []vestingStep, c clock) []spell {
	out := []spell{{to: len(c.started)}} // no grant
	for _, s := range steps {
		at := c.day(s.day)
		out[len(out)-1].to = at
		out = append(out, spell{s.band, at, len(c.started)})
	}
	return out
}

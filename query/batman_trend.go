package query

import (
	"context"
)

var batmanTrend = defineAsking[periodBatman, batmanRow](Meta{
	ID: "batman-trend", Title: "Batman index over time", Question: "Is one person ever less often the rescue?",
	Definition: "By period: the largest Batman index, the share of the incidents with at least one responder that the person with most of them responded to, with its Wilson interval. The largest of many is high by chance where " +
		"incidents are few: compare periods, not one of them with nothing. hero_reactions: hero emoji from others on anybody's messages and joins. Falling is success.",
	Unit: Share, By: []string{"quarter", "month"}, Loads: []string{"incidents", "slack", "pagerduty"},
}, viewBatmanTrend)

// periodBatman is a period's incidents with a responder, and who responded to most of them.
type periodBatman struct {
	Period   int32  `ch:"period"` // see periodNumbered
	Answered uint64 `ch:"answered"`
	People   uint64 `ch:"people"`
	Most     uint64 `ch:"most"`
	Person   string `ch:"most_person"`
}

// periodPraise is the hero reactions of a period.
type periodPraise struct {
	Period    int32  `ch:"period"`
	Reactions uint64 `ch:"reactions"`
}

type batmanRow struct {
	Period        string   `col:"period"`
	BatmanIndex   *float64 `col:"batman_index" unit:"share of incidents with a responder"`
	CILow         *float64 `col:"ci_low" unit:"share of incidents with a responder"`
	CIHigh        *float64 `col:"ci_high" unit:"share of incidents with a responder"`
	Incidents     uint64   `col:"incidents" unit:"incidents with a responder"`
	HeroReactions uint64   `col:"hero_reactions" unit:"reactions"`
	Person        string   `col:"person" type:"person"`
	Name          string   `col:"name" type:"name"`
	People        uint64   `people:"n"`
}

func viewBatmanTrend(ctx context.Context, db *DB, f Filter, ask func() ([]periodBatman, error)) (table, error) {
	rows, reactions, err := beside[periodPraise](ctx, db, "batman-trend.praise", ask)
	if err != nil {
		return table{}, err
	}
	praised := map[int32]uint64{}
	for _, p := range reactions {
		praised[p.Period] = p.Reactions
	}
	roster, err := db.roster(ctx)
	if err != nil {
		return table{}, err
	}
	out := make([]batmanRow, len(rows))
	few := 0
	for i, r := range rows {
		o := &out[i]
		*o = batmanRow{Period: periodNumbered(r.Period, f.By), Incidents: r.Answered, HeroReactions: praised[r.Period], Person: r.Person, Name: roster.of(r.Person).name, People: r.People}
		if o.BatmanIndex, o.CILow, o.CIHigh = share(r.Most, r.Answered); o.BatmanIndex == nil {
			few++
		}
	}
	return tableOf(out, tooFew(nil, few, "batman_index", "incidents with a responder")), nil
}

package query

var batmanTrend = define(Meta{
	ID: "batman-trend", Title: "Batman index over time", Question: "Is one person ever less often the rescue?",
	Definition: "By period: the largest Batman index, the share of the incidents with at least one responder that the person with most of them responded to, with its Wilson interval. The largest of many is high by chance where " +
		"incidents are few: compare periods, not one of them with nothing. hero_reactions: hero emoji from others on anybody's messages and joins. Falling is success.",
	Unit: Share, By: []string{"quarter", "month"}, Loads: []string{"incidents", "slack", "pagerduty"},
}, viewBatmanTrend)

type periodBatman struct {
	Period        string `ch:"period"`
	Answered      uint64 `ch:"answered"`
	Count         uint64 `ch:"count"`
	Person        string `ch:"person"`
	Name          string `ch:"name"`
	People        uint64 `ch:"people"`
	HeroReactions uint64 `ch:"hero_reactions"`
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

func viewBatmanTrend(_ *DB, _ Filter, rows []periodBatman) ([]batmanRow, []string, error) {
	out := make([]batmanRow, len(rows))
	few := 0
	for i, r := range rows {
		o := &out[i]
		*o = batmanRow{Period: r.Period, Incidents: r.Answered, HeroReactions: r.HeroReactions, Person: r.Person, Name: r.Name, People: r.People}
		if o.BatmanIndex, o.CILow, o.CIHigh = share(r.Count, r.Answered); o.BatmanIndex == nil {
			few++
		}
	}
	return out, tooFew(nil, few, "batman_index", "incidents with a responder"), nil
}

package query

import (
	"context"
	"time"
)

var coordination = defineAsking[periodCoordination, coordinationRow](Meta{
	ID: "coordination", Title: "Cost of coordination", Question: "What do incidents cost us in people's time, and do we keep working with strangers?",
	Definition: "By the period of the incident's start. Medians (R-7) of responders and of responders' teams over the period's incidents; engaged hours, no minute of a person twice; cost is " +
		"hours times cost.hourly of the configuration; sleep_hours are the engaged hours inside people's sleep band. new_pair_share: pairs of responders who never responded to one incident before, over all pairs, without the " +
		"first 180 days of history; its interval takes pairs as independent, which they are not quite. lurker_ratio: lurkers to responders, pooled.",
	Unit: Hours, By: []string{"quarter", "month"}, Loads: []string{"incidents", "slack", "pagerduty", "roster"},
}, viewCoordination)

type periodCoordination struct {
	Begins        time.Time `ch:"begins"`
	Incidents     uint64    `ch:"incidents"`
	RespondersP50 float64   `ch:"responders_p50"`
	TeamsP50      float64   `ch:"teams_p50"`
	NewPairs      uint64    `ch:"new_pairs"`
	Pairs         uint64    `ch:"pairs"`
	NewPairsHires uint64    `ch:"new_pairs_hires"`
	Young         uint64    `ch:"young"`
	Lurkers       uint64    `ch:"lurkers"`
	Responders    uint64    `ch:"responders"`
}

type periodHours struct {
	Begins     time.Time `ch:"begins"`
	People     uint64    `ch:"people"` // with engaged time
	Hours      float64   `ch:"hours"`
	SleepHours float64   `ch:"sleep_hours"`
}

type coordinationRow struct {
	Period        string   `col:"period"`
	Incidents     uint64   `col:"incidents" unit:"incidents"`
	RespondersP50 float64  `col:"responders_p50" unit:"people"`
	TeamsP50      float64  `col:"teams_p50" unit:"teams"`
	EngagedHours  float64  `col:"engaged_hours" unit:"person-hours"`
	Cost          *float64 `col:"cost" unit:"money"`
	NewPairShare  *float64 `col:"new_pair_share" unit:"share of pairs"`
	LurkerRatio   *float64 `col:"lurker_ratio" unit:"lurkers per responder"`
	NewPairLow    *float64 `col:"new_pair_low" unit:"share of pairs"`
	NewPairHigh   *float64 `col:"new_pair_high" unit:"share of pairs"`
	Pairs         uint64   `col:"pairs" unit:"pairs"`
	NewPairs      uint64   `col:"new_pairs" unit:"pairs"`
	NewPairsHires uint64   `col:"new_pairs_hires" unit:"pairs"`
	Lurkers       uint64   `col:"lurkers" unit:"people, once per incident"`
	Responders    uint64   `col:"responders" unit:"people, once per incident"`
	SleepHours    float64  `col:"sleep_hours" unit:"person-hours"`
	People        uint64   `col:"people" unit:"people who responded"`
	Currency      string   `col:"currency"`
	N             uint64   `people:"n"`
}

func viewCoordination(ctx context.Context, db *DB, f Filter, ask func() ([]periodCoordination, error)) (table, error) {
	name := "coordination.hours"
	if f.ofResponders() || len(f.Persons) > 0 {
		name = "coordination.hours.chosen"
	}
	rows, worked, err := beside[periodHours](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	hours := map[time.Time]periodHours{}
	for _, r := range worked {
		hours[r.Begins] = r
	}
	out := make([]coordinationRow, len(rows))
	few, young := 0, 0
	price := db.Settings.Cost
	for i, r := range rows {
		o, h := &out[i], hours[r.Begins]
		*o = coordinationRow{Period: periodName(r.Begins, f.By), Incidents: r.Incidents, RespondersP50: r.RespondersP50, TeamsP50: r.TeamsP50, EngagedHours: h.Hours, Pairs: r.Pairs, NewPairs: r.NewPairs,
			NewPairsHires: r.NewPairsHires, Lurkers: r.Lurkers, Responders: r.Responders, SleepHours: h.SleepHours, People: h.People, Currency: price.Currency, N: h.People}
		if price.Hourly > 0 {
			o.Cost = number(h.Hours * price.Hourly)
		}
		if r.Responders > 0 {
			o.LurkerRatio = number(float64(r.Lurkers) / float64(r.Responders))
		}
		if o.NewPairShare, o.NewPairLow, o.NewPairHigh = share(r.NewPairs, r.Pairs); o.NewPairShare == nil {
			few++
		}
		young += int(r.Young)
	}
	var warnings []string
	if young > 0 {
		warnings = append(warnings, counted(young, "incident")+" in the first 180 days of history: everyone is new to everyone there, so their pairs are left out")
	}
	if price.Hourly == 0 {
		warnings = append(warnings, "cost is null: the configuration has no cost.hourly")
	}
	return tableOf(out, tooFew(warnings, few, "new_pair_share", "pairs")), nil
}

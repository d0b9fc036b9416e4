package query

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query/stat"
)

var people = defineAsking[responses, personRow](Meta{
	ID: "people", Title: "People in incidents", Question: "Who carries the incidents, and at what price?",
	Definition: "Everybody who responded to an incident that started in the range. incident_share, the Batman index: incidents they responded to over incidents with at least one responder, with its Wilson interval. " +
		"off_call_share: responses at whose first contribution they were on no schedule, over those of known status. Engaged and sleep hours: no minute twice; sleep is the part inside the sleep band of their clock. hero_reactions: hero emoji from others on their messages or joins in the range, wherever; " +
		"hero_arrivals: incidents with one in their channels within 10 min of the earlier of their first message or join there. Tenure, vesting, team and function as of --to (without it: the end of the last incident's day).",
	Unit: Count, Loads: []string{"incidents", "slack", "pagerduty", "oncall", "roster", "vesting"},
}, viewPeople)

// responses are somebody's incidents, by hash, and what they cost them.
type responses struct {
	Person       string          `ch:"person"`
	Took         numbers[uint64] `ch:"took"`
	Off          uint64          `ch:"off"`
	Known        uint64          `ch:"known"`
	EngagedHours float64         `ch:"engaged_hours"`
	SleepHours   float64         `ch:"sleep_hours"`
}

type praise struct {
	Person  string          `ch:"person"`
	N       uint64          `ch:"n"`
	Arrived numbers[uint64] `ch:"arrived"`
}

type personRow struct {
	Person        string   `col:"person" type:"person"`
	Incidents     uint64   `col:"incidents" unit:"incidents"`
	IncidentShare *float64 `col:"incident_share" unit:"share of incidents with a responder"`
	EngagedHours  float64  `col:"engaged_hours" unit:"hours"`
	OffCallShare  *float64 `col:"off_call_share" unit:"share of responses of known status"`
	SleepHours    float64  `col:"sleep_hours" unit:"hours"`
	HeroReactions uint64   `col:"hero_reactions" unit:"reactions"`
	HeroArrivals  uint64   `col:"hero_arrivals" unit:"incidents"`
	TenureDays    *int64   `col:"tenure_days" unit:"days"`
	VestingBand   string   `col:"vesting_band"`
	Name          string   `col:"name" type:"name"`
	Team          string   `col:"team"`
	Function      string   `col:"function"`
	Employed      *bool    `col:"employed"`
	ShareLow      *float64 `col:"incident_share_low" unit:"share of incidents with a responder"`
	ShareHigh     *float64 `col:"incident_share_high" unit:"share of incidents with a responder"`
	Known         uint64   `col:"known_status" unit:"responses of known status"`
	OffCallLow    *float64 `col:"off_call_low" unit:"share of responses of known status"`
	OffCallHigh   *float64 `col:"off_call_high" unit:"share of responses of known status"`
}

func viewPeople(ctx context.Context, db *DB, f Filter, ask func() ([]responses, error)) (table, error) {
	rows, praises, err := beside[praise](ctx, db, "people.praise", ask)
	if err != nil {
		return table{}, err
	}
	praised := map[string]praise{}
	for _, p := range praises {
		praised[p.Person] = p
	}
	grants, err := db.grants(ctx)
	if err != nil {
		return table{}, err
	}
	roster, asOf, err := db.rosterAsOf(ctx, f)
	if err != nil {
		return table{}, err
	}
	day := int32(f.dayOf(asOf))
	answered := map[uint64]bool{} // incidents with a responder
	for _, r := range rows {
		for _, id := range r.Took {
			answered[id] = true
		}
	}
	persons := lowered(f.Persons)
	rows = slices.DeleteFunc(rows, func(r responses) bool { return len(persons) > 0 && !slices.Contains(persons, r.Person) })
	slices.SortFunc(rows, func(a, b responses) int {
		return cmp.Or(len(b.Took)-len(a.Took), cmp.Compare(b.EngagedHours, a.EngagedHours), strings.Compare(a.Person, b.Person))
	})
	out := make([]personRow, len(rows))
	fewShares, fewKnown := 0, 0
	for i, r := range rows {
		o, p := &out[i], roster.of(r.Person)
		at := p.at(asOf.Unix())
		*o = personRow{Person: r.Person, Incidents: uint64(len(r.Took)), EngagedHours: r.EngagedHours, SleepHours: r.SleepHours, HeroReactions: praised[r.Person].N,
			HeroArrivals: r.arrivals(praised[r.Person]), Name: p.name, Team: at.team, Function: at.function, Known: r.Known}
		if p.start != nil {
			days := int64(day - *p.start)
			o.TenureDays = &days
		}
		if roster.listed {
			employed := p.employedOn(day)
			o.Employed = &employed
		}
		o.VestingBand = string(stat.VestingBandOf(grants[r.Person], dayTime(day)))
		if o.IncidentShare, o.ShareLow, o.ShareHigh = share(o.Incidents, uint64(len(answered))); o.IncidentShare == nil {
			fewShares++
		}
		if o.OffCallShare, o.OffCallLow, o.OffCallHigh = share(r.Off, r.Known); o.OffCallShare == nil {
			fewKnown++
		}
	}
	warnings := tooFew(nil, fewShares, "incident_share", "incidents with a responder")
	return tableOf(out, tooFew(warnings, fewKnown, "off_call_share", "responses of known status")), nil
}

// arrivals is the number of incidents responded to in which the person was praised on arrival.
func (r responses) arrivals(p praise) (n uint64) {
	slices.Sort(p.Arrived)
	for _, id := range slices.Compact(p.Arrived) {
		if slices.Contains(r.Took, id) {
			n++
		}
	}
	return n
}

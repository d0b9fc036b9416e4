package query

import (
	"context"

	"github.com/orgheat/orgheat/query/stat"
)

var people = defineReading(Meta{
	ID: "people", Title: "People in incidents", Question: "Who carries the incidents, and at what price?",
	Definition: "Everybody who responded to an incident that started in the range. incident_share, the Batman index: incidents they responded to over incidents with at least one responder, with its Wilson interval. " +
		"off_call_share: responses at whose first contribution they were on no schedule, over those of known status. Engaged and sleep hours: no minute twice; sleep is the part inside the sleep band of their clock. hero_reactions: hero emoji from others on their messages or joins in the range, wherever; " +
		"hero_arrivals: incidents with one in their channels within 10 min of the earlier of their first message or join there. Tenure, vesting, team and function as of --to (without it: the end of the last incident's day).",
	Unit: Count, Loads: []string{"incidents", "slack", "pagerduty", "oncall", "roster", "vesting"},
}, viewPeople)

type personTotals struct {
	Person        string  `ch:"person"`
	Responses     uint64  `ch:"responses"`
	EngagedHours  float64 `ch:"engaged_hours"`
	Off           uint64  `ch:"off"`
	Known         uint64  `ch:"known"`
	SleepHours    float64 `ch:"sleep_hours"`
	HeroReactions uint64  `ch:"hero_reactions"`
	HeroArrivals  uint64  `ch:"hero_arrivals"`
	TenureDays    *int64  `ch:"tenure_days"`
	Name          string  `ch:"name"`
	Team          string  `ch:"team"`
	Function      string  `ch:"function"`
	Employed      *bool   `ch:"employed"`
	Day           int32   `ch:"day"`
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

func viewPeople(ctx context.Context, db *DB, _ Filter, rows []personTotals) ([]personRow, []string, error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	grants, err := db.grants(ctx)
	if err != nil {
		return nil, nil, err
	}
	answered, rows := rows[0].Responses, rows[1:] // the first row is of nobody: all incidents with a responder
	out := make([]personRow, len(rows))
	fewShares, fewKnown := 0, 0
	for i, r := range rows {
		o := &out[i]
		*o = personRow{Person: r.Person, Incidents: r.Responses, EngagedHours: r.EngagedHours, SleepHours: r.SleepHours, HeroReactions: r.HeroReactions, HeroArrivals: r.HeroArrivals,
			TenureDays: r.TenureDays, Name: r.Name, Team: r.Team, Function: r.Function, Employed: r.Employed, Known: r.Known}
		o.VestingBand = string(stat.VestingBandOf(grants[r.Person], dayTime(r.Day)))
		if o.IncidentShare, o.ShareLow, o.ShareHigh = share(r.Responses, answered); o.IncidentShare == nil {
			fewShares++
		}
		if o.OffCallShare, o.OffCallLow, o.OffCallHigh = share(r.Off, r.Known); o.OffCallShare == nil {
			fewKnown++
		}
	}
	warnings := tooFew(nil, fewShares, "incident_share", "incidents with a responder")
	return out, tooFew(warnings, fewKnown, "off_call_share", "responses of known status"), nil
}

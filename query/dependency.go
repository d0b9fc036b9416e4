package query

import "github.com/orgheat/orgheat/query/stat"

var dependency = define(Meta{
	ID: "dependency", Title: "Dependency", Question: "On how few people does the response rest?",
	Definition: "Over the range (default: six calendar months to --to; without --to: to the end of the last incident's day) the engaged time of each person in the organization's incidents, in those a team owned or those of a service; no minute " +
		"of a person counts twice, an incident of two teams or services counts wholly for each. caf, the contributor absence factor: the fewest people holding at least half (ties by name). Gini over responders, corrected by n/(n-1), null for one. hhi: sum of squared shares, " +
		"0 to 1. core people hold the first 80%, regular ones the next 15%, casual ones the rest. busiest_share: incidents that the person with most of them responded to, over incidents with a responder, with its Wilson interval. An island is a service that exactly one person, " +
		"still employed at --to, responded to at least twice in the 12 months before.",
	Unit: Count, By: []string{"org", "team", "service"}, Loads: []string{"incidents", "slack", "pagerduty", "ownership"},
}, viewDependency)

type dependencyGroup struct {
	Name          string    `ch:"name"`
	Incidents     uint64    `ch:"incidents"`
	Answered      uint64    `ch:"answered"`
	Minutes       []float64 `ch:"minutes"` // by person
	TopPerson     string    `ch:"top_person"`
	TopName       string    `ch:"top_name"`
	MostResponses uint64    `ch:"most_responses"`
	IslandPerson  string    `ch:"island_person"`
	NoRoster      bool      `ch:"no_roster"`
}

type dependencyRow struct {
	Name         string   `col:"name"`
	Incidents    uint64   `col:"incidents" unit:"incidents"`
	Responders   int      `col:"responders" unit:"people"`
	CAF          *int     `col:"caf" unit:"people"`
	TopPerson    string   `col:"top_person" type:"person"`
	TopShare     *float64 `col:"top_share" unit:"share of engaged time"`
	Gini         *float64 `col:"gini" unit:"0 equal to 1 one person"`
	HHI          *float64 `col:"hhi" unit:"0 to 1 one person"`
	TopName      string   `col:"top_name" type:"name"`
	Top3Share    *float64 `col:"top3_share" unit:"share of engaged time"`
	Core         int      `col:"core" unit:"people"`
	Regular      int      `col:"regular" unit:"people"`
	Casual       int      `col:"casual" unit:"people"`
	EngagedHours float64  `col:"engaged_hours" unit:"person-hours"`
	Answered     uint64   `col:"incidents_with_responder" unit:"incidents"`
	BusiestShare *float64 `col:"busiest_share" unit:"share of incidents with a responder"`
	BusiestLow   *float64 `col:"busiest_low" unit:"share of incidents with a responder"`
	BusiestHigh  *float64 `col:"busiest_high" unit:"share of incidents with a responder"`
	Island       *bool    `col:"island"`
	IslandPerson string   `col:"island_person" type:"person"`
	People       uint64   `people:"n"`
}

// concentrate measures how engaged minutes are spread over people. None of its numbers depends on how ties are ordered.
func concentrate(minutes []float64) stat.Concentration {
	holders := make([]stat.Holder, len(minutes))
	for i, m := range minutes {
		holders[i].Amount = m
	}
	return stat.Concentrate(holders)
}

func viewDependency(_ *DB, f Filter, rows []dependencyGroup) ([]dependencyRow, []string, error) {
	var warnings []string
	if len(rows) > 0 && rows[0].Name == "" {
		what := map[string]string{"team": "an owning team", "service": "a service"}[f.By]
		warnings = append(warnings, counted(int(rows[0].Incidents), "incident")+" without "+what+" in no row")
		rows = rows[1:]
	}
	out := make([]dependencyRow, len(rows))
	few := 0
	for i, r := range rows {
		c := concentrate(r.Minutes)
		o := &out[i]
		*o = dependencyRow{Name: r.Name, Incidents: r.Incidents, Responders: c.N, EngagedHours: c.Total / 60, Answered: r.Answered, TopPerson: r.TopPerson,
			TopName: r.TopName, IslandPerson: r.IslandPerson, People: uint64(c.N)}
		if c.N > 0 {
			o.CAF = &c.CAF
			o.TopShare, o.Top3Share, o.Gini, o.HHI = number(c.Top1), number(c.Top3), number(c.GiniCorr), number(c.HHI)
		}
		for _, h := range c.Ranked {
			switch h.Tier {
			case stat.Core:
				o.Core++
			case stat.Regular:
				o.Regular++
			case stat.Casual:
				o.Casual++
			}
		}
		if o.BusiestShare, o.BusiestLow, o.BusiestHigh = share(r.MostResponses, r.Answered); o.BusiestShare == nil {
			few++
		}
		if f.By == "service" {
			island := r.IslandPerson != ""
			o.Island = &island
		}
	}
	if f.By == "service" && len(rows) > 0 && rows[0].NoRoster {
		warnings = append(warnings, noRoster)
	}
	return out, tooFew(warnings, few, "busiest_share", "incidents with a responder"), nil
}

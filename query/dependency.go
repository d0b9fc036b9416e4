package query

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query/stat"
)

var dependency = defineAsking[groupIncidents, dependencyRow](Meta{
	ID: "dependency", Title: "Dependency", Question: "On how few people does the response rest?",
	Definition: "Over the range (default: six calendar months to --to; without --to: to the end of the last incident's day) the engaged time of each person in the organization's incidents, in those a team owned or those of a service; no minute " +
		"of a person counts twice, an incident of two teams or services counts wholly for each. caf, the contributor absence factor: the fewest people holding at least half (ties by name). Gini over responders, corrected by n/(n-1), null for one. hhi: sum of squared shares, " +
		"0 to 1. core people hold the first 80%, regular ones the next 15%, casual ones the rest. busiest_share: incidents that the person with most of them responded to, over incidents with a responder, with its Wilson interval. An island is a service that exactly one person, " +
		"still employed at --to, responded to at least twice in the 12 months before.",
	Unit: Count, By: []string{"org", "team", "service"}, Loads: []string{"incidents", "slack", "pagerduty", "ownership"},
}, viewDependency)

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

// concentrate measures how engaged minutes are spread over people, and sorts them: none of its numbers depends on how ties are ordered, and
// numbers alone are sorted at a sixth of the cost of those who hold them.
func concentrate(minutes []float64) stat.Concentration {
	slices.Sort(minutes)
	holders := make([]stat.Holder, len(minutes))
	for i, m := range minutes {
		holders[len(minutes)-1-i].Amount = m
	}
	return stat.Concentrate(holders)
}

func viewDependency(ctx context.Context, db *DB, f Filter, ask func() ([]groupIncidents, error)) (table, error) {
	name := "dependency.holders"
	if f.ofResponders() || len(f.Persons) > 0 {
		name = "dependency.holders.chosen"
	}
	groups, held, err := beside[groupHolder](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	roster, asOf, err := db.rosterAsOf(ctx, f)
	if err != nil {
		return table{}, err
	}
	var warnings []string
	if len(groups) > 0 && groups[0].Name == "" {
		what := map[string]string{"team": "an owning team", "service": "a service"}[f.By]
		warnings = append(warnings, counted(int(groups[0].Incidents), "incident")+" without "+what+" in no row")
		groups = groups[1:]
	}
	of, day := holdersOf(held), int32(f.dayOf(asOf))
	out := make([]dependencyRow, len(groups))
	few := 0
	for i, group := range groups {
		o := &out[i]
		*o = dependencyRow{Name: group.Name, Incidents: group.Incidents, Answered: group.Answered}
		most := o.hold(of[group.Name], roster)
		if o.BusiestShare, o.BusiestLow, o.BusiestHigh = share(most, group.Answered); o.BusiestShare == nil {
			few++
		}
		if f.By == "service" {
			o.IslandPerson = islandOf(of[group.Name], roster, day)
			island := o.IslandPerson != ""
			o.Island = &island
		}
	}
	if f.By == "service" && len(groups) > 0 && !roster.listed {
		warnings = append(warnings, noRoster)
	}
	return tableOf(out, tooFew(warnings, few, "busiest_share", "incidents with a responder")), nil
}

// hold is what the row says of those who held the group in the range, and how many incidents the person with most of them responded to.
func (o *dependencyRow) hold(held []groupHolder, roster *roster) (most uint64) {
	var minutes []float64
	var top groupHolder
	for _, h := range held {
		if h.Responses == 0 {
			continue // only before the range
		}
		minutes, most = append(minutes, float64(h.Milliseconds)/60000), max(most, h.Responses)
		if name := roster.of(h.Person).name; top.Person == "" || cmp.Or(cmp.Compare(top.Milliseconds, h.Milliseconds), strings.Compare(name, o.TopName), strings.Compare(h.Person, top.Person)) < 0 {
			top, o.TopName = h, name
		}
	}
	c := concentrate(minutes)
	o.Responders, o.EngagedHours, o.TopPerson, o.People = c.N, c.Total/60, top.Person, uint64(c.N)
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
	return most
}

// islandOf is the one person, employed on the day, who responded at least twice of late; "" where there are none or several.
func islandOf(held []groupHolder, roster *roster, day int32) (holder string) {
	for _, h := range held {
		if h.Recent < 2 || roster.listed && !roster.of(h.Person).employedOn(day) {
			continue
		}
		if holder != "" {
			return ""
		}
		holder = h.Person
	}
	return holder
}

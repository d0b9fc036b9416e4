package query

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

type planSpan struct {
	Day    int32 `ch:"day"` // since 1970-01-01
	Starts int64 `ch:"starts"`
	Ends   int64 `ch:"ends"`
}

type planOwner struct {
	Kind      string `ch:"kind"` // owner or service
	Name      string `ch:"name"`
	Incidents uint64 `ch:"incidents"`
	Answered  uint64 `ch:"answered"`
}

type planKnower struct {
	Service string `ch:"service"`
	Person  string `ch:"person"`
	Times   uint64 `ch:"times"`
}

type planAct struct {
	Person string `ch:"person"`
	ID     uint64 `ch:"id"` // of the incident
	Acted  int64  `ch:"acted"`
}

// planFacts are the facts of all teams, in order. Its statements are short, and asked side by side: as one question they would
// take the engine longer to plan than to answer.
func planFacts(ctx context.Context, db *DB, roster *roster, rota *rota, ask func() ([]planFact, error)) ([]planFact, error) {
	var spans []planSpan
	var facts []planFact
	var owners []planOwner
	var knowers []planKnower
	var acts []planAct
	var g errgroup.Group
	g.Go(func() (err error) { facts, err = ask(); return err })
	g.Go(func() (err error) { owners, err = asked[planOwner](ctx, db, "planning.owners"); return err })
	g.Go(func() (err error) { knowers, err = asked[planKnower](ctx, db, "planning.knowers"); return err })
	g.Go(func() (err error) { acts, err = asked[planAct](ctx, db, "planning.acts"); return err })
	g.Go(func() (err error) { spans, err = asked[planSpan](ctx, db, "planning.span"); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	span := spans[0]
	facts = append(append(facts, serviceFacts(roster, rota, span, owners, knowers)...), rotaFacts(roster, rota, span, acts)...)
	for i := range facts {
		facts[i].PersonName, facts[i].Day = roster.of(facts[i].Person).name, span.Day
	}
	byTeam := map[string][]planFact{}
	for _, f := range facts {
		byTeam[f.Team] = append(byTeam[f.Team], f)
	}
	facts = facts[:0]
	for _, team := range slices.Sorted(maps.Keys(byTeam)) {
		of := byTeam[team]
		slices.SortFunc(of, func(a, b planFact) int {
			return cmp.Or(strings.Compare(a.Fact, b.Fact), cmp.Compare(b.A, a.A), strings.Compare(a.Name, b.Name), strings.Compare(a.Person, b.Person))
		})
		facts = append(facts, of...)
	}
	return facts, nil
}

// serviceFacts are the facts owned and island.
func serviceFacts(roster *roster, rota *rota, span planSpan, owners []planOwner, knowers []planKnower) (facts []planFact) {
	incidents := map[string]uint64{} // by service
	for _, o := range owners {
		switch {
		case o.Kind == "service":
			incidents[o.Name] = o.Incidents
		case o.Name != "":
			facts = append(facts, planFact{Team: o.Name, Fact: "owned", A: float64(o.Incidents), B: float64(o.Answered)})
		}
	}
	know := map[string][]planKnower{} // by service, those still employed
	for _, k := range knowers {
		if roster.of(k.Person).employedOn(span.Day) {
			know[k.Service] = append(know[k.Service], k)
		}
	}
	for service, by := range know {
		if team := rota.ownerOn(service, span.Day); len(by) == 1 && team != "" {
			facts = append(facts, planFact{Team: team, Fact: "island", Name: service, Person: by[0].Person, A: float64(by[0].Times), B: float64(incidents[service])})
		}
	}
	return facts
}

// membership is somebody's being in a team at the end of the 12 months, employed since a time in them (milliseconds since 1970).
type membership struct {
	team  string
	since int64
}

// members are the people of all teams at the end of the 12 months.
func (r *roster) members(span planSpan) map[string]membership {
	all := map[string]membership{}
	for person, p := range r.people {
		team := ""
		for _, at := range p.placed {
			if at.since*1000 <= span.Ends {
				team = at.team
			}
		}
		for _, e := range p.employed {
			if team != "" && e.since <= span.Day && span.Day < e.until {
				all[person] = membership{team, max(span.Starts, int64(e.since)*86400_000)}
			}
		}
	}
	return all
}

// stretchSeconds is how long a shift is looked at for the number of its incidents.
const stretchSeconds = 12 * 3600

// rotaFacts are the facts member and slots: what today's members were on call for in the 12 months.
func rotaFacts(roster *roster, rota *rota, span planSpan, acts []planAct) (facts []planFact) {
	members := roster.members(span)
	acted := map[string][]planAct{}
	for _, a := range acts {
		acted[a.Person] = append(acted[a.Person], a)
	}
	type stretch struct {
		person, schedule string
		begin, nth       int64
	}
	slots := map[string]float64{}                   // by team
	met := map[string]map[stretch]map[uint64]bool{} // by team: incidents
	var onCall [][2]int64                           // one person's
	for person, m := range members {
		onCall = onCall[:0]
		for _, s := range rota.shifts[person] {
			begin, end := max(s.since, m.since), min(s.until, span.Ends)
			if begin >= end {
				continue
			}
			onCall = append(onCall, [2]int64{begin, end})
			slots[m.team] += math.Ceil(float64(end/1000-begin/1000) / stretchSeconds)
			for _, a := range acted[person] {
				if a.Acted < begin || a.Acted >= end {
					continue
				}
				at := stretch{person, s.schedule, begin, (a.Acted/1000 - begin/1000) / stretchSeconds}
				if met[m.team] == nil {
					met[m.team] = map[stretch]map[uint64]bool{}
				}
				if met[m.team][at] == nil {
					met[m.team][at] = map[uint64]bool{}
				}
				met[m.team][at][a.ID] = true
			}
		}
		facts = append(facts, planFact{Team: m.team, Fact: "member", Person: person, B: hoursOf(onCall), C: float64(span.Ends/1000-m.since/1000) / 3600})
	}
	for team, n := range slots {
		f := planFact{Team: team, Fact: "slots", B: n}
		for _, incidents := range met[team] {
			if len(incidents) > stretchLine {
				f.A++
			}
			f.C = max(f.C, float64(len(incidents)))
		}
		facts = append(facts, f)
	}
	return facts
}

// hoursOf is the length of spans of milliseconds, no hour twice. It reorders spans.
func hoursOf(spans [][2]int64) float64 {
	slices.SortFunc(spans, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	var total, end int64 = 0, math.MinInt64
	for _, s := range spans {
		total += max(0, s[1]-max(s[0], end))
		end = max(end, s[1])
	}
	return float64(total) / 3600000
}

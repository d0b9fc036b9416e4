package query

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// planSpanSQL is the 12 months, in milliseconds since 1970, and what is loaded.
const planSpanSQL = `WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS last
SELECT toInt32(toDate32(last)) AS day, toUnixTimestamp64Milli(addMonths(last, -12)) AS starts, toUnixTimestamp64Milli(last) AS ends,
	(SELECT count() FROM shift) > 0 AS with_shifts, (SELECT count() FROM ownership) > 0 AS with_ownership`

type planSpan struct {
	Day           int32 `ch:"day"` // since 1970-01-01
	Starts        int64 `ch:"starts"`
	Ends          int64 `ch:"ends"`
	WithShifts    bool  `ch:"with_shifts"`
	WithOwnership bool  `ch:"with_ownership"`
}

// planServicesSQL is the facts owned and island.
const planServicesSQL = `WITH
	toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
	addMonths(ends, -12) AS starts,
	chosen AS (
		SELECT arrayDistinct(services) AS services, responders, arrayDistinct(owner_teams) AS owners FROM incident_facts
		WHERE started_at >= starts AND started_at < ends
			AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
			AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}))
SELECT owner AS team, 'owned' AS fact, '' AS name, '' AS person, toFloat64(count()) AS a, toFloat64(countIf(responders > 0)) AS b, toFloat64(0) AS c
FROM chosen ARRAY JOIN owners AS owner WHERE owner != '' GROUP BY owner
UNION ALL
SELECT o.team, 'island', i.service, i.holder, toFloat64(i.times), toFloat64(s.incidents), toFloat64(0)
FROM (
	SELECT service, any(person) AS holder, any(n) AS times
	FROM (
		SELECT service, person, count() AS n FROM participation ARRAY JOIN arrayDistinct(participation.services) AS service
		WHERE started_at >= starts AND started_at < ends AND responder
			AND (empty({services:Array(String)}) OR hasAny(participation.services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
			AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
			AND person IN (SELECT person FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until)
		GROUP BY service, person HAVING n >= 2)
	GROUP BY service HAVING count() = 1) AS i
INNER JOIN (SELECT service, any(toString(team)) AS team FROM ownership WHERE ownership.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY service) AS o ON o.service = i.service
INNER JOIN (SELECT arrayJoin(services) AS service, count() AS incidents FROM chosen GROUP BY service) AS s ON s.service = i.service
WHERE o.team != ''`

// planShiftsSQL is the shifts in the 12 months, cut to them.
const planShiftsSQL = `WITH
	toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
	addMonths(ends, -12) AS starts
SELECT person, toString(schedule) AS schedule, toUnixTimestamp64Milli(greatest(shift.since, starts)) AS begin, toUnixTimestamp64Milli(least(shift.until, ends)) AS end
FROM shift WHERE shift.until > starts AND shift.since < ends`

type planShift struct {
	Person   string `ch:"person"`
	Schedule string `ch:"schedule"`
	Begin    int64  `ch:"begin"` // milliseconds since 1970
	End      int64  `ch:"end"`
}

// planActsSQL is when somebody was first called or first contributed, in incidents of the 12 months.
const planActsSQL = `WITH
	toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
	addMonths(ends, -12) AS starts
SELECT person, cityHash64(incident) AS id,
	toUnixTimestamp64Milli(assumeNotNull(if(first_page IS NULL OR first_contribution IS NULL, coalesce(first_page, first_contribution), least(first_page, first_contribution)))) AS acted
FROM participation
WHERE started_at >= starts AND started_at < ends AND (responder OR pages > 0 OR first_on_call) AND (first_page IS NOT NULL OR first_contribution IS NOT NULL)
	AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
	AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})`

type planAct struct {
	Person string `ch:"person"`
	ID     uint64 `ch:"id"` // of the incident
	Acted  int64  `ch:"acted"`
}

// planFacts are the facts of all teams, in order, and the 12 months. Its statements are short, and asked side by side: as one question they would
// take the engine longer to plan than to answer.
func planFacts(ctx context.Context, db *DB, roster *roster, ask func() ([]planFact, error)) ([]planFact, planSpan, error) {
	var spans []planSpan
	var facts, services []planFact
	var shifts []planShift
	var acts []planAct
	var g errgroup.Group
	g.Go(func() (err error) { facts, err = ask(); return err })
	g.Go(func() (err error) { services, err = scanAll[planFact](db.conn.Query(ctx, planServicesSQL)); return err })
	g.Go(func() (err error) { shifts, err = scanAll[planShift](db.conn.Query(ctx, planShiftsSQL)); return err })
	g.Go(func() (err error) { acts, err = scanAll[planAct](db.conn.Query(ctx, planActsSQL)); return err })
	g.Go(func() (err error) { spans, err = scanAll[planSpan](db.conn.Query(ctx, planSpanSQL)); return err })
	if err := g.Wait(); err != nil {
		return nil, planSpan{}, err
	}
	span := spans[0]
	facts = append(append(facts, services...), rotaFacts(roster, span, shifts, acts)...)
	for i := range facts {
		facts[i].PersonName, facts[i].Day = roster.of(facts[i].Person).name, span.Day
	}
	slices.SortFunc(facts, func(a, b planFact) int {
		if c := strings.Compare(a.Team, b.Team); c != 0 { // mostly enough
			return c
		}
		return cmp.Or(strings.Compare(a.Fact, b.Fact), cmp.Compare(b.A, a.A), strings.Compare(a.Name, b.Name), strings.Compare(a.Person, b.Person))
	})
	return facts, span, nil
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

// rotaFacts are the facts member and slots: what today's members were on call for.
func rotaFacts(roster *roster, span planSpan, shifts []planShift, acts []planAct) (facts []planFact) {
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
	onCall := map[string][][2]int64{}               // by person
	for _, s := range shifts {
		m, ok := members[s.Person]
		if s.Begin = max(s.Begin, m.since); !ok || s.Begin >= s.End {
			continue
		}
		onCall[s.Person] = append(onCall[s.Person], [2]int64{s.Begin, s.End})
		slots[m.team] += math.Ceil(float64(s.End/1000-s.Begin/1000) / stretchSeconds)
		for _, a := range acted[s.Person] {
			if a.Acted < s.Begin || a.Acted >= s.End {
				continue
			}
			at := stretch{s.Person, s.Schedule, s.Begin, (a.Acted/1000 - s.Begin/1000) / stretchSeconds}
			if met[m.team] == nil {
				met[m.team] = map[stretch]map[uint64]bool{}
			}
			if met[m.team][at] == nil {
				met[m.team][at] = map[uint64]bool{}
			}
			met[m.team][at][a.ID] = true
		}
	}
	for person, m := range members {
		facts = append(facts, planFact{Team: m.team, Fact: "member", Person: person, B: hoursOf(onCall[person]), C: float64(span.Ends/1000-m.since/1000) / 3600})
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

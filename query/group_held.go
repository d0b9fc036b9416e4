package query

// groupIncidents is a service, an owning team or the organization, and its incidents.
type groupIncidents struct {
	Name      string `ch:"name"` // "" for the incidents of no group
	Incidents uint64 `ch:"incidents"`
	Answered  uint64 `ch:"answered"` // those with a responder
}

// groupHolder is somebody's part in the incidents of a group: a row of the statements below.
type groupHolder struct {
	Name         string `ch:"name"`
	Person       string `ch:"person"`
	Responses    uint64 `ch:"responses"`    // incidents responded to from starts to ends
	Recent       uint64 `ch:"recent"`       // those in the 12 months before ends, which also reach back over starts where groups are services
	Milliseconds uint64 `ch:"milliseconds"` // engaged from starts to ends, none of them twice
}

// holdersOf are the holders by group.
func holdersOf(rows []groupHolder) map[string][]groupHolder {
	of := map[string][]groupHolder{}
	for _, h := range rows {
		of[h.Name] = append(of[h.Name], h)
	}
	return of
}

// Who held what, per group and person: from participation alone, unless incidents are chosen by what only incident_facts knows of them. That is a
// statement of its own, since a set of incidents takes the engine a few milliseconds even where everything is in it.
const (
	holdersOfYear = `WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends, addMonths(ends, -12) AS starts`

	holdersOfRange = `WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
	if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts`

	holders = `
SELECT name, person, countIf(started_at >= starts) AS responses, countIf(started_at >= addMonths(ends, -12)) AS recent,
	toUInt64(intervalLengthSumArrayIf(engaged_since, engaged_until, started_at >= starts)) AS milliseconds
FROM participation ARRAY JOIN arrayDistinct(multiIf({by:String} = 'team', owner_teams, {by:String} = 'service', services, ['org'])) AS name
WHERE responder AND started_at >= if({by:String} = 'service', least(starts, addMonths(ends, -12)), starts) AND started_at < ends
	AND (empty({teams:Array(String)}) OR {by:String} != 'team' OR name IN {teams:Array(String)})
	AND (empty({services:Array(String)}) OR if({by:String} = 'service', name IN {services:Array(String)}, hasAny(services, {services:Array(String)})))
	AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}) AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})`

	holdersOfIncidents = `
	AND incident IN (
		SELECT incident FROM incident_facts
		WHERE (empty({teams:Array(String)}) OR {by:String} = 'team' OR hasAny(teams, {teams:Array(String)}))
			AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})))`

	holdersWithPersons = `
	AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))`

	eachHolder = `
GROUP BY name, person`
)

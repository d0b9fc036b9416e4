-- Who left, and what rested on them? Unit: people, one per row, who responded to an incident in the 12 months before they left. Time: the
-- last day employed lies in the range, on the organization's calendar; whoever was listed again later has not left. incidents, of, hours and
-- services are of the incidents that started in the 12 months to that day, its end included. Services: of those that the person responded to
-- at least twice, the ones that nobody employed on the day after had. Team: the newest known. Team, function and person filters are
-- theirs; the others the incident's.
WITH
    left AS (
        SELECT e.person AS person, e.until AS until, toString(t.team) AS team,
               toDateTime64(toString(addMonths(e.until, -12)), 3, {org_zone:String}) AS starts, toDateTime64(toString(e.until), 3, {org_zone:String}) AS ends
        FROM (SELECT person, max(employment.until) AS until FROM employment GROUP BY person HAVING until < toDate32('2299-01-01')) AS e
        LEFT ANY JOIN (SELECT person, argMax(team, since) AS team, argMax(function, since) AS function FROM person_at GROUP BY person) AS t ON t.person = e.person
        WHERE toDateTime64(toString(addDays(e.until, -1)), 3, {org_zone:String}) >= {from:DateTime64(3, 'UTC')} AND toDateTime64(toString(addDays(e.until, -1)), 3, {org_zone:String}) < {to:DateTime64(3, 'UTC')}
          AND (empty({teams:Array(String)}) OR toString(t.team) IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR toString(t.function) IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR e.person IN {persons:Array(String)})),
    chosen AS (
        SELECT incident, started_at, arrayDistinct(services) AS services FROM incident_facts
        WHERE responders > 0 AND started_at >= (SELECT min(starts) FROM left) AND started_at < (SELECT max(ends) FROM left)
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    before AS (
        SELECT l.person AS gone, l.until AS until, c.incident AS incident, c.services AS services
        FROM left AS l CROSS JOIN chosen AS c WHERE c.started_at >= l.starts AND c.started_at < l.ends),
    responded AS (
        SELECT b.gone AS gone, b.until AS until, b.incident AS incident, b.services AS services, p.person AS person
        FROM before AS b INNER JOIN (SELECT incident, person FROM participation WHERE responder AND incident IN (SELECT incident FROM chosen)) AS p ON p.incident = b.incident),
    known AS (
        SELECT gone, service, person, any(until) AS day FROM (SELECT gone, until, person, arrayJoin(services) AS service FROM responded) GROUP BY gone, service, person HAVING count() >= 2)
SELECT l.person AS person, n.name AS name, l.team AS team, addDays(l.until, -1) AS last_day, r.incidents AS incidents, a.incidents AS of, h.hours AS hours, s.services AS services
FROM left AS l
INNER JOIN (SELECT gone, count() AS incidents FROM responded WHERE person = gone GROUP BY gone) AS r ON r.gone = l.person
INNER JOIN (SELECT gone, count() AS incidents FROM before GROUP BY gone) AS a ON a.gone = l.person
LEFT ANY JOIN (
    SELECT e.person AS person, intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) / 3600000 AS hours
    FROM engaged AS e INNER JOIN (SELECT incident, gone FROM responded WHERE person = gone) AS m ON m.incident = e.incident AND m.gone = e.person GROUP BY e.person) AS h ON h.person = l.person
LEFT ANY JOIN (
    SELECT gone, arraySort(groupArray(service)) AS services
    FROM (
        SELECT k.gone AS gone, k.service AS service
        FROM known AS k LEFT JOIN (SELECT person, since, until FROM employment) AS e ON e.person = k.person
        GROUP BY gone, service
        HAVING countIf(k.person = k.gone) > 0 AND countIf(k.person != k.gone AND e.since <= k.day AND k.day < e.until) = 0)
    GROUP BY gone) AS s ON s.gone = l.person
LEFT ANY JOIN person AS n ON n.person = l.person
ORDER BY last_day, person

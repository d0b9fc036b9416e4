-- On how few people does the response rest? Unit: engaged time per person. Time: incidents that started in the range; without --from the
-- six calendar months before --to, without --to to the end of the day of the last incident. Groups: the organization, the incident's owning
-- teams or services; an incident of two counts wholly for each, one of none for none. Per person and group the union of engaged time.
-- Islands: services with exactly one person, employed at --to, who responded at least twice in the 12 months before --to; everybody is
-- employed where no roster is loaded. A team or service filter chooses groups of its kind, else incidents; persons' filter chooses incidents. The
-- row '' holds the incidents of no group.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts,
    filtered AS (
        SELECT incident, started_at, responders, arrayDistinct(multiIf({by:String} = 'team', owner_teams, {by:String} = 'service', services, ['org'])) AS names
        FROM incident_facts
        WHERE started_at < ends AND started_at >= least(starts, addMonths(ends, -12))
          AND (empty({teams:Array(String)}) OR {by:String} = 'team' OR hasAny(teams, {teams:Array(String)}))
          AND (empty({services:Array(String)}) OR {by:String} = 'service' OR hasAny(services, {services:Array(String)}))
          AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
          AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))),
    held AS ( -- per group and person, and (person '', whole) per group
        SELECT c.name AS name, e.person AS person, grouping(e.person) = 1 AS whole, uniqExactIf(c.incident, c.responders > 0) AS responses, uniqExact(c.incident) AS incidents,
               intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) / 60000 AS minutes
        FROM (SELECT incident, responders, arrayJoin(if(empty(names), [''], names)) AS name FROM filtered WHERE started_at >= starts) AS c
        LEFT JOIN engaged AS e ON e.incident = c.incident
        GROUP BY GROUPING SETS ((name, person), (name))),
    islands AS (
        SELECT name, any(person) AS holder FROM (
            SELECT f.name AS name, p.person AS person
            FROM (SELECT incident, arrayJoin(names) AS name FROM filtered WHERE {by:String} = 'service' AND started_at >= addMonths(ends, -12)) AS f
            INNER JOIN (SELECT incident, person FROM participation WHERE responder) AS p ON p.incident = f.incident
            WHERE (SELECT count() FROM employment) = 0 OR p.person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until)
            GROUP BY name, person HAVING count() >= 2)
        GROUP BY name HAVING count() = 1)
SELECT g.name AS name, g.incidents AS incidents, g.answered AS answered, g.minutes AS minutes, g.top.1 AS top_person, g.top.2 AS top_name, g.most_responses AS most_responses,
       i.holder AS island_person, (SELECT count() FROM employment) = 0 AS no_roster
FROM (
    SELECT h.name AS name, maxIf(h.incidents, whole) AS incidents, maxIf(h.responses, whole) AS answered, groupArrayIf(h.minutes, h.person != '') AS minutes,
           maxIf(h.responses, h.person != '') AS most_responses, argMinIf((h.person, n.name), (-h.minutes, n.name, h.person), h.person != '') AS top
    FROM held AS h LEFT ANY JOIN person AS n ON n.person = h.person
    WHERE (empty({teams:Array(String)}) OR {by:String} != 'team' OR h.name IN {teams:Array(String)})
      AND (empty({services:Array(String)}) OR {by:String} != 'service' OR h.name IN {services:Array(String)})
    GROUP BY name) AS g
LEFT ANY JOIN islands AS i ON i.name = g.name
ORDER BY name

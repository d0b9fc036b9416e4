-- Who really responds to whose incidents: the organization in theory against practice. Unit: person-hours. Time: incidents that started in
-- the range. Owner: the incident's owning team, else the owners of its services then; an incident of two owners counts wholly for each, one
-- of none for ''. Responder team: the person's at its start. Per pair of teams and person the union of engaged time. A team filter
-- keeps pairs with such a team on either side; person and function filters are the responder's; the others the incident's.
WITH chosen AS (
    SELECT incident, arrayJoin(if(empty(owner_teams), [''], arrayDistinct(owner_teams))) AS owner FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    took AS (
        SELECT c.owner AS owner, p.team AS team, p.incident AS incident, p.person AS person FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident
        WHERE p.responder AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR p.person IN {persons:Array(String)})
          AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)} OR c.owner IN {teams:Array(String)}))
SELECT w.owner AS owner_team, toString(w.team) AS responder_team, w.hours AS engaged_hours, n.incidents AS incidents, w.people AS people
FROM (
    SELECT owner, team, sum(milliseconds) / 3600000 AS hours, count() AS people
    FROM (
        SELECT t.owner AS owner, t.team AS team, t.person AS person, intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) AS milliseconds
        FROM engaged AS e INNER JOIN took AS t ON e.incident = t.incident AND e.person = t.person
        GROUP BY owner, team, person)
    GROUP BY owner, team) AS w
INNER JOIN (SELECT owner, team, uniqExact(incident) AS incidents FROM took GROUP BY owner, team) AS n ON n.owner = w.owner AND n.team = w.team
ORDER BY owner_team, responder_team

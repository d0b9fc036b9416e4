-- Who really responds to whose incidents: the organization in theory against practice. Unit: person-hours. Time: incidents that started in
-- the range. Owner: the incident's owning team, else the owners of its services then; an incident of two owners counts wholly for each, one
-- of none for ''. Responder team: the person's at its start. Per pair of teams and person the union of engaged time. A team filter
-- keeps pairs with such a team on either side; person and function filters are the responder's; the others the incident's.
SELECT owner AS owner_team, toString(team) AS responder_team, sum(milliseconds) / 3600000 AS engaged_hours, uniqExactArray(responses) AS incidents, count() AS people
FROM (
    SELECT owner, team, person, intervalLengthSumArray(engaged_since, engaged_until) AS milliseconds, groupArray(incident) AS responses
    FROM (
        SELECT incident, person, team, engaged_since, engaged_until, arrayJoin(if(empty(owner_teams), [''], arrayDistinct(owner_teams))) AS owner FROM participation
        WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
          -- include of_incidents
          AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)} OR owner IN {teams:Array(String)}))
    GROUP BY owner, team, person)
GROUP BY owner, team
ORDER BY owner_team, responder_team

-- How much do incidents rely on people who are not on call? Unit: (incident, responder). Time: the period of the incident's start, on the
-- organization's clock. Status at the responder's first contribution; the team is the responder's then. Team, function and person
-- filters are the responder's, the others the incident's. Periods without responders are not listed.
WITH chosen AS (
    SELECT incident, toTimeZone(started_at, {org_zone:String}) AS start FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      -- include of_incidents
    )
SELECT if({by:String} = 'month', formatDateTime(c.start, '%Y-%m'), concat(toString(toYear(c.start)), 'Q', toString(toQuarter(c.start)))) AS period, toString(p.team) AS team,
       countIf(p.on_call = 'on_call') AS on_call, countIf(p.on_call = 'elsewhere') AS elsewhere, countIf(p.on_call = 'off_call') AS off_call, countIf(p.on_call = 'unknown') AS unknown,
       uniqExact(p.person) AS people
FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident
WHERE p.responder
  AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})
  AND (empty({persons:Array(String)}) OR p.person IN {persons:Array(String)})
GROUP BY period, team ORDER BY period, team

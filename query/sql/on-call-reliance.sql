-- How much do incidents rely on people who are not on call? Unit: (incident, responder). Time: the period of the incident's start, on the
-- organization's clock. Status at the responder's first contribution; the team is the responder's then. Team, function and person
-- filters are the responder's, the others the incident's. Periods without responders are not listed.
WITH
    toTimeZone(started_at, {org_zone:String}) AS start,
    if({by:String} = 'month', toStartOfMonth(start), toStartOfQuarter(start)) AS begins
SELECT if({by:String} = 'month', formatDateTime(begins, '%Y-%m'), concat(toString(toYear(begins)), 'Q', toString(toQuarter(begins)))) AS period, toString(participation.team) AS team,
       countIf(participation.on_call = 'on_call') AS on_call, countIf(participation.on_call = 'elsewhere') AS elsewhere, countIf(participation.on_call = 'off_call') AS off_call,
       countIf(participation.on_call = 'unknown') AS unknown, uniqExact(person) AS people
FROM participation
WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_incidents
  -- include of_person
  AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY begins, participation.team ORDER BY period, team

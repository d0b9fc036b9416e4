-- Who carries the incidents, and at what price? Unit: people who responded in the range. Time: incidents that started in it; tenure, vesting,
-- team and function as of --to (without it: the end of the day of the last incident, on the organization's clock). incident_share is over
-- the incidents with a responder (of the filtered teams and functions). Engaged and sleep time: union per person. hero_reactions: hero emoji
-- from others in the range, wherever. hero_arrivals: incidents with one in their channels within 10 min of the earlier of the
-- person's first message or join there. Team and function filters are the responder's then, the others the incident's; persons choose rows.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    took AS (
        SELECT incident, person, on_call, engaged_since, engaged_until, asleep_since, asleep_until FROM participation
        WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})),
    counts AS ( -- per person, and for person '' the incidents with a responder
        SELECT person, uniqExact(incident) AS responses, countIf(on_call IN ('on_call', 'elsewhere', 'off_call')) AS known, countIf(on_call = 'off_call') AS off
        FROM took GROUP BY GROUPING SETS ((person), ())),
    work AS (
        SELECT person, intervalLengthSumArray(engaged_since, engaged_until) / 3600000 AS hours, intervalLengthSumArray(asleep_since, asleep_until) / 3600000 AS sleep_hours FROM took GROUP BY person),
    praise AS (SELECT person, arrived_in FROM hero_reaction WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')})
SELECT c.person AS person, c.responses AS responses, w.hours AS engaged_hours, c.off AS off, c.known AS known, w.sleep_hours AS sleep_hours,
       h.n AS hero_reactions, r.n AS hero_arrivals, if(n.start_date IS NULL, NULL, dateDiff('day', assumeNotNull(n.start_date), toDate32(ends))) AS tenure_days,
       n.name AS name, toString(at.team) AS team, toString(at.function) AS function, if((SELECT count() FROM employment) = 0, NULL, CAST(c.person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until) AS Bool)) AS employed,
       toInt32(toDate32(ends)) AS day
FROM counts AS c
LEFT ANY JOIN work AS w ON w.person = c.person
LEFT ANY JOIN (SELECT person, count() AS n FROM praise GROUP BY person) AS h ON h.person = c.person
LEFT ANY JOIN (
    SELECT person, uniqExact(incident) AS n FROM praise ARRAY JOIN arrived_in AS incident WHERE (incident, person) IN (SELECT incident, person FROM took) GROUP BY person) AS r ON r.person = c.person
LEFT ANY JOIN person AS n ON n.person = c.person
LEFT ANY JOIN (SELECT person, team, function FROM person_at WHERE since <= toDateTime(ends) AND toDateTime(ends) < until) AS at ON at.person = c.person
WHERE c.person = '' OR empty({persons:Array(String)}) OR c.person IN {persons:Array(String)}
ORDER BY c.person != '', responses DESC, engaged_hours DESC, person

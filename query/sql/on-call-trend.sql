-- Is on-call getting harder? Unit: responses, incidents, pages. Time: the period of the incident's start, of a page that of its own hour; both on
-- the organization's clock. The rows off_call, first_time, two_hats, tired and new_owner are those of on-call-reliance and on-call-health, over
-- what they could be true of; sleep_pages are the pages in the sleep band of the person paged, over all pages. Team, function and person filters
-- are the person's then; the others the incident's, and with them only pages linked to such incidents. n is 0 of 0 where nothing is loaded to tell.
WITH chosen AS (
    SELECT incident, new_owner, owner_teams, toTimeZone(started_at, {org_zone:String}) AS start,
           if({by:String} = 'month', formatDateTime(start, '%Y-%m'), concat(toString(toYear(start)), 'Q', toString(toQuarter(start)))) AS period
    FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    asked AS (
        SELECT c.period AS period, c.incident AS incident, c.new_owner AS new_owner, notEmpty(c.owner_teams) AS owned, p.person AS person, p.responder AS responder, p.on_call AS on_call,
               p.two_hats AS two_hats, p.tired AS tired, p.first_on_call AS first_on_call
        FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident
        WHERE (p.responder OR p.pages > 0)
          AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR p.person IN {persons:Array(String)})),
    pages AS (
        SELECT if({by:String} = 'month', formatDateTime(org_hour, '%Y-%m'), concat(toString(toYear(org_hour)), 'Q', toString(toQuarter(org_hour)))) AS period, person, count,
               toHour(local_hour) * 60 AS minute_of_day,
               if({sleep_from:UInt32} <= {sleep_to:UInt32}, minute_of_day >= {sleep_from:UInt32} AND minute_of_day < {sleep_to:UInt32},
                  minute_of_day >= {sleep_from:UInt32} OR minute_of_day < {sleep_to:UInt32}) AS asleep
        FROM (
            SELECT org_hour, local_hour, person, team, function, source, count FROM page_hourly WHERE empty({services:Array(String)}) AND empty({severities:Array(String)})
            UNION ALL
            SELECT org_hour, local_hour, person, team, function, source, count FROM incident_hourly
            WHERE kind = 'page' AND person != '' AND (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND hasAny(incidents, (
                SELECT groupArray(incident) FROM incident_facts
                WHERE (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                  AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
        WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
SELECT period, what, count, of, people FROM (
    SELECT period, uniqExact(person) AS people,
           arrayJoin([('off_call', countIf(responder AND on_call = 'off_call'), countIf(responder AND on_call IN ('on_call', 'elsewhere', 'off_call'))),
                      ('first_time', uniqExactIf(incident, ifNull(first_on_call, false)), uniqExactIf(incident, first_on_call IS NOT NULL)),
                      ('two_hats', uniqExactIf(incident, two_hats), if((SELECT count() FROM shift) > 0, uniqExact(incident), 0)),
                      ('tired', uniqExactIf(incident, tired), uniqExact(incident)),
                      ('new_owner', uniqExactIf(incident, new_owner), if((SELECT count() FROM ownership) > 0, uniqExactIf(incident, owned), 0))]) AS line,
           line.1 AS what, line.2 AS count, line.3 AS of
    FROM asked GROUP BY period
    UNION ALL
    SELECT period, uniqExact(person), ('sleep_pages', sumIf(count, asleep), sum(count)) AS line, line.1, toUInt64(line.2), toUInt64(line.3)
    FROM pages GROUP BY period)
ORDER BY period, what

-- Is the response coming to rest on fewer people or on more? Unit: engaged time per person, over six calendar months (organization's clock)
-- ending with each month. Listed: the months in the range, from the sixth of history on, to the last with an incident; a month's six reach
-- back over --from, never over --to. Months are numbered year * 12 + month - 1. Per person the union of engaged time over the six months.
-- Filters are the incident's; its teams, functions and persons are its responders'.
WITH
    (SELECT (min(toYear(start) * 12 + toMonth(start) - 1), max(toYear(start) * 12 + toMonth(start) - 1))
     FROM (SELECT toTimeZone(started_at, {org_zone:String}) AS start FROM incident_facts WHERE started_at < {to:DateTime64(3, 'UTC')})) AS history,
    toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String}) AS begin,
    greatest(history.1 + 5, if({from_open:Bool}, 0, toYear(begin) * 12 + toMonth(begin) - 1)) AS first_month,
    chosen AS (
        SELECT incident, toYear(start) * 12 + toMonth(start) - 1 AS month FROM (SELECT *, toTimeZone(started_at, {org_zone:String}) AS start FROM incident_facts)
        WHERE started_at < {to:DateTime64(3, 'UTC')} AND month >= first_month - 5
          AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
          AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))),
    held AS (
        SELECT arrayJoin(range(toUInt32(greatest(c.month, first_month)), toUInt32(least(c.month + 5, history.2) + 1))) AS month, p.person AS person,
               intervalLengthSumArray(p.engaged_since, p.engaged_until) / 60000 AS minutes
        FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident WHERE notEmpty(p.engaged_since) GROUP BY month, person)
SELECT toInt32(h.month) AS month, toInt32(first_month) AS first, toInt32(history.2) AS last, groupArray(h.minutes) AS minutes
FROM held AS h GROUP BY month ORDER BY month

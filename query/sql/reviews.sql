-- Are reviews working? Unit: meetings, attendances. Time: the period in which the meeting was held, on the organization's clock; the 90 days
-- before a meeting may reach out of the range. The facilitator is an attendee only where listed. voluntary: an attendee not in required;
-- repeat: one who attended another review in [held - 90 days, held). Services, severities, sources, teams and functions are of the reviewed
-- incident and its responders; with any of them, reviews of unknown incidents are left out. Periods without reviews are not listed.
WITH
    attended AS (SELECT incident, held_at, arrayJoin(attendees) AS person FROM review_facts),
    repeats AS ( -- the review before decides
        SELECT a.incident AS incident, a.held_at AS held_at, uniqExact(a.person) AS n
        FROM attended AS a ASOF INNER JOIN attended AS b ON b.person = a.person AND a.held_at > b.held_at
        WHERE b.held_at >= a.held_at - INTERVAL 90 DAY
        GROUP BY incident, held_at)
SELECT if({by:String} = 'month', formatDateTime(held, '%Y-%m'), concat(toString(toYear(held)), 'Q', toString(toQuarter(held)))) AS period, count() AS n,
       quantileExactInclusive(0.5)(length(r.attendees)) AS attendees_p50, quantileExactInclusive(0.5)(r.readers) AS readers_p50, sum(length(r.attendees)) AS attendances,
       sum(length(arrayFilter(a -> NOT has(r.required, a), r.attendees))) AS voluntary, sum(p.n) AS repeated, countIf(notEmpty(r.required)) AS with_required,
       uniqExactArray(r.attendees) AS people, sum(r.actions_open) AS open_actions, sum(r.actions_done) AS done_actions
FROM (SELECT *, toTimeZone(held_at, {org_zone:String}) AS held FROM review_facts) AS r
LEFT ANY JOIN repeats AS p ON p.incident = r.incident AND p.held_at = r.held_at
WHERE r.held_at >= {from:DateTime64(3, 'UTC')} AND r.held_at < {to:DateTime64(3, 'UTC')}
  AND (empty({persons:Array(String)}) OR hasAny(r.attendees, {persons:Array(String)}))
  AND ((empty({services:Array(String)}) AND empty({severities:Array(String)}) AND empty({sources:Array(String)}) AND empty({teams:Array(String)}) AND empty({functions:Array(String)}))
       OR r.incident IN (
          SELECT arrayJoin([incident, native_id, concat(source, ':', native_id)]) FROM incident_facts
          WHERE (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
            AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
            AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})))
GROUP BY period ORDER BY period

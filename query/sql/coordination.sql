-- What does coordination cost? Unit: person-hours, people, teams. Time: the period of the incident's start, on the organization's clock.
-- responders_p50, teams_p50: R-7 over all incidents of the period, those nobody is known to have answered with 0. Engaged time: per person
-- the union over the period's incidents. Pairs leave out incidents in the first 180 days of history (all burn-in: 0 pairs). Lurkers and
-- responders are pooled. Filters are the incident's; its teams, functions and persons are its responders'.
WITH chosen AS (
    SELECT *, toTimeZone(started_at, {org_zone:String}) AS start,
           if({by:String} = 'month', formatDateTime(start, '%Y-%m'), concat(toString(toYear(start)), 'Q', toString(toQuarter(start)))) AS period
    FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      -- include of_responders
      -- include of_incidents
      -- include with_persons
    ),
    worked AS (
        SELECT period, countIf(engaged) AS people, sum(awake) / 3600000 AS hours, sum(asleep) / 3600000 AS sleep_hours FROM (
            SELECT c.period AS period, p.person AS person, max(notEmpty(p.engaged_since)) AS engaged, intervalLengthSumArray(p.engaged_since, p.engaged_until) AS awake,
                   intervalLengthSumArray(p.asleep_since, p.asleep_until) AS asleep
            FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident WHERE p.responder GROUP BY period, person)
        GROUP BY period)
SELECT i.period AS period, i.n AS incidents, i.responders_p50 AS responders_p50, i.teams_p50 AS teams_p50, w.hours AS engaged_hours, w.sleep_hours AS sleep_hours,
       i.new_pairs AS new_pairs, i.pairs AS pairs, i.new_pairs_hires AS new_pairs_hires, i.young AS young, i.lurkers AS lurkers, i.responders AS responders, w.people AS people
FROM (
    SELECT period, count() AS n, quantileExactInclusive(0.5)(c.responders) AS responders_p50, quantileExactInclusive(0.5)(length(c.teams)) AS teams_p50,
           sumIf(c.new_pairs, NOT burn_in) AS new_pairs, sumIf(c.pairs, NOT burn_in) AS pairs, sumIf(c.new_pairs_hires, NOT burn_in) AS new_pairs_hires, countIf(burn_in) AS young,
           sum(c.lurkers) AS lurkers, sum(c.responders) AS responders
    FROM chosen AS c GROUP BY period) AS i
LEFT ANY JOIN worked AS w ON w.period = i.period
ORDER BY period

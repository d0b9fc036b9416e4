-- Vesting of each participant on the incident's day: whole periods elapsed over the total, 0 before the cliff, at most 1; weighted by
-- quantity (evenly where no grant says one) over the grants that have started. before_cliff: all of them are. fully_vested: at least 80% of the quantity, and the first grant entirely.
WITH vesting AS (
    SELECT p.incident AS incident, p.person AS person, g.start AS start, g.quantity AS quantity,
           (toYear(toDate32(w.started_at)) - toYear(g.start)) * 12 + toMonth(toDate32(w.started_at)) - toMonth(g.start) AS calendar,
           calendar - (addMonths(g.start, calendar) > toDate32(w.started_at)) AS months,
           months >= g.cliff_months AS past_cliff, if(NOT past_cliff, 0., least(1., intDiv(months, greatest(g.period_months, 1)) * greatest(g.period_months, 1) / greatest(g.total_months, 1))) AS fraction
    FROM next_presence AS p
    INNER JOIN next_incident_window AS w ON w.incident = p.incident
    INNER JOIN next_grant_of AS g ON g.person = p.person
    WHERE g.start <= toDate32(w.started_at))
SELECT incident, person,
       multiIf(max(past_cliff) = 0, 'before_cliff', fraction >= 0.8 - 1e-9 AND minIf(each.fraction, start = first) >= 1, 'fully_vested', 'vesting') AS band,
       arraySum(arraySort(groupArray((quantity + (total = 0)) * each.fraction))) / arraySum(arraySort(groupArray(quantity + (total = 0)))) AS fraction
FROM (SELECT *, min(start) OVER (PARTITION BY incident, person) AS first, sum(quantity) OVER (PARTITION BY incident, person) AS total FROM vesting) AS each
GROUP BY incident, person

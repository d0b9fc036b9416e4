-- What does coordination cost? Unit: person-hours, people, teams. Time: the period of the incident's start, on the organization's clock.
-- responders_p50, teams_p50: R-7 over all incidents of the period, those nobody is known to have answered with 0. Pairs leave out incidents in
-- the first 180 days of history (all burn-in: 0 pairs). Lurkers and responders are pooled. Filters are the incident's; its teams, functions and
-- persons are its responders'. Engaged time comes beside: coordination.hours.sql. A period is told by its first day.
WITH toTimeZone(started_at, {org_zone:String}) AS start
SELECT if({by:String} = 'month', toStartOfMonth(start), toStartOfQuarter(start)) AS begins, count() AS incidents,
       quantileExactInclusive(0.5)(incident_facts.responders) AS responders_p50, quantileExactInclusive(0.5)(length(incident_facts.teams)) AS teams_p50,
       sumIf(incident_facts.new_pairs, NOT burn_in) AS new_pairs, sumIf(incident_facts.pairs, NOT burn_in) AS pairs, sumIf(incident_facts.new_pairs_hires, NOT burn_in) AS new_pairs_hires,
       countIf(burn_in) AS young, sum(incident_facts.lurkers) AS lurkers, sum(incident_facts.responders) AS responders
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
GROUP BY begins ORDER BY begins

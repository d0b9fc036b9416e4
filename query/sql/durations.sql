-- How long do incidents take? Unit: minutes from start to end (resolved, else mitigated). Time: the period of the incident's start, on the
-- organization's clock. Excludes incidents whose start or end is imputed. Periods without incidents are not listed.
SELECT if({by:String} = 'month', formatDateTime(start, '%Y-%m'), concat(toString(toYear(start)), 'Q', toString(toQuarter(start)))) AS period,
       groupArrayIf(dateDiff('millisecond', started_at, ended_at) / 60000, NOT imputed) AS minutes, countIf(imputed) AS imputed_n
FROM (SELECT *, toTimeZone(started_at, {org_zone:String}) AS start FROM incident_facts)
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
GROUP BY period ORDER BY period

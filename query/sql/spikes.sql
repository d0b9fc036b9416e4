-- Which weeks had more incidents than trend and season explain? Unit: incidents a week. Time: days of the organization's zone; an incident
-- lies where it started. Excludes what the filter excludes. Between the first and the last day of the loaded incidents, whatever team or
-- service they concern, weeks without an incident are quiet: almanac.go.
SELECT toInt32(toDate32(toTimeZone(started_at, {org_zone:String}))) AS day, toFloat64(count()) AS incidents
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
GROUP BY day

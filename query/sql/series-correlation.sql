-- Are weeks with more work or traffic followed by more incidents? Unit: incidents, merged pull requests and the series' own, by day. Time: days
-- of the organization's zone (of UTC for loaded series). Excludes what the filter excludes, of incidents and events; merges and series are the
-- whole organization's, and those of series. Bots' merges are not counted. Here are the incidents; the others come beside: almanac.go.
SELECT toInt32(toDate32(toTimeZone(started_at, {org_zone:String}))) AS day, toFloat64(count()) AS incidents
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
GROUP BY day

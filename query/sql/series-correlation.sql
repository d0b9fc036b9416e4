-- Are weeks with more work or traffic followed by more incidents? Unit: incidents, merged pull requests and the series' own, by day. Time: days
-- of the organization's zone (of UTC for loaded series). Excludes what the filter excludes, of incidents and events; merges and series are the
-- whole organization's. Bots' merges are not counted.
SELECT 'incident' AS what, '' AS name, toInt32(toDate32(toTimeZone(started_at, {org_zone:String}))) AS day, toFloat64(count()) AS value
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY day
UNION ALL
SELECT 'observed', '', toInt32(toDate32(toTimeZone(arrayJoin([min(started_at), max(started_at)]), {org_zone:String}))), 1.
FROM incident_facts WHERE empty({sources:Array(String)}) OR source IN {sources:Array(String)}
HAVING count() > 0
UNION ALL
SELECT DISTINCT 'event', toString(category), toInt32(on), 1.
FROM (SELECT category, scope, if(toStartOfDay(start, 'UTC') = start, toDate32(start), toDate32(toTimeZone(start, {org_zone:String}))) AS on FROM org_event)
WHERE on >= toDate32({from_wall:DateTime('UTC')}) AND on < toDate32({to_wall:DateTime('UTC')})
  AND (empty({teams:Array(String)}) OR scope IN {teams:Array(String)} OR scope NOT IN (SELECT DISTINCT toString(team) FROM person_at WHERE team != ''))
UNION ALL
SELECT 'merge', '', toInt32(toDate32(org_hour)), toFloat64(sum(count))
FROM merge_hourly
WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
GROUP BY toDate32(org_hour)
UNION ALL
SELECT 'series', toString(name), toInt32(day), value
FROM series_daily WHERE day >= toDate32({from_wall:DateTime('UTC')}) AND day < toDate32({to_wall:DateTime('UTC')})

-- How do incidents run in the weeks around one category of org events? Unit: incidents a week. Time and exclusions: those of org-events; all
-- categories are read, so that the simulation is the one of that table.
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

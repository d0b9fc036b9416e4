-- How do incidents run in the weeks around one category of org events? Unit: incidents a week. Time and exclusions: those of org-events; all
-- categories are read, so that the simulation is the one of that table.
SELECT toInt32(toDate32(toTimeZone(started_at, {org_zone:String}))) AS day, toFloat64(count()) AS incidents
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY day

-- Do org events, merges and incidents follow each other? Unit: incidents and merged pull requests by day. Time and exclusions: those of
-- org-events and series-correlation; of the loaded series only the one named merges. Here are the incidents.
SELECT toInt32(toDate32(toTimeZone(started_at, {org_zone:String}))) AS day, toFloat64(count()) AS incidents
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY day

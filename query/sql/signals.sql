-- What was unusual about an incident? Unit: incidents. Time: an incident lies where it started. Filters choose what is listed, never the
-- history behind it: signals are concluded in Go from the facts of all incidents, and put into words there, once for a state of the data.
SELECT incident FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
  AND ({incident:String} = '' OR incident = {incident:String})

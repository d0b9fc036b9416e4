-- Which days were loud? Unit: actions. Time: the action's own, on the chosen clock. Excludes what chatter excludes. Quiet days are not listed.
SELECT toString(toDate(multiIf({clock:String} = 'utc', hour, {clock:String} = 'org', org_hour, local_hour))) AS date, sum(count) AS n, uniqExact(person) AS people
FROM activity_hours
WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
  AND (NOT linked OR hasAny(incidents, (
      SELECT groupArray(incident) FROM incident_facts
      WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
        AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
  AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY date ORDER BY date

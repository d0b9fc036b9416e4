-- What happened in this incident, when, and who did it? Unit: actions. Time: the action's own, in buckets of 5, 15, 30, 60 or 240 min, the
-- first that cuts the response window into at most 200, else a day. Counts what chatter counts (other kinds by --kind) of all linked
-- activity in the window; bots only as alerts and pages. Group by team or function: the person's at the incident's start. What has no person
-- (alerts) is the group ''. Buckets without activity are not listed.
WITH (SELECT dateDiff('second', window_start, window_end) FROM incident_facts WHERE incident = {incident:String}) AS seconds,
     multiIf(seconds <= 60000, 300, seconds <= 180000, 900, seconds <= 360000, 1800, seconds <= 720000, 3600, seconds <= 2880000, 14400, 86400) AS width
SELECT toDateTime(intDiv(toUnixTimestamp(toDateTime(a.at, 'UTC')), width) * width, 'UTC') AS bucket,
       multiIf({by:String} = 'team', toString(p.team), {by:String} = 'function', toString(p.function), {by:String} = 'person', a.person, {by:String} = 'source', toString(a.source), '') AS grp,
       toString(a.source) AS src, count() AS n, toUInt32(width / 60) AS minutes, if({by:String} = 'person', any(n.name), '') AS name, uniqExactIf(a.person, a.person != '') AS people
FROM (SELECT * FROM incident_activity WHERE incident = {incident:String} AND (NOT is_bot OR kind IN ('alert', 'page'))) AS a
LEFT ANY JOIN (SELECT person, team, function FROM participation WHERE incident = {incident:String}) AS p ON p.person = a.person
LEFT ANY JOIN person AS n ON n.person = a.person
WHERE a.kind IN {kinds:Array(String)} AND (a.person != '' OR a.kind IN ('alert', 'page'))
  AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})
  AND (empty({sources:Array(String)}) OR a.source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR a.person IN {persons:Array(String)})
GROUP BY bucket, grp, src ORDER BY bucket, grp, src

-- When does the organization talk? Unit: actions. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Excludes bots, repeated pages, reactions and joins (unless asked for by kind). With services or severities: only activity linked to such
-- incidents. Cells without activity are not listed.
SELECT toDayOfWeek(at) AS weekday, toHour(at) AS hour_of_day, grp, sum(count) AS n, uniqExact(person) AS people
FROM (
    SELECT multiIf({clock:String} = 'utc', hour, {clock:String} = 'org', org_hour, local_hour) AS at, person, count,
           multiIf({by:String} = 'team', toString(team), {by:String} = 'function', toString(function), {by:String} = 'person', toString(person),
                   {by:String} = 'source', toString(source), {by:String} = 'location', toString(location), '') AS grp
    FROM activity_hours
    WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
      AND (NOT linked OR hasAny(incidents, (
          SELECT groupArray(incident) FROM incident_facts
          WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
            AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
      AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
GROUP BY weekday, hour_of_day, grp ORDER BY grp, weekday, hour_of_day

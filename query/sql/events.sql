-- What is behind a cell of the heat map or a day of the calendar? Unit: actions, newest first, at most 500. Time and exclusions: chatter's.
WITH hours AS (
    SELECT DISTINCT hour, person, source, kind, account, container FROM (
        SELECT *, multiIf({clock:String} = 'utc', hour, {clock:String} = 'org', org_hour, local_hour) AS at,
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
    WHERE ({weekday:Int8} = 0 OR toDayOfWeek(at) = {weekday:Int8}) AND ({hour:Int8} < 0 OR toHour(at) = {hour:Int8})
      AND ({date:String} = '' OR toString(toDate(at)) = {date:String}) AND ({any_group:Bool} OR grp = {group:String})
    ORDER BY hour DESC LIMIT 500)
SELECT a.at AS happened_at, p.person AS person, n.name AS name, toString(a.kind) AS kind, toString(a.source) AS source, if(c.name != '', c.name, toString(a.container)) AS place,
       toString(a.emoji) AS emoji
FROM activity AS a FINAL
LEFT ANY JOIN person_of AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
LEFT ANY JOIN person AS n ON n.person = p.person
LEFT ANY JOIN (SELECT source, account, native_id, name FROM containers FINAL) AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.container
WHERE a.at >= (SELECT min(hour) FROM hours) AND a.at < (SELECT max(hour) FROM hours) + INTERVAL 1 HOUR
  AND (toStartOfHour(toDateTime(a.at, 'UTC')), a.source, a.kind, a.container, if(a.is_bot AND a.kind NOT IN ('alert', 'page'), '-', p.person))
      IN (SELECT hour, source, kind, container, person FROM hours)
ORDER BY happened_at DESC, person, kind, a.native_id LIMIT 500

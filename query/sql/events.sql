-- What is behind a cell of the heat map or a day of the calendar? Unit: actions, newest first, at most 500. Time and exclusions: chatter's.
-- For speed the hours are bounded first: the newest 500 rows of the cell hold at least 500 actions, so nothing older is read, of raw activity
-- only the months between (FINAL by itself would read all: rows of one key lie in one month, as for the derived tables). Raw actions are cut to the cell's hours and places before the joins; who did them decides after.
WITH
    cell AS (
        SELECT hour, person, source, kind, account, container
        FROM (
            SELECT *, if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)) AS at,
                   if({by:String} = 'team', toString(team), if({by:String} = 'function', toString(function), if({by:String} = 'person', toString(person),
                       if({by:String} = 'source', toString(source), if({by:String} = 'location', toString(location), ''))))) AS grp
            FROM activity_hours
            WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
              AND (NOT linked OR hasAny(incidents, (
                  SELECT groupArray(incident) FROM incident_facts
                  WHERE (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                    AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
              AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
              AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
              AND ({date:String} = '' OR toDate(hour) BETWEEN toDateOrZero({date:String}) - 1 AND toDateOrZero({date:String}) + 1)
              AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
        WHERE ({weekday:Int8} = 0 OR toDayOfWeek(at) = {weekday:Int8}) AND ({hour:Int8} < 0 OR toHour(at) = {hour:Int8})
          AND ({date:String} = '' OR toString(toDate(at)) = {date:String}) AND ({any_group:Bool} OR grp = {group:String})),
    (SELECT (min(hour), max(hour)) FROM (SELECT hour FROM cell ORDER BY hour DESC LIMIT 500)) AS span,
    hours AS (SELECT DISTINCT hour, source, kind, account, container, person FROM cell WHERE hour >= span.1)
SELECT a.at AS happened_at, p.person AS person, n.name AS name, toString(a.kind) AS kind, toString(a.source) AS source, if(c.name != '', c.name, toString(a.container)) AS place,
       toString(a.emoji) AS emoji
FROM (
    SELECT at, source, account, native_id, kind, actor, container, emoji, is_bot FROM activity FINAL
    WHERE at >= span.1 AND at < span.2 + INTERVAL 1 HOUR
      AND (toStartOfHour(toDateTime(at, 'UTC')), source, kind, account, container) IN (SELECT hour, source, kind, account, container FROM hours)) AS a
LEFT ANY JOIN person_of AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
LEFT ANY JOIN person AS n ON n.person = p.person
LEFT ANY JOIN (SELECT source, account, native_id, name FROM containers FINAL) AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.container
WHERE (toStartOfHour(toDateTime(a.at, 'UTC')), a.source, a.kind, a.account, a.container, if(a.is_bot AND a.kind NOT IN ('alert', 'page'), '-', p.person)) IN hours
ORDER BY happened_at DESC, person, kind, a.native_id, emoji LIMIT 500
SETTINGS do_not_merge_across_partitions_select_final = 1

-- When was only one function awake? Unit: weekday-hour cells. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Counts what chatter counts, without pages and alerts (they are done to a sleeping person) and without people of no function. A cell is
-- listed when all its actions in the range are of one function, on at least 3 dates. A function filter chooses among the cells, it does
-- not blind the others; the other filters choose the actions.
-- The cells are found first: counting dates and people costs more than finding the few cells it is for.
WITH
    active AS (
        SELECT multiIf({clock:String} = 'utc', hour, {clock:String} = 'org', org_hour, local_hour) AS at, function AS func, person, count
        FROM activity_hours
        WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
          AND (NOT linked OR hasAny(incidents, (
              SELECT groupArray(incident) FROM incident_facts
              WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
          AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
          AND kind NOT IN ('page', 'alert') AND person != '' AND function != ''
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})),
    cells AS (SELECT toDayOfWeek(at) AS weekday, toHour(at) AS hour_of_day FROM active GROUP BY weekday, hour_of_day HAVING min(func) = max(func))
SELECT toDayOfWeek(at) AS weekday, toHour(at) AS hour_of_day, toString(any(func)) AS only_function, uniqExact(toDate(at)) AS dates, sum(count) AS n, uniqExact(person) AS people
FROM active WHERE (weekday, hour_of_day) IN cells
GROUP BY weekday, hour_of_day
HAVING dates >= 3 AND (empty({functions:Array(String)}) OR only_function IN {functions:Array(String)})
ORDER BY weekday, hour_of_day

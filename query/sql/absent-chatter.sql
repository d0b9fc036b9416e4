-- When was only one function awake? Unit: weekday-hour cells. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Counts what chatter counts, without pages and alerts (they are done to a sleeping person) and without people of no function. A cell is
-- listed when all its actions in the range are of one function, on at least 3 dates. A function filter chooses among the cells, it does
-- not blind the others; the other filters choose the actions.
-- The cells are found first: counting dates and people costs more than finding the few cells it is for. people serves the minimum group
-- alone: it is exact to 5, and 6 says more than 5. chatter.sql says what a slot is and why hour is cut beside org_hour.
WITH
    active AS (
        SELECT if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)) AS at, toUInt8((intDiv(toUInt32(at), 3600) + 72) % 168) AS slot, function AS func, person, count
        FROM activity_hours
        WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
          AND (NOT linked OR hasAny(incidents, (
              SELECT groupArray(incident) FROM incident_facts
              WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
          AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
          AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
          AND kind NOT IN ('page', 'alert') AND person != '' AND function != ''
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})),
    cells AS (SELECT slot FROM (SELECT slot, func FROM active GROUP BY slot, func) GROUP BY slot HAVING count() = 1)
SELECT toUInt8(intDiv(slot, 24) + 1) AS weekday, toUInt8(slot % 24) AS hour_of_day, toString(any(func)) AS only_function, uniqExact(toDate(at)) AS dates, sum(count) AS n,
       uniqUpTo(5)(person) AS people
FROM active WHERE slot GLOBAL IN (SELECT slot FROM cells)
GROUP BY slot
HAVING dates >= 3 AND (empty({functions:Array(String)}) OR only_function IN {functions:Array(String)})
ORDER BY slot

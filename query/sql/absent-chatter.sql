-- When was only one function awake? Unit: weekday-hour cells. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Counts what chatter counts, without pages and alerts (they are done to a sleeping person) and without people of no function. A cell is
-- listed when all its actions in the range are of one function, on at least 3 dates. A function filter chooses among the cells, it does
-- not blind the others; the other filters choose the actions.
-- A date of a slot is a week, counted from the Monday before 1970. people serves the minimum group alone: it is exact to 5, and 6 says more than 5. chatter.sql
-- says what is read from where, and why; sums of functions serve as long as nothing else is filtered.
WITH
    {sums:String} = 'function' OR {sums:String} = 'source' AND empty({sources:Array(String)}) AS summed,
    whole AS (
        SELECT slot, toString(value) AS func, toUInt64(count) AS actions, people AS some, who AS known,
               arrayMap(bit -> toUInt32(intDiv(toUInt32(makeDate(intDiv(month, 100), month % 100, 1)) + 3, 7) - 1 + bit), bitPositionsToArray(weeks)) AS in_weeks
        FROM chatter_slots
        WHERE summed AND clock = {sums_clock:String} AND dimension = 'function' AND NOT done_to AND value != '' AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}),
    rest AS (
        SELECT slot, toString(func) AS func, sum(count) AS actions, if({sized:Bool}, toUInt8(uniqUpTo(5)(person)), 0) AS some, if({sized:Bool}, groupUniqArray(6)(cityHash64(person)), []) AS known,
               groupUniqArray(week) AS in_weeks
        FROM (
            SELECT if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)) AS at, toUInt8((intDiv(toUInt32(at), 3600) + 72) % 168) AS slot, function AS func,
                   toUInt32(intDiv(toUInt32(toDate(at)) + 3, 7)) AS week, person, count
            FROM activity_hours
            WHERE linked = (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)}))
              AND (NOT linked OR hasAny(incidents, (
                  SELECT groupArray(incident) FROM incident_facts
                  WHERE (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                    AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
              AND org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
              AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
              AND (NOT summed OR (toYYYYMM(org_hour) < {whole_from:UInt32} OR toYYYYMM(org_hour) >= {whole_to:UInt32}) AND (hour < {rest_before:DateTime('UTC')} OR hour >= {rest_from:DateTime('UTC')}))
              AND kind NOT IN ('page', 'alert') AND person != '' AND function != ''
              AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
        GROUP BY slot, func)
SELECT toUInt8(intDiv(slot, 24) + 1) AS weekday, toUInt8(slot % 24) AS hour_of_day, any(func) AS only_function, uniqExactArray(in_weeks) AS dates, sum(actions) AS n,
       if({sized:Bool}, if(max(some) > 5, 6, uniqUpToArray(5)(known)), 0) AS people
FROM (SELECT * FROM whole UNION ALL SELECT slot, func, actions, some, known, in_weeks FROM rest)
GROUP BY slot
HAVING uniqExact(func) = 1 AND dates >= 3 AND (empty({functions:Array(String)}) OR only_function IN {functions:Array(String)})
ORDER BY slot

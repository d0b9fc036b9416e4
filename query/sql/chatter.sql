-- When does the organization talk? Unit: actions. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Excludes bots, repeated pages, reactions and joins (unless asked for by kind). With services or severities: only activity linked to such
-- incidents. Cells without activity are not listed. people serves the minimum group alone: it is exact to 5, and 6 says more than 5.
-- For speed: whole months come from sums where those can tell them, only the rest of the range from hours. A slot is an hour of the week since
-- Monday (1970 began on a Thursday), one byte; if() of a parameter reads only the columns it needs, multiIf() all; hour, the partitions'
-- time, is cut two hours wider than org_hour, which decides.
SELECT toUInt8(intDiv(slot, 24) + 1) AS weekday, toUInt8(slot % 24) AS hour_of_day, grp, sum(actions) AS n,
       if({sized:Bool}, if(max(some) > 5, 6, if({sums:String} = '', max(some), uniqUpToArray(5)(known))), 0) AS people
FROM (
    SELECT slot, if({by:String} IN ('', 'none'), '', toString(value)) AS grp, toUInt64(count) AS actions, people AS some, who AS known
    FROM chatter_slots
    WHERE clock = {sums_clock:String} AND dimension = {sums:String} AND (empty({sums_of:Array(String)}) OR value IN {sums_of:Array(String)}) AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}
    UNION ALL
    SELECT slot, grp, sum(count), if({sized:Bool}, toUInt8(uniqUpTo(5)(person)), 0), if({sized:Bool}, groupUniqArrayIf(6)(cityHash64(person), {sums:String} != ''), [])
    FROM (
        SELECT toUInt8((intDiv(toUInt32(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))), 3600) + 72) % 168) AS slot, person, count,
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
          AND ({sums:String} = '' OR (toYYYYMM(org_hour) < {whole_from:UInt32} OR toYYYYMM(org_hour) >= {whole_to:UInt32}) AND (hour < {rest_before:DateTime('UTC')} OR hour >= {rest_from:DateTime('UTC')}))
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
    GROUP BY slot, grp)
GROUP BY slot, grp ORDER BY grp, slot

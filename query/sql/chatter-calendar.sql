-- Which days were loud? Unit: actions. Time: the action's own, on the chosen clock. Excludes what chatter excludes. Quiet days are not listed.
-- people serves the minimum group alone: it is exact to 5, and 6 says more than 5. chatter.sql says what is read from where, and why.
SELECT toString(day) AS date, sum(actions) AS n, if({sized:Bool}, if(max(some) > 5, 6, if({sums:String} = '', max(some), uniqUpToArray(5)(known))), 0) AS people
FROM (
    SELECT day, toUInt64(count) AS actions, people AS some, who AS known
    FROM chatter_days
    WHERE clock = {sums_clock:String} AND dimension = {sums:String} AND (empty({sums_of:Array(String)}) OR value IN {sums_of:Array(String)}) AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}
    UNION ALL
    SELECT day, sum(count), if({sized:Bool}, toUInt8(uniqUpTo(5)(person)), 0), if({sized:Bool}, groupUniqArrayIf(6)(cityHash64(person), {sums:String} != ''), [])
    FROM (
        SELECT toDate(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))) AS day, person, count
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
    GROUP BY day)
GROUP BY day ORDER BY day

-- What chatter counts, by date of a wall clock, in whole months of the organization's clock; otherwise as chatter_slots.
SELECT utc_month, month, if(grouping(local_day) = 0, 'local', 'org') AS clock, multiIf(grouping(team) = 0, 'team', grouping(function) = 0, 'function', 'source') AS dimension,
       multiIf(dimension = 'team', toString(team), dimension = 'function', toString(function), toString(source)) AS value, if(clock = 'local', local_day, org_day) AS day,
       sum(n) AS count, arraySort(groupUniqArray(6)(cityHash64(person))) AS some, toUInt8(length(some)) AS people, if(people > 5, [], some) AS who
FROM (
    SELECT toYYYYMM(hour) AS utc_month, toYYYYMM(org_hour) AS month, team, function, source, person, h.count AS n, toDate(local_hour) AS local_day, toDate(org_hour) AS org_day
    FROM next_activity_hourly AS h WHERE kind IN {chatter_kinds:Array(String)} AND toYYYYMM(hour) IN {months:Array(UInt32)})
GROUP BY GROUPING SETS (
    (utc_month, month, local_day, team), (utc_month, month, local_day, function), (utc_month, month, local_day, source), (utc_month, month, org_day, team), (utc_month, month, org_day, function), (utc_month, month, org_day, source))

-- What chatter counts, by hour of the week (since Monday) of a wall clock, in whole months of the organization's clock: for ranges that hold
-- the month. dimension says what value is of: all actions are there once for each dimension. utc_month
-- is that of the hour: two halves of a month of another clock are rows of their own. done_to: pages and alerts. weeks: the weeks with such an action, one bit each from the one before the month's first
-- on: a date of the slot each. people counts to 6, which says more than 5; who are up to 5, else none.
SELECT utc_month, month, if(grouping(local_slot) = 0, 'local', 'org') AS clock, multiIf(grouping(team) = 0, 'team', grouping(function) = 0, 'function', 'source') AS dimension,
       multiIf(dimension = 'team', toString(team), dimension = 'function', toString(function), toString(source)) AS value, if(clock = 'local', local_slot, org_slot) AS slot, done_to,
       sum(n) AS count, if(clock = 'local', groupBitOr(local_week), groupBitOr(org_week)) AS weeks,
       arraySort(groupUniqArray(6)(cityHash64(person))) AS some, toUInt8(length(some)) AS people, if(people > 5, [], some) AS who
FROM (
    SELECT toYYYYMM(hour) AS utc_month, toYYYYMM(org_hour) AS month, kind IN ('page', 'alert') AS done_to, team, function, source, person, h.count AS n,
           intDiv(toUInt32(toStartOfMonth(org_hour)) + 3, 7) - 1 AS base, -- weeks since the Monday before 1970
           toUInt8((intDiv(toUInt32(local_hour), 3600) + 72) % 168) AS local_slot, toUInt8((intDiv(toUInt32(org_hour), 3600) + 72) % 168) AS org_slot,
           bitShiftLeft(toUInt8(1), intDiv(toUInt32(toDate(local_hour)) + 3, 7) - base) AS local_week, bitShiftLeft(toUInt8(1), intDiv(toUInt32(toDate(org_hour)) + 3, 7) - base) AS org_week
    FROM next_activity_hourly AS h WHERE kind IN {chatter_kinds:Array(String)} AND toYYYYMM(hour) IN {months:Array(UInt32)})
GROUP BY GROUPING SETS (
    (utc_month, month, done_to, local_slot, team), (utc_month, month, done_to, local_slot, function), (utc_month, month, done_to, local_slot, source),
    (utc_month, month, done_to, org_slot, team), (utc_month, month, done_to, org_slot, function), (utc_month, month, done_to, org_slot, source))

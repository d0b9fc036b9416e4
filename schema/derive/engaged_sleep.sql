-- The parts of engaged time inside the sleep band of the person's own clock.
WITH
    {sleep_from:UInt32} AS from_min, {sleep_to:UInt32} AS to_min,
    local AS (
        SELECT e.incident AS incident, e.person AS person, e.since AS since, e.until AS until, c.offset AS offset
        FROM (SELECT *, toDateTime(since, 'UTC') AS second FROM next_engaged) AS e
        ASOF LEFT JOIN next_person_clock AS c ON c.person = e.person AND c.since <= e.second),
    nights AS (
        SELECT *, arrayJoin(range(0, toUInt64(dateDiff('day', toDate(since + offset), toDate(until + offset)) + 2))) AS day,
               toDateTime64(toStartOfDay(toDateTime(since + offset, 'UTC')), 3, 'UTC') + (toInt64(day) - 1) * 86400 - offset AS midnight
        FROM local)
SELECT incident, person, greatest(since, midnight + from_min * 60) AS since,
       least(until, midnight + (to_min + if(to_min <= from_min, 1440, 0)) * 60) AS until
FROM nights WHERE greatest(nights.since, midnight + from_min * 60) < least(nights.until, midnight + (to_min + if(to_min <= from_min, 1440, 0)) * 60)

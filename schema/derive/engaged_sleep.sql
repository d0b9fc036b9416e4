-- The parts of engaged time inside the sleep band of the person's own clock; a stretch is cut where that clock changes.
WITH
    {sleep_from:UInt32} AS from_min, {sleep_to:UInt32} AS to_min,
    changes AS (
        SELECT person, arraySort(groupArray((toDateTime64(since, 3, 'UTC'), offset))) AS clock FROM next_person_clock GROUP BY person),
    pieces AS (
        SELECT e.incident AS incident, e.person AS person, e.until AS stretch_until, e.since AS stretch_since,
               arrayLastIndex(c -> c.1 <= e.since, h.clock) AS first_nth, arrayLastIndex(c -> c.1 < e.until, h.clock) AS last_nth,
               arrayJoin(range(first_nth, last_nth + 1)) AS nth, h.clock[nth].2 AS offset,
               if(nth = first_nth, stretch_since, h.clock[nth].1) AS since, if(nth = last_nth, stretch_until, h.clock[nth + 1].1) AS until
        FROM next_engaged AS e INNER JOIN changes AS h ON h.person = e.person),
    nights AS (
        SELECT incident, person, since, until,
               arrayJoin(range(0, toUInt64(dateDiff('day', toDate(since + offset), toDate(until + offset)) + 2))) AS day,
               toDateTime64(toStartOfDay(toDateTime(since + offset, 'UTC')), 3, 'UTC') + (toInt64(day) - 1) * 86400 - offset AS midnight,
               greatest(since, midnight + from_min * 60) AS night_since,
               least(until, midnight + (to_min + if(to_min <= from_min, 1440, 0)) * 60) AS night_until
        FROM pieces)
SELECT incident, person, night_since AS since, night_until AS until FROM nights WHERE night_since < night_until

-- What people did, by hour and person, on three clocks: UTC, the person's wall clock then, the organization's. Bots are left out;
-- alerts and pages stay even where they have no person. Repeated pages count once. Wall clocks are written as if they were UTC.
-- Rows are counted by account and stretch of time before they get their person and clock: an hour where all clocks differ from UTC and
-- change by whole hours, else a quarter of one, else a second.
WITH
    org AS (SELECT since, offset FROM next_zone_offsets WHERE zone = {org_zone:String}),
    (SELECT multiIf(countIf(c % 3600 != 0) = 0, 3600, countIf(c % 900 != 0) = 0, 900, 1)
     FROM (SELECT arrayJoin([toInt64(toUnixTimestamp(since)), toInt64(offset)]) AS c FROM (SELECT since, offset FROM next_person_clock UNION ALL SELECT since, offset FROM org))) AS stretch
SELECT toStartOfHour(a.second) AS hour, toStartOfHour(a.second + if(p.person != '', c.offset, o.offset)) AS local_hour,
       toStartOfHour(a.second + o.offset) AS org_hour, p.person AS person, c.team AS team, c.function AS function, c.location AS location,
       a.source AS source, a.kind AS kind, a.account AS account, a.container AS container, sum(a.n) AS count
FROM (
    SELECT toDateTime(intDiv(toUnixTimestamp(at), stretch) * stretch, 'UTC') AS second, 1 AS one, source, account, kind, actor, container, count() AS n
    FROM activity FINAL
    WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND (NOT is_bot OR kind IN ('alert', 'page'))
      AND (kind != 'page' OR (source, account, native_id, actor) NOT IN next_page_repeat)
    GROUP BY ALL
) AS a
LEFT ANY JOIN (SELECT source, account, native_id, person FROM next_person_of) AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
ASOF LEFT JOIN next_person_clock AS c ON c.person = p.person AND c.since <= a.second
ASOF LEFT JOIN (SELECT 1 AS one, since, offset FROM org) AS o ON o.one = a.one AND o.since <= a.second
WHERE p.person != '' OR a.kind IN ('alert', 'page')
GROUP BY ALL

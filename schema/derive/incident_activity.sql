-- Linked activity inside the response window [start - 15 min, end + 60 min). Activity of a shared channel goes to the incident whose
-- window holds it, the latest-started if several (of those the last by name), beside any that it names itself.
WITH
    direct AS (
        SELECT l.*, l.incident AS belongs_to FROM next_linked AS l INNER JOIN next_incident_window AS w ON w.incident = l.incident
        WHERE toYYYYMM(l.at) IN {months:Array(UInt32)} AND NOT l.shared AND l.at >= w.window_start AND l.at < w.window_end),
    windows AS (
        SELECT c.source AS source, c.account AS account, c.container AS container, w.incident AS incident, w.started_at AS started_at, w.window_start AS window_start, w.window_end AS window_end
        FROM (SELECT source, account, container, arrayJoin(incidents) AS incident FROM next_incident_channel WHERE shared) AS c
        INNER JOIN next_incident_window AS w ON w.incident = c.incident),
    bounds AS (SELECT DISTINCT source, account, container, arrayJoin([window_start, window_end]) AS since FROM windows),
    turns AS ( -- from each bound on, whose turn it is in the channel; '' nobody's. Only windows of the bound's day can hold it
        SELECT b.source AS source, b.account AS account, b.container AS container, toDateTime64(b.since, 6, 'UTC') AS since,
               argMaxIf(w.incident, (w.started_at, w.incident), w.window_start <= b.since AND b.since < w.window_end) AS incident
        FROM (SELECT *, intDiv(toUnixTimestamp64Milli(since), 86400000) AS day FROM bounds) AS b
        INNER JOIN (SELECT *, arrayJoin(range(intDiv(toUnixTimestamp64Milli(window_start), 86400000), intDiv(toUnixTimestamp64Milli(window_end), 86400000) + 1)) AS day FROM windows) AS w
            ON w.source = b.source AND w.account = b.account AND w.container = b.container AND w.day = b.day
        GROUP BY source, account, container, since),
    shared AS (
        SELECT l.*, t.incident AS belongs_to FROM (SELECT * FROM next_linked WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND shared) AS l
        ASOF INNER JOIN turns AS t ON t.source = l.source AND t.account = l.account AND t.container = l.container AND t.since <= l.at
        WHERE t.incident != '' AND (t.incident, l.source, l.account, l.native_id, l.kind, l.actor, l.emoji) NOT IN (
            SELECT incident, source, account, native_id, kind, actor, emoji FROM direct WHERE (source, account, container) IN (SELECT source, account, container FROM windows)))
SELECT belongs_to AS incident, at, person, actor, kind, emoji, person != '' AND kind IN {contributing:Array(String)} AS contributing, source, account, native_id, container, thread, is_bot
FROM (SELECT * FROM direct UNION ALL SELECT * FROM shared)

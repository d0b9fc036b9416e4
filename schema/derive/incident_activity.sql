-- Linked activity inside the response window [start - 15 min, end + 60 min). Activity of a shared channel goes to the incident whose
-- window holds it, the latest-started if several (of those the last by name), beside any that it names itself.
WITH inside AS (
    SELECT l.*, w.started_at AS started_at FROM next_linked AS l INNER JOIN next_incident_window AS w ON w.incident = l.incident
    WHERE l.at >= w.window_start AND l.at < w.window_end)
SELECT incident, at, person, actor, kind, emoji, person != '' AND kind IN {contributing:Array(String)} AS contributing, source, account, native_id, container, thread, is_bot
FROM (
    SELECT * FROM inside WHERE NOT shared
    UNION ALL
    SELECT * FROM (
        SELECT i.* FROM inside AS i
        INNER JOIN (SELECT source, account, container, incidents FROM next_incident_channel WHERE shared) AS c
            ON c.source = i.source AND c.account = i.account AND c.container = i.container
        WHERE has(c.incidents, i.incident)
        ORDER BY i.started_at DESC, i.incident DESC LIMIT 1 BY i.source, i.account, i.native_id, i.kind, i.actor, i.emoji)
    WHERE shared)

-- Linked activity inside the response window. Activity of a shared channel goes to the incident whose window holds it, the
-- latest-started if several.
WITH inside AS (
    SELECT l.*, w.started_at AS started_at FROM next_linked AS l INNER JOIN next_incident_window AS w ON w.incident = l.incident
    WHERE l.at >= w.window_start AND l.at < w.window_end)
SELECT incident, at, person, actor, kind, emoji, person != '' AND kind IN {contributing:Array(String)} AS contributing, source, account, native_id, container, thread, is_bot
FROM (
    SELECT * FROM inside WHERE NOT shared
    UNION DISTINCT
    SELECT * FROM inside WHERE shared ORDER BY started_at DESC, incident DESC LIMIT 1 BY source, account, native_id, kind, actor, emoji)

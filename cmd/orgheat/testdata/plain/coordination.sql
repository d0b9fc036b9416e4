-- Page /coordination: what do incidents cost in people's time, by quarter? Ten minutes for every ten-minute slot in which somebody was active in an
-- incident's channel while it lasted: the plain way to a union of intervals.
WITH
    who AS (SELECT source, account, native_id, lower(email) AS person FROM identities FINAL WHERE email != '' AND NOT is_bot),
    inc AS (SELECT native_id AS incident, started_at, resolved_at, trimLeft(arrayJoin(channels), '#') AS channel FROM incidents FINAL WHERE source = 'incidents' AND started_at IS NOT NULL),
    rooms AS (SELECT source, account, native_id, name FROM containers FINAL)
SELECT toStartOfQuarter(i.started_at) AS quarter, uniqExact(i.incident) AS incidents, uniqExact(w.person, toStartOfInterval(a.at, INTERVAL 10 MINUTE)) / 6 AS hours
FROM (SELECT at, source, account, actor, container FROM activity FINAL WHERE kind IN ('message', 'reply', 'file') AND NOT is_bot AND container IN (SELECT native_id FROM rooms WHERE name IN (SELECT channel FROM inc))) AS a
INNER JOIN rooms AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.container
INNER JOIN inc AS i ON i.channel = c.name
INNER JOIN who AS w ON w.source = a.source AND w.account = a.account AND w.native_id = a.actor
WHERE a.at >= i.started_at - INTERVAL 15 MINUTE AND a.at < ifNull(i.resolved_at, i.started_at + INTERVAL 1 DAY) + INTERVAL 1 HOUR
GROUP BY quarter ORDER BY quarter
SETTINGS do_not_merge_across_partitions_select_final = 1

-- Page /incidents: who was in each incident? People with a message in the incident's channel while it lasted, and those who changed, acknowledged or
-- reviewed something that names it.
WITH
    who AS (SELECT source, account, native_id, lower(email) AS person FROM identities FINAL WHERE email != '' AND NOT is_bot),
    inc AS (SELECT native_id AS incident, started_at, resolved_at, trimLeft(arrayJoin(if(empty(channels), [''], channels)), '#') AS channel FROM incidents FINAL WHERE source = 'incidents' AND started_at IS NOT NULL),
    rooms AS (SELECT source, account, native_id, name FROM containers FINAL),
    acts AS (
        SELECT i.incident AS incident, a.source AS source, a.account AS account, a.actor AS actor
        FROM (SELECT at, source, account, actor, container FROM activity FINAL WHERE kind IN ('message', 'reply', 'file') AND NOT is_bot AND container IN (SELECT native_id FROM rooms WHERE name IN (SELECT channel FROM inc))) AS a
        INNER JOIN rooms AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.container
        INNER JOIN inc AS i ON i.channel = c.name
        WHERE a.at >= i.started_at - INTERVAL 15 MINUTE AND a.at < ifNull(i.resolved_at, i.started_at + INTERVAL 1 DAY) + INTERVAL 1 HOUR
        UNION ALL
        SELECT arrayJoin(incident_ref), source, account, actor FROM activity FINAL WHERE notEmpty(incident_ref) AND NOT is_bot)
SELECT i.incident, i.started_at, p.people
FROM (SELECT DISTINCT incident, started_at FROM inc) AS i
LEFT JOIN (
    SELECT x.incident AS incident, uniqExact(w.person) AS people FROM acts AS x INNER JOIN who AS w ON w.source = x.source AND w.account = x.account AND w.native_id = x.actor GROUP BY incident) AS p
    ON p.incident = i.incident
ORDER BY i.started_at DESC
SETTINGS do_not_merge_across_partitions_select_final = 1

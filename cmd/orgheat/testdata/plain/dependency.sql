-- Page /dependency: on how few people does the response rest? Messages in the incidents' channels while they lasted, by person, of the last six months:
-- the fewest people with half of them.
WITH
    who AS (SELECT source, account, native_id, lower(email) AS person FROM identities FINAL WHERE email != '' AND NOT is_bot),
    inc AS (
        SELECT native_id AS incident, started_at, resolved_at, trimLeft(arrayJoin(channels), '#') AS channel FROM incidents FINAL
        WHERE source = 'incidents' AND started_at >= (SELECT max(started_at) FROM incidents FINAL WHERE source = 'incidents') - INTERVAL 6 MONTH),
    rooms AS (SELECT source, account, native_id, name FROM containers FINAL),
    shares AS (
        SELECT w.person AS person, count() AS n
        FROM (SELECT at, source, account, actor, container FROM activity FINAL WHERE kind IN ('message', 'reply', 'file') AND NOT is_bot AND at >= (SELECT min(started_at) FROM inc) - INTERVAL 15 MINUTE AND container IN (SELECT native_id FROM rooms WHERE name IN (SELECT channel FROM inc))) AS a
        INNER JOIN rooms AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.container
        INNER JOIN inc AS i ON i.channel = c.name
        INNER JOIN who AS w ON w.source = a.source AND w.account = a.account AND w.native_id = a.actor
        WHERE a.at >= i.started_at - INTERVAL 15 MINUTE AND a.at < ifNull(i.resolved_at, i.started_at + INTERVAL 1 DAY) + INTERVAL 1 HOUR
        GROUP BY person)
SELECT countIf(before < total / 2) AS absence_factor, max(n) / any(total) AS top_share
FROM (
    SELECT n, sum(n) OVER (ORDER BY n DESC, person ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n AS before, sum(n) OVER () AS total FROM shares)
SETTINGS do_not_merge_across_partitions_select_final = 1

-- The months (YYYYMM) in which somebody who did something is somebody else now, or had another team, function, place or clock then. A month
-- in which nobody concerned did anything shows none of it.
WITH
    moved AS (
        (SELECT source, account, native_id, person FROM person_of EXCEPT SELECT source, account, native_id, person FROM next_person_of)
        UNION ALL
        (SELECT source, account, native_id, person FROM next_person_of EXCEPT SELECT source, account, native_id, person FROM person_of)),
    before AS (SELECT person, since, (team, function, location, offset) AS what FROM person_clock),
    after AS (SELECT person, since, (team, function, location, offset) AS what FROM next_person_clock),
    bounds AS (
        SELECT DISTINCT person, since FROM (SELECT * FROM before UNION ALL SELECT * FROM after)
        WHERE person IN (SELECT person FROM ((SELECT * FROM before EXCEPT SELECT * FROM after) UNION ALL (SELECT * FROM after EXCEPT SELECT * FROM before)))),
    stretches AS (
        SELECT b.person AS person, b.since AS since, leadInFrame(b.since, 1, toDateTime('2100-01-01 00:00:00', 'UTC')) OVER (PARTITION BY b.person ORDER BY b.since ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS until,
               w.what != i.what AS changed
        FROM bounds AS b
        ASOF LEFT JOIN before AS w ON w.person = b.person AND w.since <= b.since
        ASOF LEFT JOIN after AS i ON i.person = b.person AND i.since <= b.since),
    concerned AS (
        SELECT source, account, native_id, 197001 AS first, 210001 AS last FROM moved
        UNION ALL
        SELECT p.source, p.account, p.native_id, toYYYYMM(s.since), toYYYYMM(s.until - INTERVAL 1 SECOND)
        FROM stretches AS s INNER JOIN next_person_of AS p ON p.person = s.person WHERE s.changed)
SELECT arraySort(groupUniqArray(a.month)) AS months
FROM activity_monthly AS a GLOBAL INNER JOIN concerned AS c ON c.source = a.source AND c.account = a.account AND c.native_id = a.actor
WHERE a.month BETWEEN c.first AND c.last

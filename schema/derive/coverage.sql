-- Rows per source and month, bots included, repeated pages once. person_rows: rows of people; matched_rows: of people a roster or an
-- alias names; raw_rows: what the raw table holds, repetitions too.
SELECT a.source AS source, a.month AS month, sum(a.once) AS rows, sumIf(a.once, a.human AND p.person != '') AS person_rows,
       sumIf(a.once, a.human AND p.person != '' AND p.matched) AS matched_rows, uniqExactIf(p.person, a.human AND p.person != '') AS people, sum(a.n) AS raw_rows
FROM next_activity_monthly AS a
LEFT ANY JOIN next_person_of AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
GROUP BY source, month

-- Rows per source and month, bots included, repeated pages once. person_rows: rows of people; matched_rows: of people a roster or an
-- alias names; raw_rows: what the raw table holds, repetitions too.
SELECT a.source AS source, toYYYYMM(a.at) AS month, countIf(once) AS rows, countIf(once AND p.person != '' AND human) AS person_rows,
       countIf(once AND p.person != '' AND human AND p.matched) AS matched_rows, uniqExactIf(p.person, p.person != '' AND human) AS people, count() AS raw_rows
FROM (
    SELECT at, source, account, actor, kind != 'page' OR (source, account, native_id, actor) NOT IN next_page_repeat AS once,
           NOT is_bot OR kind IN ('alert', 'page') AS human -- whoever sent it, a page is the paged person's
    FROM activity FINAL WHERE toYYYYMM(at) IN {months:Array(UInt32)}
) AS a
LEFT ANY JOIN next_person_of AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
GROUP BY source, month

-- Rows of activity by actor, place and month. human: by a person; whoever sent it, a page is the paged person's. once: repeated pages
-- count once; n: all that the raw table holds.
SELECT toYYYYMM(at) AS month, source, account, container, actor, NOT is_bot OR kind IN ('alert', 'page') AS human,
       countIf(kind != 'page' OR (source, account, native_id, actor) NOT IN next_page_repeat) AS once, count() AS n
FROM activity FINAL WHERE toYYYYMM(at) IN {months:Array(UInt32)}
GROUP BY ALL

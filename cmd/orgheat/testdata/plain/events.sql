-- Page /events: do incidents follow merges? Incidents and merged pull requests by week.
SELECT week, sum(merges) AS merges, sum(incidents) AS incidents
FROM (
    SELECT toMonday(at) AS week, count() AS merges, 0 AS incidents FROM activity FINAL WHERE kind = 'pr_merged' AND NOT is_bot GROUP BY week
    UNION ALL
    SELECT toMonday(started_at), 0, count() FROM incidents FINAL WHERE source = 'incidents' AND started_at IS NOT NULL GROUP BY toMonday(started_at))
GROUP BY week ORDER BY week
SETTINGS do_not_merge_across_partitions_select_final = 1

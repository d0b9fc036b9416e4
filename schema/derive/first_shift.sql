-- Everybody's first shift ever; back to back shifts, whatever the schedule, are one. known: shift history starts >= 90 days before it.
WITH
    (SELECT min(since) FROM next_shift) AS history,
    runs AS (
        SELECT person, since, until, sum(starts) OVER (PARTITION BY person ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
        FROM (SELECT person, since, until,
                     since > max(until) OVER (PARTITION BY person ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS starts FROM next_shift))
SELECT person, min(runs.since) AS since, max(runs.until) AS until, since >= history + INTERVAL 90 DAY AS known
FROM runs WHERE run = 1 GROUP BY person

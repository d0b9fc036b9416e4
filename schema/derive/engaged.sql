-- Engaged time: a contributing activity is worth 10 min from its time; two at most 20 min apart, time to time, are bridged.
WITH blocks AS (
    SELECT incident, person, at, sum(starts) OVER (PARTITION BY incident, person ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS block
    FROM (
        SELECT incident, person, at,
               lagInFrame(toNullable(at), 1, NULL) OVER (PARTITION BY incident, person ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before,
               before IS NULL OR dateDiff('microsecond', assumeNotNull(before), at) > 1200000000 AS starts
        FROM next_incident_activity WHERE contributing))
SELECT incident, person, toDateTime64(min(at), 3, 'UTC') AS since, toDateTime64(max(at), 3, 'UTC') + INTERVAL 10 MINUTE AS until FROM blocks GROUP BY incident, person, block

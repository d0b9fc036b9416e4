-- Engaged time: a contributing activity is worth 10 min from its time; two at most 20 min apart, time to time, are bridged.
WITH blocks AS (
    SELECT incident, person, at, sum(starts) OVER (PARTITION BY incident, person ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS block
    FROM (
        SELECT incident, person, toDateTime64(at, 3, 'UTC') AS at,
               lagInFrame(toNullable(toDateTime64(at, 3, 'UTC')), 1, NULL) OVER (PARTITION BY incident, person ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before,
               before IS NULL OR dateDiff('millisecond', assumeNotNull(before), toDateTime64(at, 3, 'UTC')) > 1200000 AS starts
        FROM next_incident_activity WHERE contributing))
SELECT incident, person, min(at) AS since, max(at) + INTERVAL 10 MINUTE AS until FROM blocks GROUP BY incident, person, block

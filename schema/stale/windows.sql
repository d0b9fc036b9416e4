-- The months (YYYYMM) in which an incident's response window lies that is another now, or in which it lay: what is done there may belong to
-- another incident. Nothing is an incident's outside of its window.
WITH changed AS (
    (SELECT incident, started_at, window_start, window_end FROM incident_window EXCEPT SELECT incident, started_at, window_start, window_end FROM next_incident_window)
    UNION ALL
    (SELECT incident, started_at, window_start, window_end FROM next_incident_window EXCEPT SELECT incident, started_at, window_start, window_end FROM incident_window))
SELECT arraySort(groupUniqArrayArray(arrayMap(n -> toUInt32(intDiv(n, 12) * 100 + n % 12 + 1),
           range(toUInt32(toYear(window_start) * 12 + toMonth(window_start) - 1), toUInt32(toYear(window_end) * 12 + toMonth(window_end)))))) AS months
FROM changed

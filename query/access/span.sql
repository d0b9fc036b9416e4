-- The first and the last month with data, as first days; 1970-01-01 where there is none.
SELECT toDate(min(m)) AS first, toDate(max(m)) AS last FROM (
    SELECT toDate(toStartOfMonth(started_at)) AS m FROM incident_facts
    UNION ALL SELECT makeDate(toUInt16(intDiv(month, 100)), toUInt8(month % 100), 1) FROM coverage
    UNION ALL SELECT toDate(toStartOfMonth(held_at)) FROM review_facts)

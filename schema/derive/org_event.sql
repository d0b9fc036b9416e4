-- The organization's calendar; an event without an end is a day.
SELECT native_id, source, name, category, start, ifNull(end, start) AS end, scope FROM org_events FINAL

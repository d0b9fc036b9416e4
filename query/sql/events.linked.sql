-- events.sql of what belongs to incidents.
SELECT toUInt32(hour) AS begins, source, kind, account, container, person, count
FROM incident_hourly
-- include chatter_hours
-- include chatter_linked
-- include chatter_functions
-- include events_cell
ORDER BY hour DESC LIMIT 500 WITH TIES

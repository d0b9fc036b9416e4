-- What is behind a cell of the heat map or a day of the calendar? Unit: actions, newest first, at most 500. Time and exclusions: chatter's.
-- For speed this asks hours for when and where: the newest 500 rows of the cell hold at least 500 actions. Of raw activity, events.actions.sql reads those hours alone.
SELECT toUInt32(hour) AS begins, source, kind, account, container, person, count
FROM activity_hourly
-- include chatter_hours
-- include chatter_functions
-- include events_cell
ORDER BY hour DESC LIMIT 500 WITH TIES

-- Who is behind the cells of the rest of the range of what belongs to incidents.
SELECT
'' AS grp,
toUInt32(toDate(
-- include chatter_clock
))
AS at,
-- include chatter_crowd
FROM incident_hourly WHERE
-- include chatter_linked
-- include chatter_hours
-- include chatter_functions
-- include chatter_rest
GROUP BY grp, at

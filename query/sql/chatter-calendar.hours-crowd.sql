-- Who is behind the cells of the rest of the range.
SELECT
'' AS grp,
toUInt32(toDate(
-- include chatter_clock
))
AS at,
-- include chatter_crowd
FROM activity_hourly WHERE
-- include chatter_hours
-- include chatter_functions
-- include chatter_rest
GROUP BY grp, at

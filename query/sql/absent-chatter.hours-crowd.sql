-- Who is behind the slots of the rest of the range.
SELECT '' AS grp,
-- include chatter_slot
AS at,
-- include chatter_crowd
FROM activity_hourly WHERE
-- include chatter_hours
-- include absent_actions
GROUP BY at

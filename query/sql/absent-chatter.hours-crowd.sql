-- Who is behind the slots of the rest of the range.
SELECT '' AS grp,
  -- include chatter_crowd
  -- include chatter_slot
FROM activity_hourly
-- include chatter_hours
-- include absent_actions
GROUP BY at

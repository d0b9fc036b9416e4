-- Who is behind the cells of the rest of the range.
SELECT
  -- include chatter_crowd
  -- include chatter_day
FROM activity_hourly
-- include chatter_hours
-- include chatter_functions
-- include chatter_rest
GROUP BY grp, at

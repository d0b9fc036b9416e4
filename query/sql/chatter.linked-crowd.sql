-- Who is behind the cells of the rest of the range of what belongs to incidents.
SELECT
  -- include chatter_crowd
  -- include chatter_cell
FROM incident_hourly
-- include chatter_hours
-- include chatter_linked
-- include chatter_functions
-- include chatter_rest
GROUP BY grp, at

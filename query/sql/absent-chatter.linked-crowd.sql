-- Who is behind the slots of the rest of the range of what belongs to incidents.
SELECT '' AS grp,
  -- include chatter_crowd
  -- include chatter_slot
FROM incident_hourly
-- include chatter_hours
-- include chatter_linked
-- include absent_actions
GROUP BY at

-- Who is behind the slots of the rest of the range of what belongs to incidents.
SELECT '' AS grp,
-- include chatter_slot
AS at,
-- include chatter_crowd
FROM incident_hourly WHERE
-- include chatter_linked
-- include chatter_hours
-- include absent_actions
GROUP BY at

-- Which incidents were there, and who was in them? Unit: incidents. Time: an incident lies where it started. Excludes announced maintenance and
-- incidents whose start nobody knows. What is told of their responders comes with the facts of all incidents' signals, in Go.
SELECT incident FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
  AND ({incident:String} = '' OR incident = {incident:String})

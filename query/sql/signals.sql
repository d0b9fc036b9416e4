-- What was unusual about an incident? Unit: incidents. Time: an incident lies where it started. Filters choose what is listed, never the
-- history behind it: signals are concluded in Go from the facts of all incidents, and put into words there, once for a state of the data.
SELECT incident FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons
  AND ({incident:String} = '' OR incident = {incident:String})

-- Which causes that should not be able to start an incident keep doing so? Unit: incidents, one row each; the words of trivial_triggers are
-- looked for in Go, in what is known of all incidents. Time: an incident lies where it started.
SELECT incident FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons

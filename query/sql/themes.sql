-- What are our incidents about? Unit: incidents, one row each; themes and periods (of the organization's zone) are made in Go of what is
-- known of all incidents, where the rules for incidents without a theme are. Time: an incident lies where it started.
SELECT incident FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_responders
  -- include of_incidents
  -- include with_persons

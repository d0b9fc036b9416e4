-- coordination.hours of incidents that are chosen by their responders.
-- include coordination_hours
      AND incident IN (
        SELECT incident FROM incident_facts
        WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
          -- include of_responders
          -- include with_persons
      )
    GROUP BY begins, person)
GROUP BY begins

-- service-people of incidents that are chosen by their responders.
-- include service_people
  AND incident IN (
    SELECT incident FROM incident_facts
    WHERE started_at >= starts AND started_at < ends
      -- include of_responders
  )
GROUP BY service, person ORDER BY service, person

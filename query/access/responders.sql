-- The number of people who responded to each incident.
SELECT incident, toUInt64(responders) AS people FROM incident_facts

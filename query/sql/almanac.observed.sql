SELECT toString(incident_facts.source) AS source, min(started_at) AS first, max(started_at) AS last FROM incident_facts GROUP BY source

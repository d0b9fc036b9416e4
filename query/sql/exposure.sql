-- The incidents that tenure and vesting are about, in order.
SELECT cityHash64(incident) AS id, toUnixTimestamp64Milli(started_at) AS started FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
    -- include of_incidents
ORDER BY started_at, incident

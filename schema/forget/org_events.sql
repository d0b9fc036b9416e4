SELECT * REPLACE (clear(name) AS name) FROM org_events

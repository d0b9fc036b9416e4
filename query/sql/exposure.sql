-- The incidents that tenure and vesting are about, in order.
SELECT cityHash64(incident) AS id, toUnixTimestamp64Milli(started_at) AS started FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
    AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
ORDER BY started_at, incident

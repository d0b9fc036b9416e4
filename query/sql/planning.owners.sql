-- The incidents of the 12 months by owning team and by service, and how many of them had a responder.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    addMonths(ends, -12) AS starts
SELECT key.1 AS kind, key.2 AS name, count() AS incidents, countIf(responders > 0) AS answered
FROM incident_facts ARRAY JOIN arrayConcat(arrayMap(o -> ('owner', o), arrayDistinct(owner_teams)), arrayMap(s -> ('service', s), arrayDistinct(services))) AS key
WHERE started_at >= starts AND started_at < ends
    AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
GROUP BY kind, name

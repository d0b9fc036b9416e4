-- Who responded to a service at least twice in the 12 months.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    addMonths(ends, -12) AS starts
SELECT service, person, count() AS times FROM participation ARRAY JOIN arrayDistinct(participation.services) AS service
WHERE started_at >= starts AND started_at < ends AND responder
    AND (empty({services:Array(String)}) OR hasAny(participation.services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
GROUP BY service, person HAVING times >= 2

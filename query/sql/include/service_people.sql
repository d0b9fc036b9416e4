WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts
SELECT service, person, count() AS incidents, intervalLengthSumArray(engaged_since, engaged_until) / 3600000 AS engaged_hours
FROM participation ARRAY JOIN arrayDistinct(participation.services) AS service
WHERE notEmpty(engaged_since) AND started_at >= starts AND started_at < ends
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)}) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})

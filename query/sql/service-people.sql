-- Who has worked on the incidents of which service? Unit: engaged time per person and service. Time: incidents that started in the range; without
-- --from the six calendar months before --to, without --to to the end of the day of the last incident, as in dependency. An incident of two
-- services counts wholly for each, one of none for none. Per person and service the union of engaged time. A service filter chooses
-- services, the others incidents; persons choose rows. Team and function shown are as of --to: in Go, from the roster.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts
SELECT service, person, count() AS incidents, intervalLengthSumArray(engaged_since, engaged_until) / 3600000 AS engaged_hours
FROM participation ARRAY JOIN arrayDistinct(participation.services) AS service
WHERE notEmpty(engaged_since) AND started_at >= starts AND started_at < ends
  AND (empty({services:Array(String)}) OR service IN {services:Array(String)}) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY service, person ORDER BY service, person

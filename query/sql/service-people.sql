-- Who has worked on the incidents of which service? Unit: engaged time per person and service. Time: incidents that started in the range; without
-- --from the six calendar months before --to, without --to to the end of the day of the last incident, as in dependency. An incident of two
-- services counts wholly for each, one of none for none. Per person and service the union of engaged time. A service filter chooses
-- services, the others incidents; persons choose rows. Team and function shown are as of --to.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts,
    chosen AS (
        SELECT incident, arrayJoin(arrayDistinct(services)) AS service
        FROM incident_facts
        WHERE started_at >= starts AND started_at < ends
          AND (empty({services:Array(String)}) OR service IN {services:Array(String)})
          -- include of_responders
          AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}) AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}))
SELECT h.service AS service, h.person AS person, n.name AS name, a.team AS team, a.function AS function, h.incidents AS incidents, h.hours AS engaged_hours
FROM (
    SELECT c.service AS service, e.person AS person, uniqExact(e.incident) AS incidents,
           intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) / 3600000 AS hours
    FROM engaged AS e INNER JOIN chosen AS c ON c.incident = e.incident
    WHERE empty({persons:Array(String)}) OR e.person IN {persons:Array(String)}
    GROUP BY service, person) AS h
LEFT ANY JOIN person AS n ON n.person = h.person
LEFT ANY JOIN (SELECT person, team, function FROM person_at WHERE since <= ends AND ends < until) AS a ON a.person = h.person
ORDER BY service, person

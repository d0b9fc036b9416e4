-- How much of the response will soon be in the hands of people with nothing left to wait for? Unit: engaged time per person, of incidents
-- that started in the 12 months before --to (without it: to the end of the day of the last incident, on the organization's clock);
-- --from is ignored. People: those employed on that day. Per person the union of engaged time. Team and function filters are the person's
-- at the incident, the others the incident's.
WITH
    (SELECT max(started_at) FROM incident_facts) AS last_start,
    if({to_open:Bool}, toDateTime64(addDays(toStartOfDay(toTimeZone(last_start, {org_zone:String})), 1), 3, {org_zone:String}), toTimeZone({to:DateTime64(3, 'UTC')}, {org_zone:String})) AS ends,
    took AS (
        SELECT incident, person FROM participation
        WHERE responder AND incident IN (
            SELECT incident FROM incident_facts
            WHERE started_at >= addMonths(ends, -12) AND started_at < ends
              AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}))
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
          AND person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until))
SELECT toInt32(toDate32(ends)) AS day, w.minutes AS minutes, g.starts AS grant_starts, g.cliffs AS grant_cliffs, g.totals AS grant_totals, g.periods AS grant_periods, g.quantities AS grant_quantities
FROM (
    SELECT person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 60000 AS minutes
    FROM engaged WHERE (incident, person) IN took GROUP BY person) AS w
LEFT ANY JOIN (
    SELECT person, groupArray(toInt32(start)) AS starts, groupArray(cliff_months) AS cliffs, groupArray(total_months) AS totals, groupArray(period_months) AS periods,
           groupArray(quantity) AS quantities
    FROM grant_of GROUP BY person) AS g ON g.person = w.person

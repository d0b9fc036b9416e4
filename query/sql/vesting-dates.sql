-- When will people reach a cliff, and when will they have nothing left to wait for? Unit: people. Time: calendar months after --to (without
-- it: after the day following that of the last incident, on the organization's clock); --from is ignored. People: those employed on that day who
-- have a grant. Team, function and person filters are the person's on that day. Incidents do not matter here but for that day.
WITH
    (SELECT if({to_open:Bool}, toDateTime64(addDays(toStartOfDay(toTimeZone(last, {org_zone:String})), 1), 3, {org_zone:String}),
               toTimeZone({to:DateTime64(3, 'UTC')}, {org_zone:String})) FROM (SELECT max(started_at) AS last FROM incident_facts)) AS ends
SELECT toInt32(toDate32(ends)) AS day, g.starts AS grant_starts, g.cliffs AS grant_cliffs, g.totals AS grant_totals, g.periods AS grant_periods, g.quantities AS grant_quantities
FROM (
    SELECT person, groupArray(toInt32(start)) AS starts, groupArray(cliff_months) AS cliffs, groupArray(total_months) AS totals, groupArray(period_months) AS periods,
           groupArray(quantity) AS quantities
    FROM grant_of GROUP BY person) AS g
WHERE g.person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until)
  AND g.person IN (
    SELECT person FROM person_at
    WHERE since <= ends AND ends < until AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
      AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
ORDER BY g.person

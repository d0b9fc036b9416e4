-- When will people reach a cliff, and when will they have nothing left to wait for? Unit: people. Time: calendar months after --to (without
-- it: after the day following that of the last incident, on the organization's clock); --from is ignored. People: those employed on that day who
-- have a grant. Team, function and person filters are the person's on that day. Incidents do not matter here but for that day.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends
SELECT toInt32(toDate32(ends)) AS day, g.person AS person
FROM (SELECT DISTINCT person FROM grant_of) AS g
WHERE g.person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until)
  AND g.person IN (
    SELECT person FROM person_at
    WHERE since <= ends AND ends < until
      -- include of_person
      AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
ORDER BY g.person

-- How much of the response will soon be in the hands of people with nothing left to wait for? Unit: engaged time per person, of incidents
-- that started in the 12 months before --to (without it: to the end of the day of the last incident, on the organization's clock);
-- --from is ignored. People: those employed on that day. Per person the union of engaged time. Team and function filters are the person's
-- at the incident, the others the incident's.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends
SELECT toInt32(toDate32(ends)) AS day, person, intervalLengthSumArray(engaged_since, engaged_until) / 60000 AS minutes
FROM participation
WHERE responder AND notEmpty(engaged_since) AND started_at >= addMonths(ends, -12) AND started_at < ends
  -- include of_incidents
  -- include of_person
  AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
  AND person IN (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until)
GROUP BY person

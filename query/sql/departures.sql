-- Who left, and what rested on them? Unit: people, one per row. Time: the last day employed lies in the range, on the organization's calendar;
-- whoever was listed again later has not left. Team and function: the newest known; these and person filters are theirs. What they were in, and
-- what rested on them, is of the 12 months to that day. Here is everybody who left, ever; departures.go chooses.
SELECT e.person AS person, n.name AS name, toString(t.team) AS team, toString(t.function) AS function, addDays(e.until, -1) AS last_day,
       toDateTime64(toString(addMonths(e.until, -12)), 3, {org_zone:String}) AS starts, toDateTime64(toString(e.until), 3, {org_zone:String}) AS ends
FROM (SELECT person, max(employment.until) AS until FROM employment GROUP BY person HAVING until < toDate32('2299-01-01')) AS e
LEFT ANY JOIN (SELECT person, argMax(team, since) AS team, argMax(function, since) AS function FROM person_at GROUP BY person) AS t ON t.person = e.person
LEFT ANY JOIN person AS n ON n.person = e.person
ORDER BY last_day, person

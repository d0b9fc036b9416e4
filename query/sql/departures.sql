-- Who left, and what rested on them? Unit: people, one per row. Time: the last day employed lies in the range, on the organization's calendar;
-- whoever was listed again later has not left. Team: the newest known. Team, function and person filters are theirs. What they were in, and
-- what rested on them, is of the 12 months to that day: departures.go.
SELECT e.person AS person, n.name AS name, toString(t.team) AS team, addDays(e.until, -1) AS last_day,
       toDateTime64(toString(addMonths(e.until, -12)), 3, {org_zone:String}) AS starts, toDateTime64(toString(e.until), 3, {org_zone:String}) AS ends
FROM (SELECT person, max(employment.until) AS until FROM employment GROUP BY person HAVING until < toDate32('2299-01-01')) AS e
LEFT ANY JOIN (SELECT person, argMax(team, since) AS team, argMax(function, since) AS function FROM person_at GROUP BY person) AS t ON t.person = e.person
LEFT ANY JOIN person AS n ON n.person = e.person
WHERE toDateTime64(toString(last_day), 3, {org_zone:String}) >= {from:DateTime64(3, 'UTC')} AND toDateTime64(toString(last_day), 3, {org_zone:String}) < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR toString(t.function) IN {functions:Array(String)})
  AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
ORDER BY last_day, person

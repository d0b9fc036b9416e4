-- The pages among activity_hourly, of people, in one place: few rows, which would otherwise be read from every month.
SELECT hour, local_hour, org_hour, person, team, function, source, count FROM next_activity_hourly WHERE toYYYYMM(hour) IN {months:Array(UInt32)} AND kind = 'page' AND person != ''

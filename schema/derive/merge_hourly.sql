-- Merged pull requests of people by hour, and by hour of the organization's clock.
SELECT hour, org_hour, sum(h.count) AS count FROM next_activity_hourly AS h WHERE toYYYYMM(hour) IN {months:Array(UInt32)} AND kind = 'pr_merged' GROUP BY hour, org_hour

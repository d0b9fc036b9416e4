-- Merged pull requests of people by hour of the organization's clock.
SELECT org_hour, sum(h.count) AS count FROM next_activity_hourly AS h WHERE kind = 'pr_merged' GROUP BY org_hour

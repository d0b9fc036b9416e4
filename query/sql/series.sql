-- How did work and traffic run? Unit: merged pull requests and the series' own, by day. Time: days of the organization's zone (of UTC for loaded
-- series). Bots' merges are not counted. Only the range restricts: series are the whole organization's.
SELECT 'merge' AS what, '' AS name, toInt32(toDate32(org_hour)) AS day, toFloat64(sum(count)) AS value
FROM merge_hourly
WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
GROUP BY toDate32(org_hour)
UNION ALL
SELECT 'series', toString(name), toInt32(day), value
FROM series_daily WHERE day >= toDate32({from_wall:DateTime('UTC')}) AND day < toDate32({to_wall:DateTime('UTC')})

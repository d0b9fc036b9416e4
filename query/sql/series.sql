-- How did work and traffic run? Unit: merged pull requests and the series' own. Time: hours of the organization's wall clock for merges, days (of
-- UTC) for loaded series, in seconds since 1970. Bots' merges are not counted. Everything there is: a range restricts in Go (almanac.go), where other
-- metrics compare it, too. Series are the whole organization's.
SELECT 'merge' AS what, '' AS name, toInt64(toUnixTimestamp(org_hour)) AS at, toFloat64(sum(count)) AS value FROM merge_hourly GROUP BY at
UNION ALL
SELECT 'series', toString(name), toInt64(toInt32(day)) * 86400, value FROM series_daily

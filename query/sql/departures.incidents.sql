-- The incidents of the earliest to the latest departure's 12 months in order, with who responded. Severity, source and service filters
-- are theirs.
SELECT any(participation.started_at) AS started_at, formatRow('RowBinary', arrayDistinct(any(participation.services))) AS services, formatRow('RowBinary', groupArray(person)) AS people
FROM participation
WHERE responder AND participation.started_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND participation.started_at < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
    AND (empty({services:Array(String)}) OR hasAny(participation.services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
GROUP BY incident
ORDER BY started_at

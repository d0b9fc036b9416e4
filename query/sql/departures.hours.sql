-- The engaged hours of those who left, no minute twice, in the incidents of each one's 12 months.
SELECT person, intervalLengthSumArray(engaged_since, engaged_until) / 3600000 AS hours
FROM participation
WHERE responder AND person IN {gone:Array(String)}
    AND toUnixTimestamp64Milli(started_at) >= transform(person, {gone:Array(String)}, {starts:Array(Int64)}, toInt64(0)) AND toUnixTimestamp64Milli(started_at) < transform(person, {gone:Array(String)}, {ends:Array(Int64)}, toInt64(0))
    AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
GROUP BY person

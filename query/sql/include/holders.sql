-- Who held what, per group and person, from participation alone.
SELECT name, person, countIf(started_at >= starts) AS responses, countIf(started_at >= addMonths(ends, -12)) AS recent,
  toUInt64(intervalLengthSumArrayIf(engaged_since, engaged_until, started_at >= starts)) AS milliseconds
FROM participation ARRAY JOIN arrayDistinct(multiIf({by:String} = 'team', owner_teams, {by:String} = 'service', services, ['org'])) AS name
WHERE responder AND started_at >= if({by:String} = 'service', least(starts, addMonths(ends, -12)), starts) AND started_at < ends
  AND (empty({teams:Array(String)}) OR {by:String} != 'team' OR name IN {teams:Array(String)})
  AND (empty({services:Array(String)}) OR if({by:String} = 'service', name IN {services:Array(String)}, hasAny(services, {services:Array(String)})))
  AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}) AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})

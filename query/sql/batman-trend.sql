-- Is one person ever less often the rescue? Unit: share of incidents. Time: the period of the incident's start, of a hero reaction its own, on the
-- organization's clock. Of the incidents with a responder (of the filtered teams and functions), those that the person with most of them responded
-- to; ties by the person's id. Periods without such incidents are not listed. Team, function and person filters are the responder's, the others the incident's.
-- Incidents are counted by hash; a period is numbered since the year 0. Hero reactions come beside (batman-trend.praise.sql).
SELECT period, uniqExactArray(ids) AS answered, count() AS people, maxIf(n, asked) AS most, argMinIf(person, (-toInt64(n), person), asked) AS most_person
FROM (
    SELECT toInt32(intDiv(toYear(toTimeZone(started_at, {org_zone:String})) * 12 + toMonth(toTimeZone(started_at, {org_zone:String})) - 1, if({by:String} = 'month', 1, 3))) AS period,
           person, count() AS n, groupArray(cityHash64(incident)) AS ids, empty({persons:Array(String)}) OR person IN {persons:Array(String)} AS asked
    FROM participation
    WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
      AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
    GROUP BY period, person)
GROUP BY period ORDER BY period

WITH toTimeZone(started_at, {org_zone:String}) AS start
SELECT begins, countIf(worked) AS people, sum(awake) / 3600000 AS hours, sum(asleep) / 3600000 AS sleep_hours
FROM (
    SELECT if({by:String} = 'month', toStartOfMonth(start), toStartOfQuarter(start)) AS begins, person, max(notEmpty(engaged_since)) AS worked,
           intervalLengthSumArray(engaged_since, engaged_until) AS awake, intervalLengthSumArray(asleep_since, asleep_until) AS asleep
    FROM participation
    WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      -- include of_incidents

-- on-call-trend.pages, of those linked to incidents of the services and severities.
-- include pages_asleep
SELECT toInt32(intDiv(toYear(org_hour) * 12 + toMonth(org_hour) - 1, if({by:String} = 'month', 1, 3))) AS period, uniqExact(cityHash64(person)) AS people,
  sumIf(count, asleep) AS sleep, sum(count) AS pages
FROM incident_hourly
-- include pages_asked
-- include pages_linked
GROUP BY period

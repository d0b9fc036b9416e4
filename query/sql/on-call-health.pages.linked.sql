-- on-call-health.pages, of those linked to incidents of the services and severities.
-- include pages_asleep
SELECT toString(person) AS who, sum(count) AS pages, sumIf(count, asleep) AS sleep,
  sumIf(count, NOT asleep AND toDayOfWeek(local_hour) <= 5 AND minute_of_day >= {business_from:UInt32} AND minute_of_day < {business_to:UInt32}) AS business
FROM incident_hourly
-- include pages_asked
-- include pages_linked
GROUP BY person

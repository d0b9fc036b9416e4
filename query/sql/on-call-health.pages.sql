-- Somebody's pages, by hour band.
-- include pages_asleep
SELECT toString(person) AS who, sum(count) AS pages, sumIf(count, asleep) AS sleep,
  sumIf(count, NOT asleep AND toDayOfWeek(local_hour) <= 5 AND minute_of_day >= {business_from:UInt32} AND minute_of_day < {business_to:UInt32}) AS business
FROM page_hourly
-- include pages_asked
GROUP BY person

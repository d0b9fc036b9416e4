-- Named series by day: the sum of the day's points.
SELECT name, toDate32(at) AS day, arraySum(arraySort(groupArray(s.value))) AS value FROM series AS s FINAL GROUP BY name, day

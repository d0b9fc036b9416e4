-- Named series by day: the sum of the day's points.
SELECT name, toDate32(at) AS day, sum(value) AS value FROM series FINAL GROUP BY name, day

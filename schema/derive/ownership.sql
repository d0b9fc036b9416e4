-- Who owned a service when: [since, until), and who before.
SELECT service, team, since, leadInFrame(since, 1, toDate32('2299-12-31')) OVER w AS until, lagInFrame(team, 1, '') OVER w AS previously
FROM service_ownership FINAL
WINDOW w AS (PARTITION BY service ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)

-- Who owned a service when: [since, until), and who before. Dated lists that repeat an owner are no change of hands.
WITH changes AS (
    SELECT service, team, since, lagInFrame(toString(team), 1, '') OVER (PARTITION BY service ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS previously
    FROM service_ownership FINAL)
SELECT service, team, since, leadInFrame(since, 1, toDate32('2299-12-31')) OVER (PARTITION BY service ORDER BY since ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS until, previously
FROM changes WHERE team != previously

-- Employed [since, until): from the start date to the end date; without an end date, until the first snapshot that omits the person
-- and lists at least 80% as many people as the one before (a department's roster dismisses nobody). Listed again later: employed again.
WITH
    snapshot AS (
        SELECT as_of, n, n >= 0.8 * lagInFrame(n, 1, 0) OVER (ORDER BY as_of ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS whole
        FROM (SELECT as_of, uniqExact(lower(email)) AS n FROM people_history FINAL GROUP BY as_of)),
    listed AS (SELECT lower(email) AS person, as_of, start_date, end_date FROM people_history FINAL),
    whole AS (SELECT groupArray(as_of) AS days FROM (SELECT as_of FROM snapshot WHERE whole ORDER BY as_of)),
    each AS (
        SELECT person, arraySort(groupArray(as_of)) AS at, argMaxIf(start_date, as_of, start_date IS NOT NULL) AS start_date,
               argMax(end_date, as_of) AS end_date
        FROM listed GROUP BY person),
    omitted AS ( -- snapshots after the first listing that count and do not list the person
        SELECT person, at, start_date, end_date, arrayFilter(d -> d > at[1] AND NOT has(at, d), (SELECT days FROM whole)) AS gone FROM each),
    spans AS (
        SELECT person, start_date, end_date, at,
               arrayJoin(arrayFilter((d, i) -> i = 1 OR arrayExists(g -> g < d AND g > at[i - 1], gone), at, arrayEnumerate(at))) AS listed_from,
               arrayFirst(g -> g > listed_from, gone) AS gone_at, arrayExists(g -> g > listed_from, gone) AS is_gone
        FROM omitted)
SELECT person,
       if(listed_from = at[1], ifNull(start_date, toDate32('1900-01-01')), listed_from) AS since,
       multiIf(end_date IS NOT NULL AND listed_from = maxIfListed, addDays(assumeNotNull(end_date), 1), is_gone, gone_at, toDate32('2299-12-31')) AS until
FROM (SELECT *, max(listed_from) OVER (PARTITION BY person) AS maxIfListed FROM spans)
WHERE since < until

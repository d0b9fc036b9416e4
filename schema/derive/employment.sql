-- Employed [since, until): from the start date (always, where nobody knows it) to the end date of the newest listing; without an end
-- date, until the first snapshot that omits the person and lists at least 80% as many people as the one before (a department's roster
-- dismisses nobody). Listed again later: employed again, from that listing.
WITH
    snapshot AS (
        SELECT as_of, n >= 0.8 * lagInFrame(n, 1, 0) OVER (ORDER BY as_of ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS whole
        FROM (SELECT as_of, uniqExact(lower(email)) AS n FROM people_history FINAL GROUP BY as_of)),
    listed AS (
        SELECT lower(email) AS person, as_of, argMax((start_date, end_date), (ver, email)) AS dates FROM people_history FINAL GROUP BY person, as_of),
    whole AS (SELECT arraySort(groupArray(as_of)) AS days FROM snapshot WHERE whole),
    each AS (
        SELECT person, arraySort(groupArray((as_of, dates.2))) AS listings, arrayMap(l -> l.1, listings) AS at, arrayMap(l -> l.2, listings) AS ends,
               argMaxIf(dates.1, as_of, dates.1 IS NOT NULL) AS start_date,
               arrayFilter(d -> d > at[1] AND NOT has(at, d), (SELECT days FROM whole)) AS gone -- snapshots that count and omit the person
        FROM listed GROUP BY person),
    spans AS (
        SELECT person, start_date, at, ends, gone,
               arrayJoin(arrayFilter(i -> i = 1 OR arrayExists(g -> g > at[i - 1] AND g < at[i], gone), arrayEnumerate(at))) AS nth,
               arrayExists(g -> g > at[nth], gone) AS is_gone, arrayFirst(g -> g > at[nth], gone) AS gone_at,
               ends[if(is_gone, arrayLastIndex(d -> d < gone_at, at), length(at))] AS end_date
        FROM each)
SELECT person, if(nth = 1, ifNull(start_date, toDate32('1900-01-01')), at[nth]) AS since,
       multiIf(end_date IS NOT NULL, addDays(assumeNotNull(end_date), 1), is_gone, gone_at, toDate32('2299-12-31')) AS until
FROM spans WHERE since < until

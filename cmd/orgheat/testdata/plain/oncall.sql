-- Page /oncall: whom do pages wake? Pages by person and hour band of their own zone (the newest roster's; no DST), several within a minute counted once.
WITH
    who AS (SELECT source, account, native_id, lower(email) AS person FROM identities FINAL WHERE email != ''),
    roster AS (SELECT lower(email) AS person, argMax(zone, as_of) AS zone FROM people_history FINAL GROUP BY person)
SELECT w.person AS person, count() AS pages, countIf(toHour(local) >= 22 OR toHour(local) < 8) AS asleep
FROM (
    SELECT a.source AS source, a.account AS account, a.actor AS actor, w.person AS person, a.at + toIntervalSecond(multiIf(r.zone = 'America/Los_Angeles', -28800, r.zone = 'America/New_York', -18000,
               r.zone = 'Europe/Berlin', 3600, r.zone = 'Asia/Kolkata', 19800, r.zone = 'Australia/Sydney', 36000, 0)) AS local
    FROM (SELECT source, account, actor, thread, min(activity.at) AS at FROM activity FINAL WHERE kind = 'page' GROUP BY source, account, actor, thread, toStartOfMinute(activity.at)) AS a
    INNER JOIN who AS w ON w.source = a.source AND w.account = a.account AND w.native_id = a.actor
    LEFT JOIN roster AS r ON r.person = w.person) AS w
GROUP BY person ORDER BY asleep DESC, pages DESC
SETTINGS do_not_merge_across_partitions_select_final = 1

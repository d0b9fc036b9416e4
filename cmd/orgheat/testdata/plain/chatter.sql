-- Page /chatter: when does each function talk, in each person's own time? Without derived tables: who wrote it, what was their function then, what is
-- their clock. (No DST by person, no bots' pages, no repeated pages: still simpler than what the page says.)
WITH
    who AS (
        SELECT source, account, native_id, lower(email) AS person FROM identities FINAL WHERE email != '' AND NOT is_bot),
    roster AS (
        SELECT lower(email) AS person, as_of, function, zone FROM people_history FINAL)
SELECT toDayOfWeek(local) AS weekday, toHour(local) AS hour, function, count() AS n
FROM (
    SELECT a.at + toIntervalSecond(multiIf(r.zone = 'America/Los_Angeles', -28800, r.zone = 'America/New_York', -18000, r.zone = 'Europe/Berlin', 3600,
               r.zone = 'Asia/Kolkata', 19800, r.zone = 'Australia/Sydney', 36000, 0)) AS local, r.function AS function
    FROM (
        SELECT at, toDate32(at) AS day, source, account, actor FROM activity FINAL
        WHERE NOT is_bot AND kind IN ('message', 'reply', 'file', 'note', 'call_spoke', 'ack', 'resolve', 'pr_opened', 'pr_merged', 'review', 'pr_comment', 'ticket_created', 'ticket_changed', 'ticket_comment')) AS a
    INNER JOIN who AS w ON w.source = a.source AND w.account = a.account AND w.native_id = a.actor
    ASOF INNER JOIN roster AS r ON r.person = w.person AND r.as_of <= a.day)
GROUP BY weekday, hour, function ORDER BY weekday, hour, function
SETTINGS do_not_merge_across_partitions_select_final = 1

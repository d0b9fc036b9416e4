-- Team, function and zone as they were: the newest roster snapshot not after the instant, before the first one the first.
-- Zone: roster, else Slack, else PagerDuty, else any other source, else the organization's. Snapshots begin at midnight UTC.
WITH
    zone_of AS (
        SELECT p.person AS person, argMin(i.zone, (multiIf(i.source = 'slack', 0, i.source = 'pagerduty', 1, 2), i.source, i.native_id, i.account)) AS zone
        FROM identities AS i FINAL
        INNER JOIN next_person_of AS p ON p.source = i.source AND p.account = i.account AND p.native_id = i.native_id
        WHERE i.zone != '' AND p.person != '' AND i.source != 'roster' GROUP BY p.person),
    listings AS (
        SELECT lower(email) AS person, as_of, argMax((team, function, lower(manager), title, level, location, zone), (ver, email)) AS line
        FROM people_history FINAL GROUP BY person, as_of),
    snapshots AS (
        SELECT person, as_of, line, row_number() OVER w AS nth, leadInFrame(as_of, 1, toDate32('2100-01-01')) OVER w AS next_as_of
        FROM listings
        WINDOW w AS (PARTITION BY person ORDER BY as_of ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
SELECT n.person AS person, if(s.nth <= 1, toDateTime('1970-01-01 00:00:00', 'UTC'), toDateTime(toString(s.as_of), 'UTC')) AS since,
       if(s.nth = 0, toDateTime('2100-01-01 00:00:00', 'UTC'), toDateTime(toString(least(s.next_as_of, toDate32('2100-01-01'))), 'UTC')) AS until,
       s.line.1 AS team, s.line.2 AS function, s.line.3 AS manager, s.line.4 AS title, s.line.5 AS level, s.line.6 AS location,
       multiIf(s.line.7 != '', toString(s.line.7), z.zone != '', toString(z.zone), {org_zone:String}) AS zone
FROM next_person AS n
LEFT JOIN snapshots AS s ON s.person = n.person
LEFT ANY JOIN zone_of AS z ON z.person = n.person

-- Team, function and zone as they were: the newest roster snapshot not after the instant, before the first one the first.
-- Zone: roster, else Slack, else PagerDuty, else any other source, else the organization's.
WITH
    zone_of AS (
        SELECT p.person AS person, argMin(i.zone, (indexOf(['pagerduty', 'slack'], toString(i.source)) = 0 ? 2 : (i.source = 'slack' ? 0 : 1), i.source, i.native_id)) AS zone
        FROM identities AS i FINAL
        INNER JOIN next_person_of AS p ON p.source = i.source AND p.account = i.account AND p.native_id = i.native_id
        WHERE i.zone != '' AND p.person != '' AND i.source != 'roster' GROUP BY p.person),
    snapshots AS (
        SELECT lower(email) AS person, as_of, team, function, lower(manager) AS manager, title, level, location, zone,
               row_number() OVER w AS nth, leadInFrame(as_of, 1, toDate32('2100-01-01')) OVER w AS next_as_of
        FROM people_history FINAL
        WINDOW w AS (PARTITION BY lower(email) ORDER BY as_of ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
SELECT n.person AS person, if(s.nth <= 1, toDateTime('1970-01-01 00:00:00', 'UTC'), toDateTime(toString(s.as_of), 'UTC')) AS since,
       if(s.nth = 0, toDateTime('2100-01-01 00:00:00', 'UTC'), toDateTime(toString(least(s.next_as_of, toDate32('2100-01-01'))), 'UTC')) AS until,
       s.team AS team, s.function AS function, s.manager AS manager, s.title AS title, s.level AS level, s.location AS location,
       multiIf(s.zone != '', toString(s.zone), z.zone != '', toString(z.zone), {org_zone:String}) AS zone
FROM next_person AS n
LEFT JOIN snapshots AS s ON s.person = n.person
LEFT ANY JOIN zone_of AS z ON z.person = n.person

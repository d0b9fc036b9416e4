-- What people did in the sleep band of their own clock: contributed or were paged, for an incident (inside its window) or for an alert,
-- which may belong to an incident (at any time) or to none (incident '').
WITH
    done AS (
        SELECT person, at, incident FROM next_incident_activity WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND person != '' AND (contributing OR kind = 'page')
        UNION DISTINCT
        SELECT person, at, incident FROM next_linked
        WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND NOT shared AND person != '' AND (kind = 'page' OR kind IN ('ack', 'resolve', 'note', 'escalation') AND thread != '')
        UNION DISTINCT
        SELECT p.person, a.at, '' FROM (
            SELECT at, source, account, native_id, actor FROM next_rare_activity
            WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND actor != '' AND (kind = 'page' OR kind IN ('ack', 'resolve', 'note', 'escalation') AND thread != '' AND NOT is_bot)
              AND (kind != 'page' OR (source, account, native_id, actor) NOT IN (SELECT source, account, native_id, actor FROM next_page_repeat))
              AND (source, account, native_id, kind, actor) NOT IN (
                  SELECT source, account, native_id, kind, actor FROM next_linked
                  WHERE toYYYYMM(at) IN {months:Array(UInt32)} AND NOT shared AND kind IN ('page', 'ack', 'resolve', 'note', 'escalation'))) AS a
        INNER JOIN next_person_of AS p ON p.source = a.source AND p.account = a.account AND p.native_id = a.actor
        WHERE p.person != '')
SELECT d.person AS person, toDateTime64(d.at, 3, 'UTC') AS at, d.incident AS incident
FROM (SELECT *, toDateTime(at, 'UTC') AS second FROM done) AS d
ASOF LEFT JOIN next_person_clock AS c ON c.person = d.person AND c.since <= d.second
WHERE if({sleep_from:UInt32} < {sleep_to:UInt32},
         toHour(d.second + c.offset) * 60 + toMinute(d.second + c.offset) >= {sleep_from:UInt32} AND toHour(d.second + c.offset) * 60 + toMinute(d.second + c.offset) < {sleep_to:UInt32},
         toHour(d.second + c.offset) * 60 + toMinute(d.second + c.offset) >= {sleep_from:UInt32} OR toHour(d.second + c.offset) * 60 + toMinute(d.second + c.offset) < {sleep_to:UInt32})

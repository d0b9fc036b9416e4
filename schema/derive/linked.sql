-- Activity that may belong to an incident, before any window: it happens in one of its channels, belongs to one of its alerts, or
-- carries its id. One row per activity and incident; shared: one more row, with incident '', for what happens in a channel
-- that several incidents name: windows decide to which of them it goes. What automation did
-- under a person's account is nobody's; a page, whoever sent it, is the paged person's.
WITH
    refs AS (
        SELECT word, groupUniqArray(incident) AS incidents FROM (
            SELECT incident, arrayJoin(arrayDistinct([upper(incident), upper(native_id), upper(concat(source, ':', native_id))])) AS word FROM next_incident_base)
        GROUP BY word),
    alerts AS (SELECT id, groupUniqArray(incident) AS incidents FROM (SELECT incident, arrayJoin(alerts) AS id FROM next_incident_base) WHERE id != '' GROUP BY id),
    found AS (
        SELECT a.at AS at, a.source AS source, a.account AS account, a.native_id AS native_id, a.kind AS kind, a.actor AS actor, a.emoji AS emoji,
               a.container AS container, a.thread AS thread, a.is_bot AS is_bot, a.alert AS alert, a.ref AS ref, r.incidents AS by_ref, t.incidents AS by_alert, c.incidents AS by_channel, c.shared AS shared_channel
        FROM (
            SELECT at, source, account, native_id, kind, actor, emoji, container, thread, is_bot,
                   if(kind IN ('alert', 'page', 'ack', 'resolve', 'note', 'escalation', 'status_update'), thread, '') AS alert,
                   arrayJoin(if(empty(incident_ref), [''], incident_ref)) AS ref
            FROM activity FINAL
            WHERE toYYYYMM(at) IN {months:Array(UInt32)}
              AND (kind != 'page' OR (source, account, native_id, actor) NOT IN next_page_repeat)
              AND (notEmpty(incident_ref) OR (source, account, container) IN (SELECT source, account, container FROM next_incident_channel)
                   OR (thread != '' AND thread IN (SELECT id FROM alerts)))
        ) AS a
        LEFT ANY JOIN refs AS r ON r.word = upper(a.ref)
        LEFT ANY JOIN alerts AS t ON t.id = a.alert
        LEFT ANY JOIN (SELECT source, account, container, if(shared, [], incidents) AS incidents, shared FROM next_incident_channel) AS c
            ON c.source = a.source AND c.account = a.account AND c.container = a.container)
SELECT f.at AS at, link.1 AS incident, link.2 AS shared, f.source AS source, f.account AS account, f.native_id AS native_id,
       f.kind AS kind, f.actor AS actor, f.emoji AS emoji, any(f.container) AS container, any(f.thread) AS thread,
       any(if(f.is_bot AND f.kind NOT IN ('alert', 'page'), '', p.person)) AS person, any(f.is_bot) AS is_bot
FROM (
    SELECT *, arrayJoin(arrayConcat(arrayMap(i -> (i, false), if(ref != '', by_ref, [])), arrayMap(i -> (i, false), if(alert != '', by_alert, [])),
                                    if(shared_channel, [('', true)], arrayMap(i -> (i, false), by_channel)))) AS link FROM found
) AS f
LEFT ANY JOIN next_person_of AS p ON p.source = f.source AND p.account = f.account AND p.native_id = f.actor
GROUP BY f.at, link.1, link.2, f.source, f.account, f.native_id, f.kind, f.actor, f.emoji

-- Hero emoji that somebody else put on a person's message or join message. A reaction has the time of its message. arrived_in: the channel's
-- incidents in which the person had arrived within 10 min of it, before or after: the earlier of their first message and their join there.
WITH
    praise AS (
        SELECT a.at AS at, t.person AS person, b.person AS by, a.emoji AS emoji, a.source AS source, a.container AS container
        FROM (SELECT * FROM next_rare_activity WHERE kind = 'reaction' AND NOT is_bot AND target_actor != '') AS a
        INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS t ON t.source = a.source AND t.account = a.account AND t.native_id = a.target_actor
        INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS b ON b.source = a.source AND b.account = a.account AND b.native_id = a.actor
        WHERE t.person != b.person),
    arrived AS ( -- compared with praise of the same twenty minutes, those before and those after
        SELECT t.incident AS incident, t.person AS person, arrayMin(arrayFilter(x -> x IS NOT NULL, [s.at, toDateTime64(t.joined_at, 6, 'UTC')])) AS arrived_at,
               intDiv(toUnixTimestamp64Micro(assumeNotNull(arrived_at)), 1200000000) + arrayJoin([-1, 0, 1]) AS third
        FROM next_participation AS t
        LEFT ANY JOIN (
            SELECT incident, person, toNullable(min(at)) AS at FROM next_incident_activity WHERE kind IN ('message', 'reply', 'file') GROUP BY incident, person) AS s ON s.incident = t.incident AND s.person = t.person
        WHERE s.at IS NOT NULL OR t.joined_at IS NOT NULL),
    arrivals AS (
        SELECT h.person AS person, h.at AS at, h.source AS source, h.container AS container, arraySort(groupUniqArray(r.incident)) AS incidents
        FROM (SELECT DISTINCT person, at, source, container, intDiv(toUnixTimestamp64Micro(at), 1200000000) AS third FROM praise) AS h
        INNER JOIN arrived AS r ON r.person = h.person AND r.third = h.third
        INNER JOIN (SELECT DISTINCT source, container, arrayJoin(incidents) AS incident FROM next_incident_channel) AS c
            ON c.source = h.source AND c.container = h.container AND c.incident = r.incident
        WHERE abs(dateDiff('millisecond', r.arrived_at, h.at)) <= 600000
        GROUP BY person, at, source, container)
SELECT p.at AS at, p.person AS person, p.by AS by, p.emoji AS emoji, p.source AS source, p.container AS container, r.incidents AS arrived_in
FROM praise AS p LEFT ANY JOIN arrivals AS r ON r.person = p.person AND r.at = p.at AND r.source = p.source AND r.container = p.container

-- Hero emoji that somebody else put on a person's message or join message. A reaction has the time of its message. arrived_in: the channel's
-- incidents in which the person had arrived within 10 min of it, before or after: the earlier of their first message and their join there.
WITH
    praise AS (
        SELECT a.at AS at, t.person AS person, b.person AS by, a.emoji AS emoji, a.source AS source, a.container AS container
        FROM (SELECT * FROM next_rare_activity WHERE kind = 'reaction' AND NOT is_bot AND target_actor != '') AS a
        INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS t ON t.source = a.source AND t.account = a.account AND t.native_id = a.target_actor
        INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS b ON b.source = a.source AND b.account = a.account AND b.native_id = a.actor
        WHERE t.person != b.person),
    met AS (
        SELECT h.person AS person, h.at AS at, h.source AS source, h.container AS container, arrayJoin(c.incidents) AS incident
        FROM (SELECT DISTINCT person, at, source, container FROM praise) AS h INNER JOIN next_incident_channel AS c ON c.source = h.source AND c.container = h.container),
    arrivals AS (
        SELECT m.person AS person, m.at AS at, m.source AS source, m.container AS container, arraySort(groupUniqArray(m.incident)) AS incidents
        FROM met AS m INNER JOIN next_participation AS t ON t.incident = m.incident AND t.person = m.person
        LEFT ANY JOIN (
            SELECT incident, person, toNullable(min(at)) AS at FROM next_incident_activity WHERE kind IN ('message', 'reply', 'file') GROUP BY incident, person) AS s ON s.incident = m.incident AND s.person = m.person
        WHERE abs(dateDiff('millisecond', arrayMin(arrayFilter(x -> x IS NOT NULL, [s.at, toDateTime64(t.joined_at, 6, 'UTC')])), m.at)) <= 600000
        GROUP BY person, at, source, container)
SELECT p.at AS at, p.person AS person, p.by AS by, p.emoji AS emoji, p.source AS source, p.container AS container, r.incidents AS arrived_in
FROM praise AS p LEFT ANY JOIN arrivals AS r ON r.person = p.person AND r.at = p.at AND r.source = p.source AND r.container = p.container

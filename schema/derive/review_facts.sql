-- Review meetings with people instead of identities.
WITH
    raw AS (SELECT * FROM reviews FINAL),
    named AS (
        SELECT incident, held_at, source, role, name FROM raw
        ARRAY JOIN arrayConcat([('facilitator', facilitator)], arrayMap(n -> ('attendee', n), attendees), arrayMap(n -> ('required', n), required)) AS who
        ARRAY JOIN [who.1] AS role, [who.2] AS name WHERE name != ''),
    people AS (
        SELECT n.incident AS incident, n.held_at AS held_at, groupUniqArrayIf(p.person, n.role = 'attendee') AS attendees,
               groupUniqArrayIf(p.person, n.role = 'required') AS required, minIf(p.person, n.role = 'facilitator') AS facilitator
        FROM named AS n
        INNER JOIN (SELECT source, native_id, person FROM next_person_of WHERE person != '') AS p ON p.source = n.source AND p.native_id = n.name
        GROUP BY incident, held_at)
SELECT r.incident AS incident, r.held_at AS held_at, p.facilitator AS facilitator, arraySort(p.attendees) AS attendees, arraySort(p.required) AS required,
       r.readers AS readers, r.actions_open AS actions_open, r.actions_done AS actions_done
FROM raw AS r LEFT ANY JOIN people AS p ON p.incident = r.incident AND p.held_at = r.held_at

-- Who was there: people with linked activity in the window, and members of the incident's own channel who joined by the window's end
-- (a member without a join message counts as joined; who left before the window and did not come back is no member). A channel that several incidents share counts only those who did something.
WITH
    acted AS (
        SELECT incident, person, countIf(contributing) AS contributions, countIf(kind = 'reaction') AS reactions, countIf(kind = 'page') AS pages,
               minIf(at, contributing) AS first_contribution, minIf(at, kind = 'page') AS first_page, minIf(at, kind = 'join') AS joined_at
        FROM next_incident_activity WHERE person != '' GROUP BY incident, person),
    moves AS (
        SELECT l.incident AS incident, l.person AS person, groupArrayIf(l.at, l.kind = 'join') AS joins, maxIf(l.at, l.kind = 'leave' AND l.at < w.window_start) AS left
        FROM next_linked AS l INNER JOIN next_incident_window AS w ON w.incident = l.incident
        WHERE NOT l.shared AND l.kind IN ('join', 'leave') AND l.person != '' GROUP BY incident, person),
    joins AS (SELECT incident, person, arrayMin(arrayFilter(j -> j >= left, joins)) AS at FROM moves WHERE arrayExists(j -> j >= left, joins)),
    listed AS (
        SELECT DISTINCT c.incident AS incident, p.person AS person
        FROM (SELECT source, account, container, incidents[1] AS incident FROM next_incident_channel WHERE NOT shared) AS c
        INNER JOIN (SELECT source, account, native_id, arrayJoin(members) AS member FROM containers FINAL) AS m
            ON m.source = c.source AND m.account = c.account AND m.native_id = c.container
        INNER JOIN next_person_of AS p ON p.source = m.source AND p.account = m.account AND p.native_id = m.member
        WHERE p.person != ''),
    members AS (
        SELECT m.incident AS incident, m.person AS person, m.at AS at
        FROM (
            SELECT if(l.incident != '', l.incident, j.incident) AS incident, if(l.person != '', l.person, j.person) AS person, if(j.person != '', toNullable(j.at), NULL) AS at
            FROM listed AS l FULL JOIN joins AS j ON j.incident = l.incident AND j.person = l.person) AS m
        INNER JOIN next_incident_window AS w ON w.incident = m.incident
        WHERE m.at IS NULL OR assumeNotNull(m.at) < w.window_end)
SELECT if(a.incident != '', a.incident, m.incident) AS incident, if(a.person != '', a.person, m.person) AS person, a.contributions, a.reactions, a.pages,
       if(a.contributions > 0, toNullable(a.first_contribution), NULL) AS first_contribution, if(a.pages > 0, toNullable(a.first_page), NULL) AS first_page,
       coalesce(m.at, if(toUnixTimestamp64Micro(a.joined_at) > 0, toNullable(a.joined_at), NULL)) AS joined_at
FROM acted AS a FULL JOIN members AS m ON m.incident = a.incident AND m.person = a.person

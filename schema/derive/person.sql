-- Everybody known: from a roster, an alias or an identity. name: the newest roster's, else the first source's that has one.
WITH
    known AS (
        SELECT p.person AS person, max(p.matched) AS matched, arraySort(groupUniqArray(toString(p.source))) AS sources,
               argMinIf(i.name, (indexOf(['roster', 'slack', 'pagerduty', 'jira', 'github'], toString(i.source)) = 0, i.source, i.native_id), i.name != '') AS name
        FROM next_person_of AS p
        LEFT ANY JOIN identities AS i FINAL ON i.source = p.source AND i.account = p.account AND i.native_id = p.native_id
        WHERE p.person != '' GROUP BY p.person),
    roster AS (
        SELECT lower(email) AS person, argMax(name, as_of) AS name, argMaxIf(start_date, as_of, start_date IS NOT NULL) AS start_date
        FROM people_history FINAL GROUP BY person)
SELECT if(k.person != '', k.person, r.person) AS person, multiIf(r.name != '', r.name, k.name != '', k.name, person) AS name,
       r.person != '' AS in_roster, k.matched OR r.person != '' AS matched, r.start_date AS start_date, k.sources AS sources
FROM known AS k FULL JOIN roster AS r ON r.person = k.person

-- Every name that somebody is known by, for finding names in free text.
SELECT DISTINCT name, person FROM (
    SELECT name, person FROM person
    UNION ALL
    SELECT i.name, p.person FROM identities AS i FINAL INNER JOIN person_of AS p ON p.source = i.source AND p.account = i.account AND p.native_id = i.native_id
    UNION ALL
    SELECT name, lower(email) FROM people_history FINAL)
WHERE name != '' AND person != '' AND name != person

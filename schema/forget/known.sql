-- Everything that a person is known by: their identities, roster lines and aliases, and accounts without an e-mail that bear a full name of theirs.
WITH
    {person:String} AS who,
    theirs AS (
        SELECT toString(i.source) AS source, i.account AS account, i.native_id AS native_id, i.login AS login, i.name AS name, i.email AS email
        FROM identities AS i INNER JOIN person_of AS p ON p.source = i.source AND p.account = i.account AND p.native_id = i.native_id
        WHERE p.person = who
        UNION ALL SELECT toString(source), account, native_id, login, name, email FROM identities WHERE who != '' AND lower(email) = who
        UNION ALL SELECT 'roster', '', '', '', name, email FROM people_history WHERE lower(email) = who
        UNION ALL SELECT toString(source), '', '', alias, '', '' FROM aliases WHERE lower(person) = who),
    names AS (SELECT DISTINCT lower(name) AS name FROM theirs WHERE name LIKE '% %')
SELECT DISTINCT * FROM (
    SELECT * FROM theirs
    UNION ALL SELECT toString(source), account, native_id, login, name, email FROM identities WHERE email = '' AND (lower(name) IN names OR lower(native_id) IN names))

-- identity -> person: an explicit alias (by native id or login), else the e-mail, else a provisional person of its own.
-- Bots are nobody (person ''). matched: the alias says so, or a roster knows the e-mail.
WITH
    alias_of AS (SELECT source, lower(alias) AS alias, lower(argMax(aliases.person, ver)) AS person FROM aliases FINAL GROUP BY source, alias),
    roster AS (SELECT DISTINCT lower(email) AS email FROM people_history FINAL)
SELECT i.source AS source, i.account AS account, i.native_id AS native_id,
       multiIf(i.is_bot, '', n.person != '', n.person, l.person != '', l.person, i.email != '', lower(i.email),
               i.native_id LIKE '%_@_%', lower(i.native_id), concat(i.source, ':', i.native_id)) AS person,
       i.is_bot AS is_bot,
       person != '' AND (n.person != '' OR l.person != '' OR person IN roster) AS matched
FROM identities AS i FINAL
LEFT ANY JOIN alias_of AS n ON n.source = i.source AND n.alias = lower(i.native_id)
LEFT ANY JOIN (SELECT * FROM alias_of WHERE alias != '') AS l ON l.source = i.source AND l.alias = lower(i.login)

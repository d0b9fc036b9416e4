-- Hero emoji that somebody else put on a person's message or join message. A reaction has the time of its message.
SELECT a.at AS at, t.person AS person, b.person AS by, a.emoji AS emoji, a.source AS source, a.container AS container
FROM (SELECT * FROM activity FINAL PREWHERE kind = 'reaction' AND emoji IN {hero_emoji:Array(String)} WHERE NOT is_bot AND target_actor != '') AS a
INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS t ON t.source = a.source AND t.account = a.account AND t.native_id = a.target_actor
INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS b ON b.source = a.source AND b.account = a.account AND b.native_id = a.actor
WHERE t.person != b.person

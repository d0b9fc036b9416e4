-- Activity of the kinds that are looked at over all of history, which are few: what alerting tools say, and reactions with a hero emoji. As in the
-- raw table, the newest of each key, whatever a person it is of.
SELECT at, source, account, native_id, kind, actor, target_actor, container, thread, emoji, incident_ref, is_bot
FROM activity FINAL PREWHERE kind IN ('alert', 'page', 'ack', 'resolve', 'note', 'escalation', 'status_update') OR kind = 'reaction' AND emoji IN {hero_emoji:Array(String)}
WHERE toYYYYMM(at) IN {months:Array(UInt32)}

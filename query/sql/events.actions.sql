-- The raw actions of hours and places, and some that only look like them. All but at and container are of the key, by which rows may be cut before FINAL; that
-- by itself would read all months: rows of one key lie in one month, as for the derived tables.
SELECT at, source, account, native_id, kind, actor, container, emoji, is_bot
FROM activity FINAL
PREWHERE source IN {of_sources:Array(String)} AND kind IN {of_kinds:Array(String)} AND (kind IN {of_nobody:Array(String)} OR actor IN {of_actors:Array(String)})
WHERE at >= {first:DateTime('UTC')} AND at < {last:DateTime('UTC')} + INTERVAL 1 HOUR AND toStartOfHour(toDateTime(at, 'UTC')) IN {of_hours:Array(DateTime('UTC'))}
    AND container IN {of_containers:Array(String)}
SETTINGS do_not_merge_across_partitions_select_final = 1

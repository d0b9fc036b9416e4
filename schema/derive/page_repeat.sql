-- Pages that are no page of their own: to the same person for the same alert within 60 s of the first (push, SMS and phone are one).
WITH runs AS (
    SELECT source, account, actor, thread,
           arraySort(x -> x.1, groupArray((at, native_id))) AS pages,
           arrayFold((acc, x) -> if(acc.1 IS NULL OR dateDiff('millisecond', assumeNotNull(acc.1), x.1) > 60000,
                                    (toNullable(x.1), acc.2), (acc.1, arrayPushBack(acc.2, x.2))),
                     pages, (CAST(NULL, 'Nullable(DateTime64(6, \'UTC\'))'), CAST([], 'Array(String)'))).2 AS repeats
    FROM activity FINAL WHERE kind = 'page' AND actor != ''
    GROUP BY source, account, actor, thread HAVING count() > 1)
SELECT source, account, arrayJoin(repeats) AS native_id, actor FROM runs

-- Pages that are no page of their own: to the same person for the same alert at most 60 s after the first (push, SMS and phone are one).
-- Where a page names no alert, the incidents that it refers to stand for it.
WITH runs AS (
    SELECT source, account, actor, arraySort(x -> x, groupArray((at, native_id))) AS pages,
           arrayFold((acc, x) -> if(acc.1 IS NULL OR dateDiff('microsecond', assumeNotNull(acc.1), x.1) > 60000000,
                                    (toNullable(x.1), acc.2), (acc.1, arrayPushBack(acc.2, x.2))),
                     pages, (CAST(NULL, 'Nullable(DateTime64(6, \'UTC\'))'), CAST([], 'Array(String)'))).2 AS repeats
    FROM next_rare_activity WHERE kind = 'page' AND actor != ''
    GROUP BY source, account, actor, thread, if(thread = '', incident_ref, []) HAVING count() > 1)
SELECT source, account, arrayJoin(repeats) AS native_id, actor FROM runs

-- When does the organization talk? Unit: actions. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Excludes bots, repeated pages, reactions and joins (unless asked for by kind). With services or severities: only activity linked to such
-- incidents. Cells without activity are not listed.
-- For speed: whole months come from sums where those can tell them, which is here; the rest of the range comes beside, from hours, with the same columns:
-- chatter.go. cells are hours of the week since Monday's first.
SELECT if({by:String} IN ('', 'none'), '', toString(value)) AS grp, formatRow('RowBinary', groupArray(toUInt32(slot))) AS cells, formatRow('RowBinary', groupArray(actions)) AS counts
FROM (
    SELECT value, slot, sum(count) AS actions
    FROM chatter_slots
    WHERE
    -- include chatter_sums
    GROUP BY value, slot)
GROUP BY grp

-- Which days were loud? Unit: actions. Time: the action's own, on the chosen clock. Excludes what chatter excludes. Quiet days are not listed.
-- cells are days since 1970-01-01. chatter.sql says what is read from where, and why.
SELECT '' AS grp, formatRow('RowBinary', groupArray(toUInt32(day))) AS cells, formatRow('RowBinary', groupArray(actions)) AS counts
FROM (
    SELECT day, sum(count) AS actions
    FROM chatter_days
    WHERE
    -- include chatter_sums
    GROUP BY day)

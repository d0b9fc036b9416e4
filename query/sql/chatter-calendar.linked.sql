-- The rest of the range of what belongs to incidents, in the columns of chatter-calendar.sql.
SELECT grp, formatRow('RowBinary', groupArray(at)) AS cells, formatRow('RowBinary', groupArray(n)) AS counts
FROM (
    SELECT sum(count) AS n,
      -- include chatter_day
    FROM incident_hourly
    -- include chatter_hours
    -- include chatter_linked
    -- include chatter_functions
    -- include chatter_rest
    GROUP BY grp, at)
GROUP BY grp

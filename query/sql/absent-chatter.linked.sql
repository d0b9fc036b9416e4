-- The rest of the range of what belongs to incidents, in the columns of absent-chatter.sql.
SELECT toUInt8(at) AS slot, formatRow('RowBinary', groupUniqArray(toString(func))) AS functions, sum(n) AS actions,
       formatRow('RowBinary', CAST([], 'Array(UInt32)')) AS months, formatRow('RowBinary', groupUniqArray(week)) AS weeks
FROM (
    SELECT function AS func, count AS n, toUInt32(intDiv(toUInt32(toDate(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)))) + 3, 7)) AS week,
      -- include chatter_slot
    FROM incident_hourly
    -- include chatter_hours
    -- include chatter_linked
    -- include absent_actions
)
GROUP BY at

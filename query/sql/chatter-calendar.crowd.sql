-- Who is behind the days of whole months: see crowdPart.
SELECT '' AS grp, toUInt32(day) AS at, max(chatter_days.people) AS some, formatRow('RowBinary', groupUniqArrayArray(6)(chatter_days.who)) AS known
FROM chatter_days WHERE
-- include chatter_sums
GROUP BY at

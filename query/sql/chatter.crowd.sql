-- Who is behind the cells of whole months: see crowdPart.
SELECT if({by:String} IN ('', 'none'), '', toString(value)) AS grp, toUInt32(slot) AS at, max(chatter_slots.people) AS some,
       formatRow('RowBinary', groupUniqArrayArray(6)(chatter_slots.who)) AS known
FROM chatter_slots WHERE
-- include chatter_sums
GROUP BY grp, at

-- Who is behind the slots of whole months: see crowdPart.
SELECT '' AS grp, toUInt32(slot) AS at, max(chatter_slots.people) AS some, formatRow('RowBinary', groupUniqArrayArray(6)(chatter_slots.who)) AS known
FROM chatter_slots
WHERE clock = {sums_clock:String} AND dimension = 'function' AND NOT done_to AND value != '' AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}
GROUP BY at

-- The hero reactions of a period.
SELECT toInt32(intDiv(toYear(toTimeZone(at, {org_zone:String})) * 12 + toMonth(toTimeZone(at, {org_zone:String})) - 1, if({by:String} = 'month', 1, 3))) AS period,
  count() AS reactions
FROM hero_reaction
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY period

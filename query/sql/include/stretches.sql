WITH
  toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String}) AS begin,
  if({from_open:Bool}, toInt32(0), toInt32(toYear(begin) * 12 + toMonth(begin) - 1)) AS first_month,
  toTimeZone(started_at, {org_zone:String}) AS start,
  toInt32(toYear(start) * 12 + toMonth(start) - 1) AS month
SELECT formatRow('RowBinary', groupArrayArray(engaged_since)) AS since, formatRow('RowBinary', groupArrayArray(engaged_until)) AS until,
  formatRow('RowBinary', groupArrayArray(arrayWithConstant(length(engaged_since), month))) AS months
FROM participation
WHERE responder AND started_at < {to:DateTime64(3, 'UTC')} AND month >= first_month - 5
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})

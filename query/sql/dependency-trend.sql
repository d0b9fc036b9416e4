-- Is the response coming to rest on fewer people or on more? Unit: engaged time per person, over six calendar months (organization's clock)
-- ending with each month. Listed: the months in the range, from the sixth of history on, to the last with an incident; a month's six reach
-- back over --from, never over --to. Months are numbered year * 12 + month - 1. Per person the union of engaged time over the six months, in Go,
-- of their stretches, which are asked beside (dependency-trend.stretches.sql). Filters are the incident's; its teams, functions and persons are its
-- responders'. Here are the months of the first and of the last incident before --to, whatever the filter.
SELECT toInt32(min(toYear(start) * 12 + toMonth(start) - 1)) AS first, toInt32(max(toYear(start) * 12 + toMonth(start) - 1)) AS last
FROM (SELECT toTimeZone(started_at, {org_zone:String}) AS start FROM incident_facts WHERE started_at < {to:DateTime64(3, 'UTC')})

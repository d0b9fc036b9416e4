-- Is the response coming to rest on fewer people or on more? Unit: engaged time per person, over six calendar months (organization's clock)
-- ending with each month. Listed: the months in the range, from the sixth of history on, to the last with an incident; a month's six reach
-- back over --from, never over --to. Months are numbered year * 12 + month - 1. Per person the union of engaged time over the six months,
-- in Go: here a row a person, with the stretches of engaged time in order and the months of their incidents. Filters are the incident's; its teams, functions and persons are its responders'.
WITH
    toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String}) AS begin,
    if({from_open:Bool}, toInt32(0), toInt32(toYear(begin) * 12 + toMonth(begin) - 1)) AS first_month
SELECT formatRow('RowBinary', all.1) AS since, formatRow('RowBinary', all.2) AS until, formatRow('RowBinary', all.3) AS months
FROM (
    SELECT arraySort(groupArrayArray(arrayMap((s, u) -> (s, u, month), engaged_since, engaged_until))) AS all
    FROM (
        SELECT person, engaged_since, engaged_until, toInt32(toYear(start) * 12 + toMonth(start) - 1) AS month
        FROM (SELECT *, toTimeZone(started_at, {org_zone:String}) AS start FROM participation)
        WHERE notEmpty(engaged_since) AND started_at < {to:DateTime64(3, 'UTC')} AND month >= first_month - 5
          AND incident IN (
            SELECT incident FROM incident_facts
            WHERE started_at < {to:DateTime64(3, 'UTC')}
              AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
              AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
              AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))))
    GROUP BY person)

-- Is on-call getting harder? Unit: responses, incidents, pages. Time: the period of the incident's start, of a page that of its own hour; both on
-- the organization's clock. The rows off_call, first_time, two_hats, tired and new_owner are those of on-call-reliance and on-call-health, over
-- what they could be true of; sleep_pages are the pages in the sleep band of the person paged, over all pages. Team, function and person filters
-- are the person's then; the others the incident's, and with them only pages linked to such incidents. n is 0 of 0 where nothing is loaded to tell.
-- Here are the responses and incidents, counted by hash; the pages come beside (on-call-trend.pages.sql). A period is numbered since the year 0.
WITH toTimeZone(started_at, {org_zone:String}) AS start, cityHash64(incident) AS id
SELECT toInt32(intDiv(toYear(start) * 12 + toMonth(start) - 1, if({by:String} = 'month', 1, 3))) AS period, uniqExact(cityHash64(person)) AS people,
       countIf(responder AND on_call = 'off_call') AS off_call, countIf(responder AND on_call IN ('on_call', 'elsewhere', 'off_call')) AS known,
       uniqExact(id) AS incidents, uniqExactIf(id, ifNull(first_on_call, false)) AS first_time, uniqExactIf(id, first_on_call IS NOT NULL) AS first_known,
       uniqExactIf(id, participation.two_hats) AS two_hats, uniqExactIf(id, participation.tired) AS tired,
       uniqExactIf(id, incident IN (SELECT incident FROM incident_facts WHERE incident_facts.new_owner)) AS new_owner, uniqExactIf(id, notEmpty(owner_teams)) AS owned
FROM participation
WHERE (responder OR pages > 0) AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
  AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY period

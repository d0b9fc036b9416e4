-- Whom does on-call wear out? Unit: pages, and numbers of incidents. Time: a page's own, on the clock of the person paged, the range cut at
-- hours; an incident's start. All pages count, those of no incident too; with services or severities only pages linked to such incidents.
-- Several to one person for one alert within 60 s are one. Hour bands are read at whole hours: an hour belongs to the band that holds its
-- start. first_time, two_hats, tired: incidents at whose first page or contribution the person was so; the first two are null when no
-- shift is loaded. Team and function are the person's then. Listed: everybody with any of these. Here are the incidents; the pages come
-- beside (on-call-health.pages.sql).
SELECT person, countIf(ifNull(first_on_call, false)) AS first_time, countIf(participation.two_hats) AS two_hats, countIf(participation.tired) AS tired
FROM participation
WHERE (first_on_call OR participation.two_hats OR participation.tired) AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
  AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY person

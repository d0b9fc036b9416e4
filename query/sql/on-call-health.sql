-- Whom does on-call wear out? Unit: pages, and numbers of incidents. Time: a page's own, on the clock of the person paged, the range cut at
-- hours; an incident's start. All pages count, those of no incident too; with services or severities only pages linked to such incidents.
-- Several to one person for one alert within 60 s are one. Hour bands are read at whole hours: an hour belongs to the band that holds its
-- start. first_time, two_hats, tired: incidents at whose first page or contribution the person was so; the first two are null when no
-- shift is loaded. Team and function are the person's then. Listed: everybody with any of these.
WITH
    pages AS (
        SELECT toString(person) AS person, sum(count) AS pages, sumIf(count, band = 'business') AS business, sumIf(count, band = 'off') AS off, sumIf(count, band = 'sleep') AS sleep
        FROM (
            SELECT person, count, toHour(local_hour) * 60 AS minute_of_day,
                   multiIf(if({sleep_from:UInt32} < {sleep_to:UInt32}, minute_of_day >= {sleep_from:UInt32} AND minute_of_day < {sleep_to:UInt32},
                              minute_of_day >= {sleep_from:UInt32} OR minute_of_day < {sleep_to:UInt32}), 'sleep',
                           toDayOfWeek(local_hour) <= 5 AND minute_of_day >= {business_from:UInt32} AND minute_of_day < {business_to:UInt32}, 'business', 'off') AS band
            FROM (
                SELECT org_hour, local_hour, person, team, function, source, count FROM page_hourly WHERE empty({services:Array(String)}) AND empty({severities:Array(String)})
                UNION ALL
                SELECT org_hour, local_hour, person, team, function, source, count FROM incident_hourly
                WHERE kind = 'page' AND person != '' AND (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND hasAny(incidents, (
                    SELECT groupArray(incident) FROM incident_facts
                    WHERE (notEmpty({services:Array(String)}) OR notEmpty({severities:Array(String)})) AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)}))
                      AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)}))))
            WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
              AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
        GROUP BY person),
    duties AS (
        SELECT person, countIf(ifNull(first_on_call, false)) AS first_time, countIf(two_hats) AS hats, countIf(tired) AS weary
        FROM participation
        WHERE (first_on_call OR two_hats OR tired) AND incident IN (
            SELECT incident FROM incident_facts
            WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
              AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
              AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}))
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
        GROUP BY person)
SELECT w.person AS person, n.name AS name, w.pages AS pages, w.business AS business, w.off AS off, w.sleep AS sleep,
       if((SELECT count() FROM shift) > 0, toNullable(w.first_time), NULL) AS first_time, if((SELECT count() FROM shift) > 0, toNullable(w.hats), NULL) AS two_hats, w.weary AS tired
FROM (SELECT person, sum(pages) AS pages, sum(business) AS business, sum(off) AS off, sum(sleep) AS sleep, sum(first_time) AS first_time, sum(hats) AS hats, sum(weary) AS weary
      FROM (SELECT person, pages, business, off, sleep, 0 AS first_time, 0 AS hats, 0 AS weary FROM pages
            UNION ALL SELECT person, 0, 0, 0, 0, first_time, hats, weary FROM duties)
      GROUP BY person) AS w
LEFT ANY JOIN person AS n ON n.person = w.person
ORDER BY sleep DESC, pages DESC, person

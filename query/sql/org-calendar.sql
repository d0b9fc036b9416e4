-- What did the organization do, and when? Unit: org events. Time: days of the organization's zone; an event lies on its first day (midnight UTC is
-- a day written without a zone). Excludes, with a team filter, events of other teams; the other filters do not concern events.
SELECT on AS first_day, last AS last_day, name, category, scope
FROM (
    SELECT if(toStartOfDay(start, 'UTC') = start, toDate32(start), toDate32(toTimeZone(start, {org_zone:String}))) AS on,
           if(toStartOfDay(end, 'UTC') = end, toDate32(end), toDate32(toTimeZone(end, {org_zone:String}))) AS last, name, toString(category) AS category, scope
    FROM org_event)
WHERE on >= toDate32({from_wall:DateTime('UTC')}) AND on < toDate32({to_wall:DateTime('UTC')}) AND ({category:String} = '' OR category = {category:String})
  AND (empty({teams:Array(String)}) OR scope IN {teams:Array(String)} OR scope NOT IN (SELECT DISTINCT toString(team) FROM person_at WHERE team != ''))
ORDER BY first_day, category, name

-- What did the organization do, and when? Unit: org events. Time: days of the organization's zone (midnight UTC is a day written without a zone);
-- an event lies in the range when its first day does, as in org-events. last is its last day: an end at midnight is a day. With a team filter events of other teams are left out.
SELECT category, name, scope, on AS first, greatest(on, if(end <= start, on, if(toStartOfDay(end, 'UTC') = end, toDate32(end), toDate32(toTimeZone(end, {org_zone:String}))))) AS last
FROM (SELECT toString(category) AS category, name, scope, start, end, if(toStartOfDay(start, 'UTC') = start, toDate32(start), toDate32(toTimeZone(start, {org_zone:String}))) AS on FROM org_event)
WHERE on >= toDate32({from_wall:DateTime('UTC')}) AND on < toDate32({to_wall:DateTime('UTC')})
  AND (empty({category:String}) OR category = {category:String})
  AND (empty({teams:Array(String)}) OR scope IN {teams:Array(String)} OR scope NOT IN (SELECT DISTINCT toString(team) FROM person_at WHERE team != ''))
ORDER BY first, category, name

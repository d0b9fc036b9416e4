-- activity_hourly of what belongs to incidents, with the incidents' names; an action that belongs to two counts once.
WITH org AS (SELECT since, offset FROM next_zone_offsets WHERE zone = {org_zone:String})
SELECT toStartOfHour(a.second) AS hour, toStartOfHour(a.second + if(a.person != '', c.offset, o.offset)) AS local_hour, toStartOfHour(a.second + o.offset) AS org_hour,
       a.person AS person, c.team AS team, c.function AS function, c.location AS location, a.source AS source, a.kind AS kind, a.account AS account,
       a.container AS container, a.incidents AS incidents, count() AS count
FROM (
    SELECT toDateTime(i.at, 'UTC') AS second, 1 AS one, any(i.person) AS person, source, account, native_id, kind, actor, emoji, any(i.container) AS container,
           arraySort(groupUniqArray(incident)) AS incidents
    FROM next_incident_activity AS i WHERE toYYYYMM(i.at) IN {months:Array(UInt32)} AND (i.person != '' OR i.kind IN ('alert', 'page'))
    GROUP BY i.at, source, account, native_id, kind, actor, emoji
) AS a
ASOF LEFT JOIN next_person_clock AS c ON c.person = a.person AND c.since <= a.second
ASOF LEFT JOIN (SELECT 1 AS one, since, offset FROM org) AS o ON o.one = a.one AND o.since <= a.second
GROUP BY ALL

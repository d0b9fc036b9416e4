-- What goes with these people? Unit: shares of engaged time, people. Time: incidents that started in the 12 months before --to (without it:
-- to the end of the day of the last incident); --from is ignored. Groups: the incident's services or owning teams; one of two counts wholly
-- for each, one of none for none. Per person and group the union of engaged time. Employed: at --to, on the organization's calendar;
-- everybody where no roster is loaded. A service or team filter chooses groups of its kind, else incidents.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    chosen AS (
        SELECT incident, arrayJoin(arrayDistinct(if({by:String} = 'team', owner_teams, services))) AS name
        FROM incident_facts
        WHERE started_at >= addMonths(ends, -12) AND started_at < ends
          AND (empty({teams:Array(String)}) OR if({by:String} = 'team', name IN {teams:Array(String)}, hasAny(teams, {teams:Array(String)})))
          AND (empty({services:Array(String)}) OR if({by:String} = 'service', name IN {services:Array(String)}, hasAny(services, {services:Array(String)})))
          AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    here AS (SELECT person FROM employment WHERE since <= toDate32(ends) AND toDate32(ends) < until),
    held AS (
        SELECT c.name AS name, e.person AS person, uniqExact(e.incident) AS responses, e.person IN {persons:Array(String)} AS leaves,
               NOT leaves AND (e.person IN here OR (SELECT count() FROM employment) = 0) AS stays,
               intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) / 60000 AS minutes
        FROM engaged AS e INNER JOIN chosen AS c ON c.incident = e.incident GROUP BY name, person)
SELECT n.name AS name, if(h.minutes > 0, h.lost / h.minutes, NULL) AS lost_share, h.remaining AS remaining_responders, h.twice = 0 AS uncovered,
       h.twice = 0 AND h.leavers_twice > 0 AS newly_uncovered, n.incidents AS incidents, h.responders AS responders, h.lost / 60 AS lost_hours,
       length(arrayFilter(p -> p NOT IN (SELECT person FROM held), {persons:Array(String)})) AS strangers, (SELECT count() FROM employment) = 0 AS no_roster
FROM (SELECT name, uniqExact(incident) AS incidents FROM chosen GROUP BY name) AS n
LEFT ANY JOIN (
    SELECT name, sum(held.minutes) AS minutes, sumIf(held.minutes, leaves) AS lost, countIf(stays) AS remaining, countIf(stays AND responses >= 2) AS twice,
           countIf(leaves AND responses >= 2) AS leavers_twice, count() AS responders
    FROM held GROUP BY name) AS h ON h.name = n.name
ORDER BY lost_share IS NULL, lost_share DESC, name

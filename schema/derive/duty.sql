-- On-call status of responders at their first contribution; two hats, tired and first time on call of everyone paged or responding, at
-- their first page or contribution. An incident's schedules are those of its services and of its owning team.
WITH
    there AS (
        SELECT p.incident AS incident, p.person AS person, p.first_contribution AS contributed_at,
               if(p.first_page IS NULL OR p.first_contribution IS NULL, coalesce(p.first_page, p.first_contribution), least(p.first_page, p.first_contribution)) AS at
        FROM next_presence AS p WHERE p.contributions > 0 OR p.pages > 0),
    rotas AS (SELECT schedule, groupUniqArrayArray(services) AS services FROM next_shift GROUP BY schedule),
    schedules AS (
        SELECT incident, groupUniqArray(toString(schedule)) AS schedules FROM (
            SELECT b.incident AS incident, r.schedule AS schedule
            FROM (SELECT incident, arrayJoin(services) AS service FROM next_incident_base WHERE incident IN (SELECT incident FROM next_incident_window)) AS b
            INNER JOIN (SELECT DISTINCT schedule, arrayJoin(services) AS service FROM next_shift) AS r ON r.service = b.service
            UNION ALL
            SELECT w.incident, r.schedule
            FROM (SELECT incident, arrayJoin(owner_teams) AS team FROM next_incident_window) AS w
            INNER JOIN (SELECT DISTINCT schedule, team FROM next_shift WHERE team != '') AS r ON r.team = w.team)
        GROUP BY incident),
    manned AS ( -- when somebody was on call on a schedule, without overlaps
        SELECT schedule, min(since) AS since, max(until) AS until FROM (
            SELECT schedule, since, until, sum(starts) OVER (PARTITION BY schedule ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
            FROM (SELECT schedule, since, until, since > max(until) OVER (PARTITION BY schedule ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS starts FROM next_shift))
        GROUP BY schedule, run),
    on_shift AS (
        SELECT t.incident AS incident, t.person AS person,
               groupUniqArrayIf(toString(s.schedule), t.contributed_at IS NOT NULL AND s.since <= t.contributed_at AND t.contributed_at < s.until) AS at_contribution,
               uniqExactArrayIf(r.services, s.since <= t.at AND t.at < s.until) AS services
        FROM there AS t INNER JOIN next_shift AS s ON s.person = t.person INNER JOIN rotas AS r ON r.schedule = s.schedule
        WHERE (s.since <= t.at AND t.at < s.until) OR (s.since <= t.contributed_at AND t.contributed_at < s.until)
        GROUP BY incident, person),
    covered AS (
        SELECT DISTINCT t.incident AS incident, t.person AS person
        FROM (SELECT th.incident AS incident, th.person AS person, assumeNotNull(th.contributed_at) AS at, arrayJoin(sc.schedules) AS schedule
              FROM there AS th INNER JOIN schedules AS sc ON sc.incident = th.incident WHERE th.contributed_at IS NOT NULL) AS t
        ASOF INNER JOIN manned AS m ON m.schedule = t.schedule AND m.since <= t.at
        WHERE t.at < m.until),
    awake AS ( -- what was done within 8 hours before is in the same eight hours of the calendar or those before
        SELECT DISTINCT t.incident AS incident, t.person AS person
        FROM (SELECT incident, person, assumeNotNull(there.at) AS at, intDiv(toUnixTimestamp64Milli(at), 28800000) - arrayJoin([0, 1]) AS third FROM there) AS t
        INNER JOIN (SELECT person, incident, at, intDiv(toUnixTimestamp64Milli(at), 28800000) AS third FROM next_night_work) AS n ON n.person = t.person AND n.third = t.third
        WHERE n.incident != t.incident AND n.at < t.at AND n.at >= t.at - INTERVAL 8 HOUR)
SELECT t.incident AS incident, t.person AS person,
       multiIf(t.contributed_at IS NULL, '', hasAny(o.at_contribution, s.schedules), 'on_call', notEmpty(o.at_contribution), 'elsewhere',
               c.person != '', 'off_call', 'unknown') AS on_call,
       o.services >= 2 AS two_hats,
       multiIf((SELECT count() FROM next_shift) = 0, NULL, f.person = '', false, t.at < f.since OR t.at >= f.until, false, f.known, true, NULL) AS first_on_call,
       a.person != '' AS tired
FROM there AS t
LEFT ANY JOIN schedules AS s ON s.incident = t.incident
LEFT ANY JOIN on_shift AS o ON o.incident = t.incident AND o.person = t.person
LEFT ANY JOIN covered AS c ON c.incident = t.incident AND c.person = t.person
LEFT ANY JOIN next_first_shift AS f ON f.person = t.person
LEFT ANY JOIN awake AS a ON a.incident = t.incident AND a.person = t.person

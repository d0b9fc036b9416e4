-- Where do teams need people, training, another rota, an owner or something written down? Unit: facts of a team, one per row, of several
-- kinds: fact says which, a, b and c are its numbers. Time: the 12 months before --to (without it: to the end of the day of the last
-- incident, on the organization's clock); --from is ignored. Team: of members, shifts and grants the one they are in at --to, if they are
-- employed then; of responses the one they were in at the incident; of incidents the owning teams, one of two counts wholly for each. No
-- minute of a person counts twice for a team. Filters are the incident's; the teams' filter chooses among the suggestions, in Go.
--
--   member  a person of the team: b h on shift, c h employed in the 12 months; with the grants
--   mine    name is a person: a min engaged, of no team
--   owned   a incidents the team owned, b of them with a responder
--   across  name is a team that responded to them: a min engaged
--   holder  person responded longest to them: a min engaged of everybody, b of the person, c people
--   island  name is a service of the team that only this person responded to twice: a times, b incidents of the service
--   status  responses of the team: a off call, b of known status, c people off call
--   first   person of the team was in an incident in their first shift ever: a incidents
--   awake   responses of the team: a min engaged, c people
--   asleep  a min of those in the sleep band, c people
--   slots   stretches of 12 h on shift of members: a with more than two incidents, b all, c most incidents in one
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    addMonths(ends, -12) AS starts,
    chosen AS (
        SELECT arrayDistinct(services) AS services, responders, arrayDistinct(owner_teams) AS owners FROM incident_facts
        WHERE started_at >= starts AND started_at < ends
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    took AS (
        SELECT incident, person, toString(team) AS team, services, arrayDistinct(owner_teams) AS owners, responder, on_call, first_on_call, engaged_since, engaged_until, asleep_since, asleep_until,
               if(first_page IS NULL OR first_contribution IS NULL, coalesce(first_page, first_contribution), least(first_page, first_contribution)) AS acted_at
        FROM participation
        WHERE started_at >= starts AND started_at < ends AND (responder OR pages > 0 OR first_on_call)
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    here AS (
        SELECT e.person AS person, toString(t.team) AS team, greatest(toDateTime64(toString(e.since), 3, 'UTC'), starts) AS since
        FROM (SELECT person, max(employment.since) AS since FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY person) AS e
        INNER JOIN (SELECT person, argMax(team, since) AS team FROM person_at WHERE person_at.since <= ends GROUP BY person) AS t ON t.person = e.person
        WHERE t.team != ''),
    on_shift AS (
        SELECT s.person AS person, s.schedule AS schedule, greatest(s.since, starts, h.since) AS since, least(s.until, ends) AS until, h.team AS team
        FROM shift AS s INNER JOIN here AS h ON h.person = s.person WHERE s.until > starts AND s.since < ends AND greatest(s.since, starts, h.since) < least(s.until, ends)),
    parts AS ( -- each participation counts for its person, the person's team then, and each owner of the incident
        SELECT key.1 AS fact, key.2 AS team, key.3 AS name, person,
               intervalLengthSumArray(if(fact = 'asleep', asleep_since, engaged_since), if(fact = 'asleep', asleep_until, engaged_until)) / 60000 AS minutes,
               count() AS n, countIf(on_call = 'off_call') AS off, countIf(on_call NOT IN ('', 'unknown')) AS known
        FROM (
            SELECT person, on_call, engaged_since, engaged_until, asleep_since, asleep_until,
                   arrayConcat(if(first_on_call, [('first', team, '')], []), if(responder, [('status', team, '')], []), if(responder AND notEmpty(asleep_since), [('asleep', team, '')], []),
                       if(responder AND notEmpty(engaged_since), arrayConcat([('mine', '', person), ('awake', team, '')], arrayMap(o -> ('across', o, team), owners), arrayMap(o -> ('holder', o, ''), owners)), [])) AS keys
            FROM took)
        ARRAY JOIN keys AS key
        GROUP BY fact, team, name, person),
    facts AS (
        SELECT h.team AS team, 'member' AS fact, '' AS name, h.person AS person, 0 AS a, d.hours AS b, dateDiff('second', h.since, ends) / 3600 AS c
        FROM here AS h
        LEFT ANY JOIN (SELECT person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 3600000 AS hours FROM on_shift GROUP BY person) AS d ON d.person = h.person
        UNION ALL
        SELECT p.team, p.fact, p.name, multiIf(p.fact = 'holder', argMin(p.person, (-p.minutes, p.person)), p.fact = 'first', any(p.person), ''),
               multiIf(p.fact = 'first', sum(p.n), p.fact = 'status', sum(p.off), sum(p.minutes)), if(p.fact = 'status', sum(p.known), max(p.minutes)), if(p.fact = 'status', countIf(p.off > 0), count())
        FROM parts AS p GROUP BY p.team, p.fact, p.name, if(p.fact = 'first', p.person, '')
        UNION ALL
        SELECT owner, 'owned', '', '', count(), countIf(responders > 0), 0 FROM chosen ARRAY JOIN owners AS owner GROUP BY owner
        UNION ALL
        SELECT o.team, 'island', i.service, i.holder, i.times, s.incidents, 0
        FROM (
            SELECT service, any(person) AS holder, any(n) AS times
            FROM (
                SELECT service, person, count() AS n FROM took ARRAY JOIN arrayDistinct(services) AS service
                WHERE responder AND person IN (SELECT person FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until)
                GROUP BY service, person HAVING n >= 2)
            GROUP BY service HAVING count() = 1) AS i
        INNER JOIN (SELECT service, any(toString(team)) AS team FROM ownership WHERE ownership.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY service) AS o ON o.service = i.service
        INNER JOIN (SELECT arrayJoin(services) AS service, count() AS incidents FROM chosen GROUP BY service) AS s ON s.service = i.service
        UNION ALL
        SELECT s.team, 'slots', '', '', b.over, s.n, b.most
        FROM (SELECT team, sum(ceil(dateDiff('second', since, until) / 43200)) AS n FROM on_shift GROUP BY team) AS s
        LEFT ANY JOIN (
            SELECT team, countIf(n > 2) AS over, max(n) AS most
            FROM (
                SELECT s.team AS team, uniqExact(r.incident) AS n
                FROM on_shift AS s INNER JOIN (SELECT incident, person, acted_at FROM took WHERE acted_at IS NOT NULL) AS r ON r.person = s.person
                WHERE r.acted_at >= s.since AND r.acted_at < s.until
                GROUP BY team, s.person, s.schedule, s.since, intDiv(dateDiff('second', s.since, r.acted_at), 43200))
            GROUP BY team) AS b ON b.team = s.team)
SELECT toInt32(toDate32(ends)) AS day, f.team AS team, f.fact AS fact, f.name AS name, f.person AS person, n.name AS person_name, toFloat64(f.a) AS a, toFloat64(f.b) AS b, toFloat64(f.c) AS c,
       (SELECT count() FROM shift) > 0 AS with_shifts, (SELECT count() FROM grant_of) > 0 AS with_grants, (SELECT count() FROM ownership) > 0 AS with_ownership,
       (SELECT count() FROM employment) > 0 AS with_roster
FROM facts AS f
LEFT ANY JOIN person AS n ON n.person = f.person
WHERE f.team != '' OR f.fact = 'mine'
ORDER BY team, fact, a DESC, name, person

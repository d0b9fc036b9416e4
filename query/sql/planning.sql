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
    (SELECT max(started_at) FROM incident_facts) AS last_start,
    if({to_open:Bool}, toDateTime64(addDays(toStartOfDay(toTimeZone(last_start, {org_zone:String})), 1), 3, {org_zone:String}), toTimeZone({to:DateTime64(3, 'UTC')}, {org_zone:String})) AS ends,
    addMonths(ends, -12) AS starts,
    chosen AS (
        SELECT incident, arrayDistinct(services) AS services, responders, arrayDistinct(owner_teams) AS owners FROM incident_facts
        WHERE started_at >= starts AND started_at < ends
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
    -- Engaged time, once: each stretch counts for its person, the person's team then, and each owner of the incident.
    minutes AS (
        SELECT key.1 AS fact, key.2 AS team, key.3 AS name, person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 60000 AS minutes
        FROM (
            SELECT e.person AS person, e.since AS since, e.until AS until,
                   if(e.asleep, [('asleep', p.team, '')],
                      arrayConcat([('mine', '', e.person), ('awake', p.team, '')], arrayMap(o -> ('across', o, p.team), c.owners), arrayMap(o -> ('holder', o, ''), c.owners))) AS keys
            FROM (
                SELECT false AS asleep, incident, person, since, until FROM engaged WHERE incident IN (SELECT incident FROM chosen)
                UNION ALL SELECT true, incident, person, since, until FROM engaged_sleep WHERE incident IN (SELECT incident FROM chosen)) AS e
            INNER JOIN chosen AS c ON c.incident = e.incident
            INNER JOIN (SELECT incident, person, toString(team) AS team FROM participation WHERE responder AND incident IN (SELECT incident FROM chosen)) AS p ON p.incident = e.incident AND p.person = e.person)
        ARRAY JOIN keys AS key
        GROUP BY fact, team, name, person),
    facts AS (
        SELECT h.team AS team, 'member' AS fact, '' AS name, h.person AS person, 0 AS a, d.hours AS b, dateDiff('second', h.since, ends) / 3600 AS c
        FROM here AS h
        LEFT ANY JOIN (SELECT person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 3600000 AS hours FROM on_shift GROUP BY person) AS d ON d.person = h.person
        UNION ALL
        SELECT m.team, m.fact, m.name, if(m.fact = 'holder', argMin(m.person, (-m.minutes, m.person)), ''), sum(m.minutes), max(m.minutes), count() FROM minutes AS m GROUP BY m.team, m.fact, m.name
        UNION ALL
        SELECT owner, 'owned', '', '', count(), countIf(responders > 0), 0 FROM chosen ARRAY JOIN owners AS owner GROUP BY owner
        UNION ALL
        SELECT o.team, 'island', i.service, i.holder, i.times, i.of, 0
        FROM (
            SELECT service, any(person) AS holder, any(n) AS times, any(incidents) AS of
            FROM (
                SELECT s.service AS service, r.person AS person, count() AS n, any(s.incidents) AS incidents
                FROM (SELECT service, groupArray(incident) AS ids, count() AS incidents FROM (SELECT incident, arrayJoin(services) AS service FROM chosen) GROUP BY service) AS s
                ARRAY JOIN ids AS one
                INNER JOIN (SELECT incident, person FROM participation WHERE responder) AS r ON r.incident = one
                WHERE r.person IN (SELECT person FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until)
                GROUP BY service, person HAVING n >= 2)
            GROUP BY service HAVING count() = 1) AS i
        INNER JOIN (SELECT service, any(toString(team)) AS team FROM ownership WHERE ownership.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY service) AS o ON o.service = i.service
        UNION ALL
        SELECT toString(team), 'status', '', '', countIf(on_call = 'off_call'), countIf(on_call NOT IN ('', 'unknown')), uniqExactIf(person, on_call = 'off_call')
        FROM participation WHERE responder AND incident IN (SELECT incident FROM chosen) GROUP BY team
        UNION ALL
        SELECT toString(team), 'first', '', person, count(), 0, 0 FROM participation WHERE first_on_call AND incident IN (SELECT incident FROM chosen) GROUP BY team, person
        UNION ALL
        SELECT s.team, 'slots', '', '', b.over, s.n, b.most
        FROM (SELECT team, sum(ceil(dateDiff('second', since, until) / 43200)) AS n FROM on_shift GROUP BY team) AS s
        LEFT ANY JOIN (
            SELECT team, countIf(n > 2) AS over, max(n) AS most
            FROM (
                SELECT s.team AS team, uniqExact(r.incident) AS n
                FROM on_shift AS s
                INNER JOIN (
                    SELECT incident, person, if(first_page IS NULL OR first_contribution IS NULL, coalesce(first_page, first_contribution), least(first_page, first_contribution)) AS acted_at
                    FROM participation WHERE (responder OR pages > 0) AND incident IN (SELECT incident FROM chosen)) AS r ON r.person = s.person
                WHERE r.acted_at >= s.since AND r.acted_at < s.until
                GROUP BY team, s.person, s.schedule, s.since, intDiv(dateDiff('second', s.since, r.acted_at), 43200))
            GROUP BY team) AS b ON b.team = s.team)
SELECT toInt32(toDate32(ends)) AS day, f.team AS team, f.fact AS fact, f.name AS name, f.person AS person, n.name AS person_name, toFloat64(f.a) AS a, toFloat64(f.b) AS b, toFloat64(f.c) AS c,
       g.starts AS grant_starts, g.cliffs AS grant_cliffs, g.totals AS grant_totals, g.periods AS grant_periods, g.quantities AS grant_quantities,
       (SELECT count() FROM shift) > 0 AS with_shifts, (SELECT count() FROM grant_of) > 0 AS with_grants, (SELECT count() FROM ownership) > 0 AS with_ownership,
       (SELECT count() FROM employment) > 0 AS with_roster
FROM facts AS f
LEFT ANY JOIN person AS n ON n.person = f.person
LEFT ANY JOIN (
    SELECT person, groupArray(toInt32(start)) AS starts, groupArray(cliff_months) AS cliffs, groupArray(total_months) AS totals, groupArray(period_months) AS periods,
           groupArray(quantity) AS quantities
    FROM grant_of GROUP BY person) AS g ON g.person = f.person AND f.fact = 'member'
WHERE f.team != '' OR f.fact = 'mine'
ORDER BY team, fact, a DESC, name, person

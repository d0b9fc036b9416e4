-- Where do teams need people, training, another rota, an owner or something written down? Unit: facts of a team, one per row, of several
-- kinds: fact says which, a, b and c are its numbers. Time: the 12 months before --to (without it: to the end of the day of the last
-- incident, on the organization's clock); --from is ignored. Team: of members, shifts and grants the one they are in at --to, if they are
-- employed then; of responses the one they were in at the incident; of incidents the owning teams, one of two counts wholly for each. No
-- minute of a person counts twice for a team. Filters are the incident's; the teams' filter chooses among the suggestions, in Go.
--
--   member  a person of the team: a min engaged, b h on shift, c h employed in the 12 months; with the grants
--   owned   a incidents the team owned, b of them with a responder
--   across  name is a team that responded to them: a min engaged, b incidents
--   holder  person responded to them: a min engaged
--   island  name is a service of the team that only this person responded to twice: a times, b incidents of the service
--   status  responses of the team: a off call, b of known status, c people off call
--   first   person of the team was in an incident in their first shift ever: a incidents
--   night   responses of the team: a min engaged in the sleep band, b min engaged, c people awake
--   slots   stretches of 12 h on shift of members: a with more than two incidents, b all, c most incidents in one
WITH
    (SELECT max(started_at) FROM incident_facts) AS last_start,
    if({to_open:Bool}, toDateTime64(addDays(toStartOfDay(toTimeZone(last_start, {org_zone:String})), 1), 3, {org_zone:String}), toTimeZone({to:DateTime64(3, 'UTC')}, {org_zone:String})) AS ends,
    addMonths(ends, -12) AS starts,
    chosen AS (
        SELECT incident, started_at, services, responders, arrayDistinct(owner_teams) AS owners FROM incident_facts
        WHERE started_at >= starts AND started_at < ends
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    here AS (
        SELECT e.person AS person, toString(t.team) AS team, greatest(toDateTime64(toString(e.since), 3, 'UTC'), starts) AS since
        FROM (SELECT person, max(employment.since) AS since FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY person) AS e
        INNER JOIN (SELECT person, argMax(team, since) AS team FROM person_at WHERE person_at.since <= ends GROUP BY person) AS t ON t.person = e.person
        WHERE t.team != ''),
    responses AS (
        SELECT p.incident AS incident, p.person AS person, toString(p.team) AS team, p.responder AS responder, p.on_call AS on_call, p.first_on_call AS first_on_call, p.pages AS pages,
               if(p.first_page IS NULL OR p.first_contribution IS NULL, coalesce(p.first_page, p.first_contribution), least(p.first_page, p.first_contribution)) AS acted_at
        FROM participation AS p WHERE (p.responder OR p.pages > 0) AND p.incident IN (SELECT incident FROM chosen)),
    worked AS (SELECT incident, person, engaged.since AS since, engaged.until AS until FROM engaged WHERE incident IN (SELECT incident FROM chosen)),
    owning AS (SELECT incident, arrayJoin(owners) AS team FROM chosen),
    mine AS (SELECT person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 60000 AS minutes FROM worked GROUP BY person),
    on_shift AS (
        SELECT s.person AS person, s.schedule AS schedule, greatest(s.since, starts, h.since) AS since, least(s.until, ends) AS until, h.team AS team
        FROM shift AS s INNER JOIN here AS h ON h.person = s.person WHERE s.until > starts AND s.since < ends AND greatest(s.since, starts, h.since) < least(s.until, ends)),
    duty_hours AS (SELECT person, intervalLengthSum(toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)) / 3600000 AS hours FROM on_shift GROUP BY person),
    busy AS (
        SELECT s.team AS team, s.person AS person, s.schedule AS schedule, s.since AS since, intDiv(dateDiff('second', s.since, r.acted_at), 43200) AS slot, uniqExact(r.incident) AS n
        FROM on_shift AS s INNER JOIN responses AS r ON r.person = s.person
        WHERE r.acted_at >= s.since AND r.acted_at < s.until GROUP BY team, person, schedule, since, slot),
    responded AS (SELECT o.team AS team, r.team AS by, r.person AS person, r.incident AS incident FROM owning AS o INNER JOIN responses AS r ON r.incident = o.incident WHERE r.responder),
    across AS (
        SELECT team, by, sum(minutes) AS minutes FROM (
            SELECT d.team AS team, d.by AS by, d.person AS person, intervalLengthSum(toUnixTimestamp64Milli(w.since), toUnixTimestamp64Milli(w.until)) / 60000 AS minutes
            FROM responded AS d INNER JOIN worked AS w ON w.incident = d.incident AND w.person = d.person GROUP BY team, by, person)
        GROUP BY team, by),
    held AS (
        SELECT d.team AS team, d.person AS person, intervalLengthSum(toUnixTimestamp64Milli(w.since), toUnixTimestamp64Milli(w.until)) / 60000 AS minutes
        FROM responded AS d INNER JOIN worked AS w ON w.incident = d.incident AND w.person = d.person GROUP BY team, person),
    twice AS (
        SELECT s.service AS service, r.person AS person, count() AS n
        FROM (SELECT incident, arrayJoin(arrayDistinct(services)) AS service FROM chosen) AS s INNER JOIN responses AS r ON r.incident = s.incident
        WHERE r.responder AND r.person IN (SELECT person FROM employment WHERE employment.since <= toDate32(ends) AND toDate32(ends) < until)
        GROUP BY service, person HAVING n >= 2),
    owner_now AS (SELECT service, any(toString(team)) AS team FROM ownership WHERE ownership.since <= toDate32(ends) AND toDate32(ends) < until GROUP BY service),
    asleep AS (
        SELECT r.team AS team, r.person AS person, intervalLengthSum(toUnixTimestamp64Milli(e.since), toUnixTimestamp64Milli(e.until)) / 60000 AS minutes
        FROM engaged_sleep AS e INNER JOIN responses AS r ON r.incident = e.incident AND r.person = e.person GROUP BY team, person),
    awake AS (
        SELECT r.team AS team, r.person AS person, intervalLengthSum(toUnixTimestamp64Milli(w.since), toUnixTimestamp64Milli(w.until)) / 60000 AS minutes
        FROM worked AS w INNER JOIN responses AS r ON r.incident = w.incident AND r.person = w.person GROUP BY team, person),
    facts AS (
        SELECT h.team AS team, 'member' AS fact, '' AS name, h.person AS person, m.minutes AS a, d.hours AS b, dateDiff('second', h.since, ends) / 3600 AS c
        FROM here AS h LEFT ANY JOIN mine AS m ON m.person = h.person LEFT ANY JOIN duty_hours AS d ON d.person = h.person
        UNION ALL
        SELECT o.team, 'owned', '', '', count(), countIf(c.responders > 0), 0 FROM owning AS o INNER JOIN chosen AS c ON c.incident = o.incident GROUP BY o.team
        UNION ALL
        SELECT x.team, 'across', x.by, '', x.minutes, n.n, 0 FROM across AS x INNER JOIN (SELECT team, by, uniqExact(incident) AS n FROM responded GROUP BY team, by) AS n ON n.team = x.team AND n.by = x.by
        UNION ALL
        SELECT team, 'holder', '', person, minutes, 0, 0 FROM held
        UNION ALL
        SELECT o.team, 'island', i.service, i.person, i.n, v.n, 0
        FROM (SELECT service, any(twice.person) AS person, any(twice.n) AS n FROM twice GROUP BY service HAVING count() = 1) AS i
        INNER JOIN owner_now AS o ON o.service = i.service
        INNER JOIN (SELECT arrayJoin(arrayDistinct(services)) AS service, count() AS n FROM chosen GROUP BY service) AS v ON v.service = i.service
        UNION ALL
        SELECT team, 'status', '', '', countIf(on_call = 'off_call'), countIf(on_call NOT IN ('', 'unknown')), uniqExactIf(person, on_call = 'off_call') FROM responses WHERE responder GROUP BY team
        UNION ALL
        SELECT team, 'first', '', person, count(), 0, 0 FROM responses WHERE first_on_call GROUP BY team, person
        UNION ALL
        SELECT w.team, 'night', '', '', sum(s.minutes), sum(w.minutes), countIf(s.minutes > 0) FROM awake AS w LEFT ANY JOIN asleep AS s ON s.team = w.team AND s.person = w.person GROUP BY w.team
        UNION ALL
        SELECT s.team, 'slots', '', '', any(b.over), s.n, any(b.most)
        FROM (SELECT team, sum(ceil(dateDiff('second', since, until) / 43200)) AS n FROM on_shift GROUP BY team) AS s
        LEFT ANY JOIN (SELECT team, countIf(n > 2) AS over, max(n) AS most FROM busy GROUP BY team) AS b ON b.team = s.team GROUP BY s.team, s.n)
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
WHERE f.team != ''
ORDER BY team, fact, a DESC, name, person

-- What the signals of an incident are told from: who and what was there for the first time, and the words of their evidence. One row per
-- incident. Firsts are over all of history, "before" is an earlier start. people_since, services_since, shifts_since and shifts_until say
-- how far history reaches; the with_ columns say what is loaded at all: what is not is no signal, rather than a signal that is not there.
WITH
    (SELECT minOrNull(started_at) FROM next_incident_facts WHERE responders > 0) AS people_from,
    (SELECT minOrNull(started_at) FROM next_incident_facts WHERE notEmpty(services)) AS services_from,
    (SELECT minOrNull(since) FROM next_shift) AS shifts_from,
    (SELECT maxOrNull(until) FROM next_shift) AS shifts_to,
    (SELECT minOrNull(start) FROM next_org_event) AS calendar_from,
    incidents AS (SELECT incident, started_at, arraySort(arrayDistinct(arrayFilter(s -> s != '', services))) AS services FROM next_incident_facts),
    there AS (
        SELECT p.*, if(p.first_page IS NULL OR p.first_contribution IS NULL, coalesce(p.first_page, p.first_contribution), least(p.first_page, p.first_contribution)) AS acted_at
        FROM next_participation AS p),
    responding AS (SELECT DISTINCT incident, started_at, toString(team) AS team FROM next_participation WHERE responder AND team != ''),
    team_pairs AS (
        SELECT x.incident AS incident, x.started_at AS started_at, [x.team, y.team] AS pair FROM responding AS x INNER JOIN responding AS y ON y.incident = x.incident WHERE x.team < y.team),
    team_first AS (SELECT pair, min(started_at) AS first_at FROM team_pairs GROUP BY pair),
    met_teams AS (
        SELECT t.incident AS incident, arraySort(groupArray(t.pair)) AS pairs
        FROM team_pairs AS t INNER JOIN team_first AS f ON f.pair = t.pair WHERE f.first_at = t.started_at GROUP BY incident),
    met_people AS ( -- the pairs with the most engaged time between them; incident_facts counts them all
        SELECT x.incident AS incident, arraySlice(arraySort(p -> (-p.1, p.2, p.3), groupArray((x.engaged_minutes + y.engaged_minutes, x.person, y.person))), 1, 40) AS ranked
        FROM (SELECT incident, person, started_at, engaged_minutes FROM there WHERE responder) AS x
        INNER JOIN (SELECT incident, person, engaged_minutes FROM there WHERE responder) AS y ON y.incident = x.incident
        INNER JOIN next_pair_first AS f ON f.a = x.person AND f.b = y.person
        WHERE x.person < y.person AND f.first_at = x.started_at GROUP BY incident),
    totals AS (SELECT incident, sum(there.engaged_minutes) AS minutes FROM there GROUP BY incident),
    persons AS (
        SELECT t.incident AS incident,
               argMinIf((t.person, t.engaged_minutes / m.minutes, toString(t.on_call)), (-t.engaged_minutes, t.person),
                        t.responder AND t.on_call != 'on_call' AND t.engaged_minutes > 0 AND t.engaged_minutes * 2 >= m.minutes - 0.000001) AS held,
               arraySort(groupArrayIf(t.person, t.responder AND t.vesting_band = 'fully_vested')) AS vested,
               if(m.minutes > 0, sumIf(t.engaged_minutes, t.vesting_band = 'fully_vested') / any(m.minutes), NULL) AS vested_share,
               arraySort(groupArrayIf((ifNull(t.tenure_months, 0), t.person), t.pages > 0 AND ifNull(t.tenure_months BETWEEN 0 AND 5, false))) AS hires,
               arraySort(groupArrayIf(t.person, ifNull(t.first_on_call, false))) AS first_on_call,
               arraySort(groupArrayIf(t.person, t.two_hats)) AS two_hats, arraySort(groupArrayIf(t.person, t.tired)) AS tired,
               arrayMap(s -> s.2, arraySort(s -> (-s.1, s.2), groupArrayIf((t.sleep_minutes, t.person), t.sleep_minutes > 0))) AS sleepers,
               arraySort(groupArrayIf(t.person, t.responder AND t.on_call = 'off_call')) AS off_call, countIf(t.responder AND t.on_call NOT IN ('', 'unknown')) AS status_known
        FROM there AS t INNER JOIN totals AS m ON m.incident = t.incident GROUP BY incident, m.minutes),
    rotas AS (SELECT schedule, groupUniqArrayArray(services) AS services FROM next_shift GROUP BY schedule),
    hats AS (
        SELECT t.incident AS incident, arraySort(groupUniqArrayArray(r.services)) AS services
        FROM (SELECT incident, person, acted_at FROM there WHERE two_hats) AS t
        INNER JOIN next_shift AS s ON s.person = t.person INNER JOIN rotas AS r ON r.schedule = s.schedule
        WHERE s.since <= t.acted_at AND t.acted_at < s.until GROUP BY incident),
    nights AS (
        SELECT t.incident AS incident, dateDiff('minute', max(n.at), any(assumeNotNull(t.acted_at))) AS minutes
        FROM (SELECT incident, person, acted_at FROM there WHERE tired) AS t INNER JOIN next_night_work AS n ON n.person = t.person
        WHERE n.incident != t.incident AND n.at < t.acted_at AND n.at >= t.acted_at - INTERVAL 8 HOUR
        GROUP BY incident, t.person ORDER BY minutes LIMIT 1 BY incident),
    cheers AS (
        SELECT a.incident AS incident, arraySort(groupUniqArray(h.person)) AS heroes, count() AS reactions
        FROM (SELECT incident, source, container, at, person, emoji FROM next_incident_activity WHERE kind = 'reaction' AND emoji IN {hero_emoji:Array(String)}) AS a
        INNER JOIN (SELECT DISTINCT source, container, at, by, emoji, person FROM next_hero_reaction) AS h
            ON h.source = a.source AND h.container = a.container AND h.at = a.at AND h.by = a.person AND h.emoji = a.emoji
        INNER JOIN next_presence AS p ON p.incident = a.incident AND p.person = h.person
        GROUP BY incident),
    -- (category, name, scope, days after it or '' during it, weeks between occurrences or '' if there was one), the nearest first. An end at
    -- midnight is a day, that day included. A category recurs every so many days on average; one that occurred once does not.
    categories AS (
        SELECT category, uniqExact(toDate32(start)) AS days, if(days > 1, dateDiff('day', min(start), max(start)) / (days - 1), NULL) AS every FROM next_org_event GROUP BY category),
    occurrences AS (
        SELECT e.category AS category, e.name AS name, e.scope AS scope, e.start AS start, if(toStartOfDay(e.end) = e.end, e.end + INTERVAL 1 DAY, e.end) AS until, c.every AS every
        FROM next_org_event AS e INNER JOIN categories AS c ON c.category = e.category WHERE c.every IS NULL OR c.every > 56),
    near_events AS (
        SELECT i.incident AS incident,
               arrayMap(e -> e.2, arraySort(groupArray((greatest(0, dateDiff('second', o.until, i.started_at)),
                   [toString(o.category), o.name, o.scope, if(i.started_at < o.until, '', toString(dateDiff('day', toDate32(o.until - INTERVAL 1 MILLISECOND), toDate32(i.started_at)))), ifNull(toString(round(assumeNotNull(o.every) / 7)), '')])))) AS events
        FROM incidents AS i CROSS JOIN occurrences AS o
        WHERE i.started_at >= o.start AND i.started_at <= o.until + INTERVAL 21 DAY GROUP BY incident),
    in_service AS (SELECT incident, started_at, services, arrayJoin(services) AS service FROM incidents),
    service_first AS (SELECT service, min(started_at) AS first_at, count() AS n FROM in_service GROUP BY service),
    met_services AS (
        SELECT s.incident AS incident, arraySort(groupArrayIf(s.service, f.first_at = s.started_at)) AS fresh, argMin(s.service, (f.n, s.service)) AS rarest
        FROM in_service AS s INNER JOIN service_first AS f ON f.service = s.service GROUP BY incident),
    service_pairs AS (
        SELECT x.incident AS incident, x.started_at AS started_at, [x.service, y.service] AS pair FROM in_service AS x INNER JOIN in_service AS y ON y.incident = x.incident WHERE x.service < y.service),
    service_pair_first AS (SELECT pair, min(started_at) AS first_at FROM service_pairs GROUP BY pair),
    new_pairs_of AS (
        SELECT s.incident AS incident, arraySort(groupArray(s.pair)) AS pairs
        FROM service_pairs AS s INNER JOIN service_pair_first AS f ON f.pair = s.pair WHERE f.first_at = s.started_at GROUP BY incident),
    combined AS ( -- earlier incidents that had all of an incident's services are among those with its rarest one
        SELECT i.incident AS incident, countIf(e.started_at < i.started_at AND hasAll(e.services, i.services)) = 0 AS fresh
        FROM (SELECT n.incident AS incident, n.started_at AS started_at, n.services AS services, r.rarest AS rarest FROM incidents AS n INNER JOIN met_services AS r ON r.incident = n.incident WHERE length(n.services) >= 2) AS i
        INNER JOIN in_service AS e ON e.service = i.rarest GROUP BY incident),
    owned AS (
        SELECT s.incident AS incident, true AS known,
               groupArrayIf([s.service, toString(o.previously), toString(o.team), toString(o.since)], o.previously != '' AND o.previously != o.team AND o.since > addDays(toDate32(s.started_at), -91)) AS changes
        FROM in_service AS s INNER JOIN next_ownership AS o ON o.service = s.service
        WHERE toDate32(s.started_at) >= o.since AND toDate32(s.started_at) < o.until GROUP BY incident),
    found AS (
        SELECT i.incident AS incident, i.started_at AS started_at, t.pairs AS new_teams, arrayMap(p -> [p.2, p.3], m.ranked) AS new_pairs,
               p.held.1 AS holder, p.held.2 AS holder_share, p.held.3 AS holder_on_call, p.vested AS vested, p.vested_share AS vested_share,
               arrayMap(h -> h.2, p.hires) AS new_hires, arrayMap(h -> h.1, p.hires) AS hire_months, p.first_on_call AS first_on_call, p.two_hats AS two_hats, h.services AS hats,
               c.heroes AS heroes, c.reactions AS hero_reactions, e.events AS events, p.tired AS tired, n.minutes AS tired_minutes, p.sleepers AS sleepers,
               p.off_call AS off_call, p.status_known AS status_known, o.known AS owned, o.changes AS owner_changes, s.fresh AS new_services,
               multiIf(NOT b.fresh, [], notEmpty(v.pairs), v.pairs, [i.services]) AS new_combinations
        FROM incidents AS i
        LEFT ANY JOIN met_teams AS t ON t.incident = i.incident
        LEFT ANY JOIN met_people AS m ON m.incident = i.incident
        LEFT ANY JOIN persons AS p ON p.incident = i.incident
        LEFT ANY JOIN hats AS h ON h.incident = i.incident
        LEFT ANY JOIN nights AS n ON n.incident = i.incident
        LEFT ANY JOIN cheers AS c ON c.incident = i.incident
        LEFT ANY JOIN near_events AS e ON e.incident = i.incident
        LEFT ANY JOIN met_services AS s ON s.incident = i.incident
        LEFT ANY JOIN new_pairs_of AS v ON v.incident = i.incident
        LEFT ANY JOIN combined AS b ON b.incident = i.incident
        LEFT ANY JOIN owned AS o ON o.incident = i.incident),
    named AS (
        SELECT m.incident AS incident, groupArray(m.person) AS people, groupArray(n.name) AS names, groupArray(toString(t.team)) AS teams
        FROM (
            SELECT incident, arrayJoin(arrayDistinct(arrayFilter(p -> p != '', arrayConcat([holder], arrayFlatten(new_pairs), vested, new_hires, found.first_on_call, found.two_hats, heroes, found.tired, sleepers, off_call)))) AS person
            FROM found) AS m
        LEFT ANY JOIN next_person AS n ON n.person = m.person
        LEFT ANY JOIN next_participation AS t ON t.incident = m.incident AND t.person = m.person
        GROUP BY incident)
SELECT f.*, n.people AS people, n.names AS names, n.teams AS people_teams,
       people_from AS people_since, services_from AS services_since, shifts_from AS shifts_since, shifts_to AS shifts_until, ifNull(f.started_at >= calendar_from, false) AS with_events,
       (SELECT countIf(team != '') > 0 FROM next_participation WHERE responder) AS with_teams, (SELECT countIf(function != '') > 0 FROM next_participation WHERE responder) AS with_functions,
       (SELECT countIf(pages > 0) > 0 FROM next_participation) AS with_pages, (SELECT countIf(tenure_months IS NOT NULL) > 0 FROM next_participation) AS with_hires,
       (SELECT count() > 0 FROM next_grant_of) AS with_grants, (SELECT uniqExact(zone) > 1 FROM next_person_at) AS with_zones,
       (SELECT count() > 0 FROM next_incident_activity WHERE kind = 'reaction') AS with_reactions, (SELECT countIf(near_miss) > 0 FROM next_incident_facts) AS with_near_misses
FROM found AS f LEFT ANY JOIN named AS n ON n.incident = f.incident

-- What the signals of an incident are told from: who and what was there for the first time, and the words of their evidence. One row per
-- incident. Firsts are over all of history, "before" is an earlier start. Numbers are whole; lists hold only as many as a sentence names.
-- observed, settled and covered say how far history reaches, the with_ columns what is loaded at all: what is not is no signal, rather than
-- a signal that is not there.
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
    team_pairs AS (
        SELECT f.incident AS incident, f.started_at AS started_at, [x, y] AS pair
        FROM (SELECT incident, started_at, teams FROM next_incident_facts WHERE length(teams) > 1) AS f ARRAY JOIN teams AS x ARRAY JOIN teams AS y WHERE x < y),
    team_first AS (SELECT pair, min(started_at) AS first_at FROM team_pairs GROUP BY pair),
    met_teams AS (
        SELECT t.incident AS incident, count() AS n, groupArraySorted(1)(t.pair) AS pairs
        FROM team_pairs AS t INNER JOIN team_first AS f ON f.pair = t.pair WHERE f.first_at = t.started_at GROUP BY incident),
    responders AS (SELECT incident, person, started_at, engaged_minutes FROM next_participation WHERE responder),
    met_people AS ( -- the pairs with the most engaged time between them
        SELECT x.incident AS incident, arrayMap(p -> [p.2, p.3], groupArraySorted(10)((-x.engaged_minutes - y.engaged_minutes, f.a, f.b))) AS pairs
        FROM next_pair_first AS f
        INNER JOIN responders AS x ON x.person = f.a AND x.started_at = f.first_at
        INNER JOIN responders AS y ON y.incident = x.incident AND y.person = f.b
        GROUP BY incident),
    totals AS (SELECT incident, engaged_minutes AS minutes FROM next_incident_facts),
    persons AS (
        SELECT t.incident AS incident,
               argMinIf((t.person, t.engaged_minutes / m.minutes, toString(t.on_call)), (-t.engaged_minutes, t.person),
                        t.responder AND t.on_call != 'on_call' AND t.engaged_minutes > 0 AND t.engaged_minutes * 2 >= m.minutes - 0.000001) AS held,
               countIf(t.responder AND t.vesting_band = 'fully_vested') AS vested_n, arrayMap(s -> s.2, groupArraySortedIf(3)((-t.engaged_minutes, t.person), t.responder AND t.vesting_band = 'fully_vested')) AS vested,
               if(m.minutes > 0, arraySum(arraySort(groupArrayIf(t.engaged_minutes, t.vesting_band = 'fully_vested'))) / m.minutes, NULL) AS vested_share,
               countIf(t.pages > 0 AND ifNull(t.tenure_months BETWEEN 0 AND 5, false)) AS hires_n,
               groupArraySortedIf(3)((ifNull(t.tenure_months, 0), t.person), t.pages > 0 AND ifNull(t.tenure_months BETWEEN 0 AND 5, false)) AS hires,
               countIf(ifNull(t.first_on_call, false)) AS first_on_call_n, groupArraySortedIf(3)(t.person, ifNull(t.first_on_call, false)) AS first_on_call,
               countIf(t.two_hats) AS two_hats_n, groupArraySortedIf(3)(t.person, t.two_hats) AS two_hats, countIf(t.tired) AS tired_n, groupArraySortedIf(3)(t.person, t.tired) AS tired,
               countIf(t.sleep_minutes > 0) AS sleepers_n, arrayMap(s -> s.2, groupArraySortedIf(3)((-t.sleep_minutes, t.person), t.sleep_minutes > 0)) AS sleepers,
               countIf(t.responder AND t.on_call = 'off_call') AS off_call_n, groupArraySortedIf(3)(t.person, t.responder AND t.on_call = 'off_call') AS off_call,
               countIf(t.responder AND t.on_call NOT IN ('', 'unknown')) AS status_known
        FROM next_participation AS t INNER JOIN totals AS m ON m.incident = t.incident GROUP BY incident, m.minutes),
    rotas AS (SELECT schedule, groupUniqArrayArray(services) AS services FROM next_shift GROUP BY schedule),
    hats AS (
        SELECT t.incident AS incident, arraySlice(arraySort(groupUniqArrayArray(r.services)), 1, 4) AS services
        FROM (SELECT incident, person, acted_at FROM there WHERE two_hats) AS t
        INNER JOIN next_shift AS s ON s.person = t.person INNER JOIN rotas AS r ON r.schedule = s.schedule
        WHERE s.since <= t.acted_at AND t.acted_at < s.until GROUP BY incident),
    nights AS (
        SELECT t.incident AS incident, dateDiff('minute', max(n.at), any(assumeNotNull(t.acted_at))) AS minutes
        FROM (SELECT incident, person, acted_at FROM there WHERE tired) AS t INNER JOIN next_night_work AS n ON n.person = t.person
        WHERE n.incident != t.incident AND n.at < t.acted_at AND n.at >= t.acted_at - INTERVAL 8 HOUR
        GROUP BY incident, t.person ORDER BY minutes LIMIT 1 BY incident),
    cheers AS (
        SELECT a.incident AS incident, uniqExact(h.person) AS n, arraySlice(arraySort(groupUniqArray(h.person)), 1, 3) AS heroes, count() AS reactions
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
        SELECT i.incident AS incident, count() AS n,
               arrayMap(e -> e.2, groupArraySorted(1)((greatest(0, dateDiff('second', o.until, i.started_at)),
                   [toString(o.category), o.name, o.scope, if(i.started_at < o.until, '', toString(dateDiff('day', toDate32(o.until - INTERVAL 1 MILLISECOND), toDate32(i.started_at)))), if(o.every IS NULL, '', toString(round(assumeNotNull(o.every) / 7)))]))) AS events
        FROM incidents AS i CROSS JOIN occurrences AS o
        WHERE i.started_at >= o.start AND i.started_at <= o.until + INTERVAL 21 DAY GROUP BY incident),
    in_service AS (SELECT incident, started_at, services, arrayJoin(services) AS service FROM incidents),
    service_first AS (SELECT service, min(started_at) AS first_at, count() AS n FROM in_service GROUP BY service),
    met_services AS (
        SELECT s.incident AS incident, countIf(f.first_at = s.started_at) AS n, groupArraySortedIf(4)(s.service, f.first_at = s.started_at) AS fresh, argMin(s.service, (f.n, s.service)) AS rarest
        FROM in_service AS s INNER JOIN service_first AS f ON f.service = s.service GROUP BY incident),
    service_pairs AS (
        SELECT i.incident AS incident, i.started_at AS started_at, [x, y] AS pair FROM (SELECT * FROM incidents WHERE length(services) > 1) AS i ARRAY JOIN services AS x ARRAY JOIN services AS y WHERE x < y),
    service_pair_first AS (SELECT pair, min(started_at) AS first_at FROM service_pairs GROUP BY pair),
    new_pairs_of AS (
        SELECT s.incident AS incident, count() AS n, groupArraySorted(1)(s.pair) AS pairs
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
        SELECT i.incident AS incident, i.started_at AS started_at, t.n AS new_teams, t.pairs AS new_team_pairs, m.pairs AS new_person_pairs,
               p.held.1 AS holder, p.held.2 AS holder_share, p.held.3 AS holder_on_call, p.vested_n AS vested, p.vested AS vested_people, p.vested_share AS vested_share,
               p.hires_n AS new_hires, arrayMap(h -> h.2, p.hires) AS new_hire_people, if(notEmpty(p.hires), p.hires[1].1, 0) AS hire_months,
               p.first_on_call_n AS first_on_call, p.first_on_call AS first_on_call_people, p.two_hats_n AS two_hats, p.two_hats AS two_hats_people, h.services AS hats,
               c.n AS heroes, c.heroes AS hero_people, c.reactions AS hero_reactions, e.n AS events, if(notEmpty(e.events), e.events[1], []) AS event,
               p.tired_n AS tired, p.tired AS tired_people, n.minutes AS tired_minutes, p.sleepers_n AS sleepers, p.sleepers AS sleeper_people,
               p.off_call_n AS off_call, p.off_call AS off_call_people, p.status_known AS status_known, o.known AS owned, o.changes AS owner_changes,
               length(i.services) AS services, s.n AS new_services, s.fresh AS new_service_names,
               multiIf(NOT b.fresh, 0, v.n > 0, v.n, 1) AS new_combinations, multiIf(NOT b.fresh, [], notEmpty(v.pairs), v.pairs[1], i.services) AS new_combination
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
    told AS (
        SELECT *, arrayDistinct(arrayFilter(p -> p != '', arrayConcat([holder], arrayFlatten(new_person_pairs), vested_people, new_hire_people, first_on_call_people, two_hats_people,
                                                                     hero_people, tired_people, sleeper_people, off_call_people))) AS people
        FROM found),
    -- Names and teams in the order of people.
    named AS (
        SELECT m.incident AS incident, arrayMap(x -> x.2, arraySort(groupArray((m.nth, n.name)))) AS names, arrayMap(x -> x.2, arraySort(groupArray((m.nth, toString(t.team))))) AS teams
        FROM (SELECT incident, person, nth FROM told ARRAY JOIN people AS person, arrayEnumerate(people) AS nth) AS m
        LEFT ANY JOIN next_person AS n ON n.person = m.person
        LEFT ANY JOIN (SELECT incident, person, team FROM next_participation WHERE responder) AS t ON t.incident = m.incident AND t.person = m.person
        GROUP BY incident)
SELECT f.*, n.names AS names, n.people_teams AS people_teams, i.* EXCEPT (key),
       people_from AS people_since, services_from AS services_since,
       ifNull(f.started_at >= people_from, false) AS observed, ifNull(f.started_at >= people_from + INTERVAL 180 DAY, false) AS people_settled,
       ifNull(f.started_at >= services_from + INTERVAL 180 DAY, false) AS services_settled, ifNull(f.started_at >= shifts_from AND f.started_at < shifts_to, false) AS covered,
       ifNull(f.started_at >= shifts_from + INTERVAL 90 DAY AND f.started_at < shifts_to, false) AS shifts_settled, ifNull(f.started_at >= calendar_from, false) AS with_events,
       (SELECT countIf(team != '') > 0 FROM next_participation WHERE responder) AS with_teams, (SELECT countIf(function != '') > 0 FROM next_participation WHERE responder) AS with_functions,
       (SELECT countIf(pages > 0) > 0 AND countIf(tenure_months IS NOT NULL) > 0 FROM next_participation) AS with_hires,
       (SELECT count() > 0 FROM next_grant_of) AS with_grants, (SELECT uniqExact(zone) > 1 FROM next_person_at) AS with_zones,
       (SELECT count() > 0 FROM next_incident_activity WHERE kind = 'reaction') AS with_reactions, (SELECT countIf(near_miss) > 0 FROM next_incident_facts) AS with_near_misses
FROM told AS f
INNER JOIN (
    SELECT incident AS key, title, trigger, themes, near_miss, new_owner, if(notEmpty(owner_teams), owner_teams, teams) AS affected, teams, functions, offsets, participants, responders,
           lurkers, pairs, new_pairs, sleep_minutes
    FROM next_incident_facts) AS i ON i.key = f.incident
LEFT ANY JOIN (SELECT incident AS key, names, teams AS people_teams FROM named) AS n ON n.key = f.incident

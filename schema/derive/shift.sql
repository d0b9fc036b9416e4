-- On-call shifts of people: first level only. A schedule serves the services it names, those of its escalation policy, and the service
-- or team of its own name (without "on-call", "primary", "schedule").
WITH
    policies AS (SELECT source, account, policy, arraySort(groupUniqArray(service)) AS services FROM policy_services FINAL WHERE policy != '' GROUP BY source, account, policy),
    folded AS (
        SELECT *, trimBoth(replaceRegexpAll(replaceRegexpAll(lower(schedule), '\\b(on-?call|on call|primary|schedule|rota|rotation)\\b', ' '), '[\\s_\\-:]+', ' ')) AS word
        FROM oncall_shifts FINAL WHERE level <= 1 AND start < end),
    services AS (
        SELECT trimBoth(replaceRegexpAll(lower(one.service), '[\\s_\\-:]+', ' ')) AS word, min(one.service) AS service
        FROM (SELECT arrayJoin(services) AS service FROM incidents FINAL UNION DISTINCT SELECT service FROM service_ownership UNION DISTINCT SELECT service FROM policy_services) AS one
        WHERE one.service != '' GROUP BY word),
    teams AS (
        SELECT trimBoth(replaceRegexpAll(lower(one.team), '[\\s_\\-:]+', ' ')) AS word, min(one.team) AS team
        FROM (SELECT DISTINCT toString(team) AS team FROM service_ownership UNION DISTINCT SELECT DISTINCT toString(team) FROM people_history) AS one
        WHERE one.team != '' GROUP BY word)
SELECT p.person AS person, f.schedule AS schedule,
       arraySort(arrayDistinct(arrayFilter(s -> s != '', arrayConcat(f.services, ps.services, if(empty(f.services) AND empty(ps.services), [s.service], []))))) AS services,
       if(f.team != '', toString(f.team), t.team) AS team, f.start AS since, f.end AS until
FROM folded AS f
INNER JOIN (SELECT source, account, native_id, person FROM next_person_of WHERE person != '') AS p
    ON p.source = f.source AND p.account = f.account AND p.native_id = f.person
LEFT ANY JOIN policies AS ps ON ps.source = f.source AND ps.account = f.account AND ps.policy = f.policy
LEFT ANY JOIN services AS s ON s.word = f.word
LEFT ANY JOIN teams AS t ON t.word = f.word

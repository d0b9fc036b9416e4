-- One row per incident. Teams, functions and offsets are its responders'. new_pairs: pairs of responders never responders of the same
-- earlier incident, over all of history; burn_in: within the first 180 days of it, where everything looks new.
WITH
    (SELECT min(started_at) FROM next_incident_window) AS history,
    people AS (
        SELECT incident, count() AS participants, countIf(responder) AS responders, countIf(lurker) AS lurkers, countIf(joined_at IS NOT NULL) AS joined,
               arraySort(groupUniqArrayIf(toString(team), responder AND team != '')) AS teams,
               arraySort(groupUniqArrayIf(toString(function), responder AND function != '')) AS functions,
               arraySort(groupUniqArrayIf(offset, responder)) AS offsets, arraySum(arraySort(groupArray(p.engaged_minutes))) AS engaged_minutes, arraySum(arraySort(groupArray(p.sleep_minutes))) AS sleep_minutes,
               argMinIf(person, (-p.engaged_minutes, person), responder) AS top_person, max(p.engaged_minutes) AS top_minutes
        FROM next_participation AS p GROUP BY incident),
    pairs AS (
        SELECT x.incident AS incident, count() AS pairs, countIf(f.first_at = x.started_at) AS new_pairs,
               countIf(f.first_at = x.started_at AND (ifNull(x.tenure_days < 90, false) OR ifNull(y.tenure_days < 90, false))) AS new_pairs_hires
        FROM (SELECT incident, person, started_at, tenure_days FROM next_participation WHERE responder) AS x
        INNER JOIN (SELECT incident, person, tenure_days FROM next_participation WHERE responder) AS y ON y.incident = x.incident
        INNER JOIN next_pair_first AS f ON f.a = x.person AND f.b = y.person
        WHERE x.person < y.person GROUP BY incident)
SELECT b.incident AS incident, b.source AS source, b.native_id AS native_id, b.title AS title, b.status AS status, b.severity AS severity, w.started_at AS started_at, w.ended_at AS ended_at, w.window_start AS window_start, w.window_end AS window_end, w.imputed AS imputed, b.services AS services,
       w.owner_teams AS owner_teams, w.new_owner AS new_owner, b.trigger AS trigger, b.themes AS themes, b.near_miss AS near_miss, b.backfilled AS backfilled, b.url AS url, b.commander AS commander, p.participants AS participants, p.responders AS responders, p.lurkers AS lurkers, p.joined AS joined, p.teams AS teams,
       p.functions AS functions, p.offsets AS offsets, p.engaged_minutes AS engaged_minutes, p.sleep_minutes AS sleep_minutes, p.top_person AS top_person, if(p.engaged_minutes > 0, p.top_minutes / p.engaged_minutes, NULL) AS top_person_share,
       q.pairs AS pairs, q.new_pairs AS new_pairs, q.new_pairs_hires AS new_pairs_hires, w.started_at < history + INTERVAL 180 DAY AS burn_in
FROM next_incident_base AS b
INNER JOIN next_incident_window AS w ON w.incident = b.incident
LEFT ANY JOIN people AS p ON p.incident = b.incident
LEFT ANY JOIN pairs AS q ON q.incident = b.incident

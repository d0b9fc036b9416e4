-- What was unusual about an incident? Unit: incidents, the listed ones and the 24 months before the first of them: base rates look back
-- 12 months, the percentiles of those incidents another 12. Time: an incident lies where it started. Filters choose what is listed, never
-- the history behind it; only what is listed has words. Signals are concluded in Go from these facts.
WITH chosen AS (
    SELECT i.incident AS key, i.started_at AS at, toString(i.severity) AS severity FROM incident_facts AS i
    WHERE i.started_at >= {from:DateTime64(3, 'UTC')} AND i.started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({teams:Array(String)}) OR hasAny(i.teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(i.functions, {functions:Array(String)}))
      AND (empty({services:Array(String)}) OR hasAny(i.services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
      AND (empty({persons:Array(String)}) OR i.incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
      AND ({incident:String} = '' OR i.incident = {incident:String}))
SELECT c.severity AS severity, s.incident AS incident, s.started_at AS started_at, s.title AS title, s.trigger AS trigger, s.themes AS themes, s.near_miss AS near_miss, s.new_owner AS new_owner,
       s.affected AS affected, s.teams AS teams, s.functions AS functions, s.offsets AS offsets, s.participants AS participants, s.responders AS responders, s.lurkers AS lurkers,
       s.pairs AS pairs, s.new_pairs AS new_pairs, s.sleep_minutes AS sleep_minutes, s.services AS services, s.new_teams AS new_teams, s.holder AS holder, s.vested AS vested,
       s.vested_share AS vested_share, s.new_hires AS new_hires, s.first_on_call AS first_on_call, s.two_hats AS two_hats, s.heroes AS heroes, s.hero_reactions AS hero_reactions,
       s.events AS events, s.tired AS tired, s.sleepers AS sleepers, s.off_call AS off_call, s.status_known AS status_known, s.owned AS owned, s.new_services AS new_services,
       s.new_combinations AS new_combinations, s.observed AS observed, s.people_settled AS people_settled, s.services_settled AS services_settled, s.covered AS covered,
       s.shifts_settled AS shifts_settled, s.with_teams AS with_teams, s.with_functions AS with_functions, s.with_hires AS with_hires, s.with_grants AS with_grants,
       s.with_zones AS with_zones, s.with_reactions AS with_reactions, s.with_events AS with_events, s.with_near_misses AS with_near_misses, c.key != '' AS listed,
       w.people AS people, w.names AS names, w.people_teams AS people_teams, w.new_team_pairs AS new_team_pairs, w.new_person_pairs AS new_person_pairs, w.holder_share AS holder_share,
       w.holder_on_call AS holder_on_call, w.vested_people AS vested_people, w.new_hire_people AS new_hire_people, w.hire_months AS hire_months,
       w.first_on_call_people AS first_on_call_people, w.two_hats_people AS two_hats_people, w.hats AS hats, w.hero_people AS hero_people, w.event AS event,
       w.tired_people AS tired_people, w.tired_minutes AS tired_minutes, w.sleeper_people AS sleeper_people, w.off_call_people AS off_call_people, w.owner_changes AS owner_changes,
       w.new_service_names AS new_service_names, w.new_combination AS new_combination, w.people_since AS people_since, w.services_since AS services_since
FROM signal_facts AS s
LEFT ANY JOIN chosen AS c ON c.key = s.incident
LEFT ANY JOIN (
    SELECT incident, people, names, people_teams, new_team_pairs, new_person_pairs, holder_share, holder_on_call, vested_people, new_hire_people, hire_months, first_on_call_people,
           two_hats_people, hats, hero_people, event, tired_people, tired_minutes, sleeper_people, off_call_people, owner_changes, new_service_names, new_combination, people_since,
           services_since
    FROM signal_facts WHERE incident IN (SELECT key FROM chosen)) AS w ON w.incident = s.incident
WHERE s.started_at >= (SELECT min(at) FROM chosen) - INTERVAL 735 DAY AND s.started_at <= (SELECT max(at) FROM chosen)
ORDER BY started_at, incident DESC

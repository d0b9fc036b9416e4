-- What was unusual about an incident? Unit: incidents, the listed ones and the 24 months before the first of them: base rates look back
-- 12 months, the percentiles of those incidents another 12. Time: an incident lies where it started. Filters choose what is listed, never
-- the history behind it. Signals are concluded in Go from these facts.
WITH chosen AS (
    SELECT incident, started_at FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
      AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
      AND ({incident:String} = '' OR incident = {incident:String}))
SELECT i.severity AS severity, i.incident AS incident, i.title AS title, i.started_at AS started_at, i.services AS services, i.owner_teams AS owner_teams, i.new_owner AS new_owner,
       i.trigger AS trigger, i.themes AS themes, i.near_miss AS near_miss, i.participants AS participants, i.responders AS responders, i.lurkers AS lurkers, i.teams AS teams,
       i.functions AS functions, i.offsets AS offsets, i.pairs AS pairs, i.new_pairs AS new_pairs, i.sleep_minutes AS sleep_minutes,
       s.people AS people, s.names AS names, s.people_teams AS people_teams, s.new_teams AS new_teams, s.new_pairs AS met_pairs, s.holder AS holder, s.holder_share AS holder_share,
       s.holder_on_call AS holder_on_call, s.vested AS vested, s.vested_share AS vested_share, s.new_hires AS new_hires, s.hire_months AS hire_months,
       s.first_on_call AS first_on_call, s.two_hats AS two_hats, s.hats AS hats, s.heroes AS heroes, s.hero_reactions AS hero_reactions, s.events AS events, s.tired AS tired,
       s.tired_minutes AS tired_minutes, s.sleepers AS sleepers, s.off_call AS off_call, s.status_known AS status_known, s.owned AS owned, s.owner_changes AS owner_changes,
       s.new_services AS new_services, s.new_combinations AS new_combinations, s.people_since AS people_since, s.services_since AS services_since,
       s.shifts_since AS shifts_since, s.shifts_until AS shifts_until, s.with_teams AS with_teams, s.with_functions AS with_functions, s.with_pages AS with_pages,
       s.with_hires AS with_hires, s.with_grants AS with_grants, s.with_zones AS with_zones, s.with_reactions AS with_reactions, s.with_events AS with_events,
       s.with_near_misses AS with_near_misses, i.incident IN (SELECT incident FROM chosen) AS listed
FROM incident_facts AS i INNER JOIN signal_facts AS s ON s.incident = i.incident
WHERE i.started_at >= (SELECT min(started_at) FROM chosen) - INTERVAL 735 DAY AND i.started_at <= (SELECT max(started_at) FROM chosen)
ORDER BY started_at, incident DESC

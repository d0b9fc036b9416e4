-- Which incidents were there, and who was in them? Unit: incidents. Time: an incident lies where it started. Excludes announced maintenance and
-- incidents whose start nobody knows. Teams, functions and time zones are the responders', at its start. For the score the facts of the
-- signals come along, also of the 24 months before (listed = false), as in signals.sql.
WITH chosen AS (
    SELECT i.incident AS key, i.started_at AS at, ended_at, severity, status, imputed, i.services AS service_names, owner_teams, engaged_minutes / 60 AS engaged_hours, new_pairs_hires, burn_in,
           if(i.responders > 0, top_person_share, NULL) AS top_share
    FROM incident_facts AS i
    WHERE i.started_at >= {from:DateTime64(3, 'UTC')} AND i.started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({teams:Array(String)}) OR hasAny(i.teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(i.functions, {functions:Array(String)}))
      AND (empty({services:Array(String)}) OR hasAny(i.services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
      AND (empty({persons:Array(String)}) OR i.incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
      AND ({incident:String} = '' OR i.incident = {incident:String}))
SELECT c.ended_at AS ended_at, toString(c.severity) AS severity, c.status AS status, c.imputed AS imputed, c.service_names AS service_names, c.owner_teams AS owner_teams,
       c.engaged_hours AS engaged_hours, c.new_pairs_hires AS new_pairs_hires, c.burn_in AS burn_in, c.top_share AS top_person_share,
       s.incident AS incident, s.started_at AS started_at, s.title AS title, s.trigger AS trigger, s.themes AS themes, s.near_miss AS near_miss, s.new_owner AS new_owner,
       s.affected AS affected, s.teams AS teams, s.functions AS functions, s.offsets AS offsets, s.participants AS participants, s.responders AS responders, s.lurkers AS lurkers,
       s.pairs AS pairs, s.new_pairs AS new_pairs, s.sleep_minutes AS sleep_minutes, s.services AS services, s.new_teams AS new_teams, s.holder AS holder, s.vested AS vested,
       s.vested_share AS vested_share, s.new_hires AS new_hires, s.first_on_call AS first_on_call, s.two_hats AS two_hats, s.heroes AS heroes, s.hero_reactions AS hero_reactions,
       s.events AS events, s.tired AS tired, s.sleepers AS sleepers, s.off_call AS off_call, s.status_known AS status_known, s.owned AS owned, s.new_services AS new_services,
       s.new_combinations AS new_combinations, s.observed AS observed, s.people_settled AS people_settled, s.services_settled AS services_settled, s.covered AS covered,
       s.shifts_settled AS shifts_settled, s.with_teams AS with_teams, s.with_functions AS with_functions, s.with_hires AS with_hires, s.with_grants AS with_grants,
       s.with_zones AS with_zones, s.with_reactions AS with_reactions, s.with_events AS with_events, s.with_near_misses AS with_near_misses, c.key != '' AS listed
FROM signal_facts AS s
LEFT ANY JOIN chosen AS c ON c.key = s.incident
WHERE s.started_at >= (SELECT min(at) FROM chosen) - INTERVAL 735 DAY AND s.started_at <= (SELECT max(at) FROM chosen)
ORDER BY started_at, incident DESC

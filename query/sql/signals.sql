-- What was unusual about an incident? Unit: incidents, with the words of their evidence. Time: an incident lies where it started. Filters
-- choose what is listed, never the history behind it: signals are concluded in Go from the facts of all incidents.
WITH chosen AS (
SELECT incident, toString(incident_facts.severity) AS severity, incident_facts.started_at AS started_at FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
  AND ({incident:String} = '' OR incident = {incident:String}))
SELECT c.incident AS incident, c.severity AS severity, s.people AS people, s.names AS names, s.people_teams AS people_teams, s.new_team_pairs AS new_team_pairs,
       s.new_person_pairs AS new_person_pairs, s.holder_share AS holder_share, s.holder_on_call AS holder_on_call, s.vested_people AS vested_people, s.new_hire_people AS new_hire_people,
       s.hire_months AS hire_months, s.first_on_call_people AS first_on_call_people, s.two_hats_people AS two_hats_people, s.hats AS hats, s.hero_people AS hero_people, s.event AS event,
       s.tired_people AS tired_people, s.tired_minutes AS tired_minutes, s.sleeper_people AS sleeper_people, s.off_call_people AS off_call_people, s.owner_changes AS owner_changes,
       s.new_service_names AS new_service_names, s.new_combination AS new_combination, s.people_since AS people_since, s.services_since AS services_since
FROM chosen AS c
INNER JOIN (SELECT * FROM signal_facts WHERE incident IN (SELECT incident FROM chosen)) AS s ON s.incident = c.incident
ORDER BY c.started_at DESC, incident

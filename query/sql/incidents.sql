-- Which incidents were there, and who was in them? Unit: incidents. Time: an incident lies where it started. Excludes announced maintenance and
-- incidents whose start nobody knows. Teams, functions and time zones are the responders', at its start.
SELECT incident, title, started_at, ended_at, severity, status, imputed, services, owner_teams, participants, responders, lurkers, teams, functions,
       toUInt32(length(offsets)) AS timezones, engaged_minutes / 60 AS engaged_hours, pairs, new_pairs, new_pairs_hires, burn_in,
       if(responders > 0, top_person_share, NULL) AS top_person_share, trigger, themes, near_miss
FROM incident_facts
WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  AND (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)}))
  AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
  AND ({incident:String} = '' OR incident = {incident:String})
ORDER BY started_at DESC, incident

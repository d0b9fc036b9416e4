-- dependency-trend.stretches of incidents that are chosen by their teams, functions or people.
-- include stretches
  AND incident IN (
    SELECT incident FROM incident_facts
    WHERE (empty({teams:Array(String)}) OR hasAny(teams, {teams:Array(String)})) AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})))
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY person

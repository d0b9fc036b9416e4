  AND incident IN (
    SELECT incident FROM incident_facts
    WHERE (empty({teams:Array(String)}) OR {by:String} = 'team' OR hasAny(teams, {teams:Array(String)}))
      AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})))

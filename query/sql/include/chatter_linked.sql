  -- Of incident_hourly, what belongs to incidents of the filter's services and severities.
  AND hasAny(incidents, (
    SELECT groupArray(incident) FROM incident_facts
    WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})))

-- dependency.holders of incidents that are chosen by what only incident_facts and their responders tell of them.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
  if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts
-- include holders
-- include holders_of_incidents
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY name, person

-- leave.holders of incidents that are chosen by what only incident_facts knows of them: a set of them takes the engine a few milliseconds even where
-- all are in it.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends, addMonths(ends, -12) AS starts
-- include holders
-- include holders_of_incidents
GROUP BY name, person

-- Who held what in the 12 months before --to.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends, addMonths(ends, -12) AS starts
-- include holders
GROUP BY name, person

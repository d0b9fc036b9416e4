-- Who held what in the range, and of late: in the 12 months before --to, where groups are services.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
  if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts
-- include holders
GROUP BY name, person

-- The 12 months, in milliseconds since 1970.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS last
SELECT toInt32(toDate32(last)) AS day, toUnixTimestamp64Milli(addMonths(last, -12)) AS starts, toUnixTimestamp64Milli(last) AS ends

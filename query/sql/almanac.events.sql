-- The org events; midnight UTC is a day written without a zone.
SELECT DISTINCT toString(org_event.category) AS category, toString(org_event.scope) AS scope,
    toInt32(if(toStartOfDay(start, 'UTC') = start, toDate32(start), toDate32(toTimeZone(start, {org_zone:String})))) AS day FROM org_event

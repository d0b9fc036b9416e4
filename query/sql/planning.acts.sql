-- When somebody was first called or first contributed, in incidents of the 12 months.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    addMonths(ends, -12) AS starts
SELECT person, cityHash64(incident) AS id,
    toUnixTimestamp64Milli(assumeNotNull(if(first_page IS NULL OR first_contribution IS NULL, coalesce(first_page, first_contribution), least(first_page, first_contribution)))) AS acted
FROM participation
WHERE started_at >= starts AND started_at < ends AND (responder OR pages > 0 OR first_on_call) AND (first_page IS NOT NULL OR first_contribution IS NOT NULL)
    AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
    AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})

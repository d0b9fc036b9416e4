-- On how few people does the response rest? Unit: engaged time per person. Time: incidents that started in the range; without --from the
-- six calendar months before --to, without --to to the end of the day of the last incident. Groups: the organization, the incident's owning
-- teams or services; an incident of two counts wholly for each, one of none for none. Per person and group the union of engaged time.
-- Islands: services with exactly one person, employed at --to, who responded at least twice in the 12 months before --to; everybody is
-- employed where no roster is loaded. A team or service filter chooses groups of its kind, else incidents; persons' filter chooses incidents. The
-- row '' holds the incidents of no group. Here are the groups; who held what of them comes beside (dependency.holders.sql).
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    if({from_open:Bool}, addMonths(ends, -6), toTimeZone({from:DateTime64(3, 'UTC')}, {org_zone:String})) AS starts,
    arrayDistinct(multiIf({by:String} = 'team', owner_teams, {by:String} = 'service', services, ['org'])) AS names
SELECT name, count() AS incidents, countIf(responders > 0) AS answered
FROM incident_facts ARRAY JOIN if(empty(names), [''], names) AS name
WHERE started_at >= starts AND started_at < ends
  AND (empty({teams:Array(String)}) OR if({by:String} = 'team', name IN {teams:Array(String)}, hasAny(teams, {teams:Array(String)})))
  AND (empty({services:Array(String)}) OR if({by:String} = 'service', name IN {services:Array(String)}, hasAny(services, {services:Array(String)})))
  AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND (empty({persons:Array(String)}) OR incident IN (SELECT incident FROM participation WHERE responder AND person IN {persons:Array(String)}))
GROUP BY name ORDER BY name

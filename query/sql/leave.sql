-- What goes with these people? Unit: shares of engaged time, people. Time: incidents that started in the 12 months before --to (without it:
-- to the end of the day of the last incident); --from is ignored. Groups: the incident's services or owning teams; one of two counts wholly
-- for each, one of none for none. Per person and group the union of engaged time. Employed: at --to, on the organization's calendar;
-- everybody where no roster is loaded. A service or team filter chooses groups of its kind, else incidents. Here are the groups; who held
-- what of them comes beside (leave.holders.sql), and what is left without the leavers is reckoned in Go.
WITH toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends
SELECT name, count() AS incidents
FROM incident_facts ARRAY JOIN arrayDistinct(if({by:String} = 'team', owner_teams, services)) AS name
WHERE started_at >= addMonths(ends, -12) AND started_at < ends
  AND (empty({teams:Array(String)}) OR if({by:String} = 'team', name IN {teams:Array(String)}, hasAny(teams, {teams:Array(String)})))
  AND (empty({services:Array(String)}) OR if({by:String} = 'service', name IN {services:Array(String)}, hasAny(services, {services:Array(String)})))
  AND (empty({functions:Array(String)}) OR hasAny(functions, {functions:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
GROUP BY name

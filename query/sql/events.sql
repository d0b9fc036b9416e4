-- What is behind a cell of the heat map or a day of the calendar? Unit: actions, newest first, at most 500. Time and exclusions: chatter's.
-- For speed this asks hours for when and where: the newest 500 rows of the cell hold at least 500 actions. Of raw activity, events.go reads those hours alone.
SELECT toUInt32(hour) AS begins, source, kind, account, container, person, count
FROM activity_hourly
WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
  AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
  AND ({date:String} = '' OR toDate(hour) BETWEEN toDateOrZero({date:String}) - 1 AND toDateOrZero({date:String}) + 1)
  AND ({weekday:Int8} = 0 OR toDayOfWeek(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))) = {weekday:Int8})
  AND ({hour:Int8} < 0 OR toHour(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))) = {hour:Int8})
  AND ({date:String} = '' OR toString(toDate(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)))) = {date:String})
  AND ({any_group:Bool} OR if({by:String} = 'team', toString(team), if({by:String} = 'function', toString(function), if({by:String} = 'person', toString(person),
      if({by:String} = 'source', toString(source), if({by:String} = 'location', toString(location), ''))))) = {group:String})
ORDER BY hour DESC LIMIT 500 WITH TIES

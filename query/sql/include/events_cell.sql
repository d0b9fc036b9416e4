  -- The cell of a drill-down.
  AND ({date:String} = '' OR toDate(hour) BETWEEN toDateOrZero({date:String}) - 1 AND toDateOrZero({date:String}) + 1)
  AND ({weekday:Int8} = 0 OR toDayOfWeek(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))) = {weekday:Int8})
  AND ({hour:Int8} < 0 OR toHour(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))) = {hour:Int8})
  AND ({date:String} = '' OR toString(toDate(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)))) = {date:String})
  AND ({any_group:Bool} OR if({by:String} = 'team', toString(team), if({by:String} = 'function', toString(function), if({by:String} = 'person', toString(person),
      if({by:String} = 'source', toString(source), if({by:String} = 'location', toString(location), ''))))) = {group:String})

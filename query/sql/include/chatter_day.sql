      '' AS grp, toUInt32(toDate(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)))) AS at

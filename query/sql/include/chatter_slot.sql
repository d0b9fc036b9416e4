      -- The hour of the week on the clock, since Monday's first: 1970 began on a Thursday. if() of a parameter reads only the columns it needs, multiIf() all.
      toUInt32((intDiv(toUInt32(if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))), 3600) + 72) % 168) AS at

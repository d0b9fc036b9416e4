-- The hour on the clock. if() of a parameter reads only the columns it needs, multiIf() all.
if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))

WHERE org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
  AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
  AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})

  AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})

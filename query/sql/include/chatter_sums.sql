-- Whole months of the range.
clock = {sums_clock:String} AND dimension = {sums:String} AND (empty({sums_of:Array(String)}) OR value IN {sums_of:Array(String)}) AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}

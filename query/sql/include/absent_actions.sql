  -- Without whole months, where sums tell them, and without what is done to a sleeping person.
  AND (NOT ({sums:String} = 'function' OR {sums:String} = 'source' AND empty({sources:Array(String)})) OR (toYYYYMM(org_hour) < {whole_from:UInt32} OR toYYYYMM(org_hour) >= {whole_to:UInt32}) AND (hour < {rest_before:DateTime('UTC')} OR hour >= {rest_from:DateTime('UTC')}))
  AND kind NOT IN ('page', 'alert') AND person != '' AND function != ''

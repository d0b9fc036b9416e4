-- Hour bands are read at whole hours, on the clock of the person paged: an hour belongs to the band that holds its start.
WITH toHour(local_hour) * 60 AS minute_of_day,
  if({sleep_from:UInt32} < {sleep_to:UInt32}, minute_of_day >= {sleep_from:UInt32} AND minute_of_day < {sleep_to:UInt32},
    minute_of_day >= {sleep_from:UInt32} OR minute_of_day < {sleep_to:UInt32}) AS asleep

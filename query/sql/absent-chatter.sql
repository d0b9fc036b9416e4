-- When was only one function awake? Unit: weekday-hour cells. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Counts what chatter counts, without pages and alerts (they are done to a sleeping person) and without people of no function. A cell is
-- listed when all its actions in the range are of one function, on at least 3 dates. A function filter chooses among the cells, it does
-- not blind the others; the other filters choose the actions.
-- A date of a slot is a week, counted from the Monday before 1970. chatter.sql says what is read from where, and why; sums of functions serve as long as
-- nothing else is filtered: they are here, whole months a slot. Cells are made in absent_chatter.go.
SELECT slot, formatRow('RowBinary', of) AS functions, actions, formatRow('RowBinary', if(length(of) = 1, in_months, [])) AS months,
       formatRow('RowBinary', if(length(of) = 1, in_weeks, [])) AS weeks
FROM (
    SELECT slot, groupUniqArray(toString(value)) AS of, sum(count) AS actions, groupArray(month) AS in_months, groupArray(toUInt32(chatter_slots.weeks)) AS in_weeks
    FROM chatter_slots
    WHERE clock = {sums_clock:String} AND dimension = 'function' AND NOT done_to AND value != '' AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}
    GROUP BY slot)

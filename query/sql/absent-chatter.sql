-- When was only one function awake? Unit: weekday-hour cells. Time: the action's own, on the chosen clock; the range is cut at hours.
-- Counts what chatter counts, without pages and alerts (they are done to a sleeping person) and without people of no function. A cell is
-- listed when all its actions in the range are of one function, on at least 3 dates. A function filter chooses among the cells, it does
-- not blind the others; the other filters choose the actions.
-- A date of a slot is a week, counted from the Monday before 1970. people serves the minimum group alone: it is exact to 5, and 6 says more than 5. chatter.sql
-- says what is read from where, and why; sums of functions serve as long as nothing else is filtered: they are here, whole months a slot, and the rest of the
-- range comes beside, with the same columns: absent_chatter.go. There cells are made of both.
SELECT slot, formatRow('RowBinary', of) AS functions, actions, some, formatRow('RowBinary', who) AS known,
       formatRow('RowBinary', if(length(of) = 1, in_months, [])) AS months, formatRow('RowBinary', if(length(of) = 1, in_weeks, [])) AS weeks
FROM (
    SELECT slot, groupUniqArray(toString(value)) AS of, sum(count) AS actions, max(chatter_slots.people) AS some, groupUniqArrayArray(if({sized:Bool}, chatter_slots.who, [])) AS who,
           groupArray(month) AS in_months, groupArray(toUInt32(chatter_slots.weeks)) AS in_weeks
    FROM chatter_slots
    WHERE ({sums:String} = 'function' OR {sums:String} = 'source' AND empty({sources:Array(String)}))
      AND clock = {sums_clock:String} AND dimension = 'function' AND NOT done_to AND value != '' AND month >= {whole_from:UInt32} AND month < {whole_to:UInt32}
    GROUP BY slot)

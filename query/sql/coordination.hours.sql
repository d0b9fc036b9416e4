-- Engaged time: per person the union over the period's incidents.
-- include coordination_hours
    GROUP BY begins, person)
GROUP BY begins

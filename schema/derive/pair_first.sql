-- Every two people who responded to one incident, with the start of the first such incident.
SELECT x.person AS a, y.person AS b, min(x.started_at) AS first_at
FROM (SELECT incident, person, started_at FROM next_participation WHERE responder) AS x
INNER JOIN (SELECT incident, person FROM next_participation WHERE responder) AS y ON y.incident = x.incident
WHERE x.person < y.person GROUP BY a, b

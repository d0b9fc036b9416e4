-- How many people stand behind each value that a filter can choose, over all history; and the span of the data.
-- team, function, source: people ever in it. service, severity: people who took part in such incidents.
SELECT 'team' AS dimension, toString(team) AS value, uniqExact(person) AS people FROM person_at GROUP BY team
UNION ALL SELECT 'function', toString(function), uniqExact(person) FROM person_at GROUP BY function
UNION ALL SELECT 'source', toString(source), uniqExact(person) FROM person_of WHERE person != '' GROUP BY source
UNION ALL SELECT 'severity', toString(f.severity), uniqExact(p.person) FROM participation AS p INNER JOIN incident_facts AS f ON f.incident = p.incident GROUP BY f.severity
UNION ALL SELECT 'service', s, uniqExact(p.person) FROM participation AS p INNER JOIN (SELECT incident, arrayJoin(services) AS s FROM incident_facts) AS f ON f.incident = p.incident GROUP BY s

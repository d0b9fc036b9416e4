-- No metric: it answers no question of a leader.
SELECT
    (SELECT arraySort(groupUniqArray(toString(team))) FROM person_at WHERE team != ''),
    (SELECT arraySort(groupUniqArray(toString(function))) FROM person_at WHERE function != ''),
    (SELECT arraySort(groupUniqArray(arrayJoin(services))) FROM incident_facts),
    (SELECT arraySort(groupUniqArray(toString(severity))) FROM incident_facts WHERE severity != ''),
    (SELECT arraySort(groupUniqArray(src)) FROM (SELECT toString(source) AS src FROM coverage UNION ALL SELECT toString(source) FROM incident_facts)),
    at.1, at.2, at.3
FROM (SELECT (SELECT (min(first), max(last), count()) FROM (
    SELECT min(hour) AS first, max(hour) AS last FROM activity_hourly HAVING count() > 0
    UNION ALL SELECT toDateTime(min(started_at)), toDateTime(max(started_at)) FROM incident_facts HAVING count() > 0)) AS at)

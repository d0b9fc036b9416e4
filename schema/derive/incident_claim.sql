-- Which records claim which alerts and tickets, by key: a record the alerts that it lists, those whose page is its url, and its tickets.
SELECT r.key AS record, a.key AS claimed FROM (SELECT key, arrayJoin(alerts) AS alert FROM next_incident_said WHERE record = 'incident') AS r
INNER JOIN (SELECT key, native_id FROM next_incident_said WHERE record = 'alert') AS a ON a.native_id = r.alert
UNION DISTINCT
SELECT r.key, a.key FROM (SELECT key, url FROM next_incident_said WHERE record = 'incident' AND url != '') AS r
INNER JOIN (SELECT key, url FROM next_incident_said WHERE record = 'alert' AND url != '') AS a ON a.url = r.url
UNION DISTINCT
SELECT arrayJoin(ticket_of), key FROM next_incident_said

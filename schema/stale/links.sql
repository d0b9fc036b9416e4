-- The months (YYYYMM) of activity that may be linked to other incidents than it was: it happened in a channel, carries an id or belongs to an
-- alert that leads elsewhere now.
WITH
    before AS (SELECT incident, upper(incident) AS name, upper(native_id) AS id, upper(concat(source, ':', native_id)) AS full_id, alerts FROM incident_base),
    after AS (SELECT incident, upper(incident) AS name, upper(native_id) AS id, upper(concat(source, ':', native_id)) AS full_id, alerts FROM next_incident_base),
    changed AS ((SELECT * FROM before EXCEPT SELECT * FROM after) UNION ALL (SELECT * FROM after EXCEPT SELECT * FROM before)),
    words AS (SELECT arrayJoin([name, id, full_id]) AS word FROM changed),
    threads AS (SELECT arrayJoin(alerts) AS thread FROM changed WHERE thread != ''),
    channels AS (
        SELECT source, account, container FROM (
            (SELECT * FROM incident_channel EXCEPT SELECT * FROM next_incident_channel) UNION ALL (SELECT * FROM next_incident_channel EXCEPT SELECT * FROM incident_channel)))
SELECT arraySort(groupUniqArray(month)) AS months FROM (
    SELECT month FROM next_activity_monthly WHERE (source, account, container) GLOBAL IN channels
    UNION ALL
    SELECT toYYYYMM(at) FROM activity PREWHERE notEmpty(incident_ref) WHERE toYYYYMM(at) NOT IN {months:Array(UInt32)} AND arrayExists(r -> upper(r) GLOBAL IN words, incident_ref)
    UNION ALL
    SELECT toYYYYMM(at) FROM next_rare_activity WHERE kind != 'reaction' AND toYYYYMM(at) NOT IN {months:Array(UInt32)} AND thread GLOBAL IN threads)

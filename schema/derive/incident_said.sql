-- What sources said of incidents and alerts, by key. record: incident, alert, or ticket: a ticket of type incident whose title names other
-- sources' records ("INC-12: ..."), ticket_of, is their ticket and no second incident. An alert that is named by its page goes by its id, too.
WITH
    words AS (
        SELECT concat(source, '\n', account, '\n', native_id) AS ticket, arrayJoin(extractAll(upper(title), '[A-Z][A-Z0-9_]*-[0-9]+')) AS word
        FROM incidents FINAL WHERE source = 'jira' AND record = 'incident' AND word != upper(native_id)),
    tickets AS (
        SELECT w.ticket AS ticket, groupUniqArray(concat(i.source, '\n', i.account, '\n', i.native_id)) AS keys
        FROM words AS w INNER JOIN (SELECT source, account, native_id FROM incidents FINAL WHERE source != 'jira' AND record = 'incident') AS i ON upper(i.native_id) = w.word
        GROUP BY ticket)
SELECT s.key AS key, s.source AS source, s.account AS account, s.native_id AS native_id, if(t.ticket != '', 'ticket', s.raw_record) AS record, arraySort(t.keys) AS ticket_of,
       s.title AS title, s.status AS status, s.severity AS severity, s.started_at AS started_at, s.detected_at AS detected_at, s.declared_at AS declared_at, s.mitigated_at AS mitigated_at,
       s.resolved_at AS resolved_at, s.services AS services, s.owning_team AS owning_team, s.channels AS channels,
       arrayDistinct(arrayConcat(s.alerts, arrayMap(a -> extract(a, '([^/?#]+)/?([?#].*)?$'), s.alerts))) AS alerts, s.url AS url, s.trigger AS trigger, s.themes AS themes,
       s.near_miss AS near_miss, s.backfilled AS backfilled, s.commander AS commander
FROM (SELECT *, concat(source, '\n', account, '\n', native_id) AS key, toString(record) AS raw_record FROM incidents FINAL WHERE record != 'maintenance') AS s
LEFT ANY JOIN tickets AS t ON t.ticket = s.key

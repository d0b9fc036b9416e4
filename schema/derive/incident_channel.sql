-- Which channels belong to which incidents: an incident names one by id, name or #name. Several incidents in one channel share it.
-- Repositories, projects and services are no channels, whatever their name.
WITH
    names AS (
        SELECT source, account, native_id AS container, lower(replaceRegexpOne(name, '^#', '')) AS name FROM containers FINAL
        UNION ALL SELECT source, account, native_id, lower(replaceRegexpOne(native_id, '^#', '')) FROM containers FINAL
        UNION ALL SELECT DISTINCT source, account, container, lower(replaceRegexpOne(container, '^#', '')) FROM next_activity_monthly WHERE container != ''),
    named AS (SELECT incident, arrayJoin(channels) AS name FROM next_incident_base)
SELECT n.source AS source, n.account AS account, n.container AS container, arraySort(groupUniqArray(i.incident)) AS incidents, length(incidents) > 1 AS shared
FROM named AS i
INNER JOIN (SELECT DISTINCT * FROM names WHERE source NOT IN ('pagerduty', 'opsgenie', 'statuspage', 'github', 'jira')) AS n ON n.name = i.name
GROUP BY source, account, container

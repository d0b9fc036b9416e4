-- The incidents: every record, and the alerting tools' incidents in months without any record. What a record claims is one with it and only
-- fills blanks, each field by itself. Times here are what sources said; records whose start is not said may still drop alerts of their
-- month, in incident_window.
WITH
    claimed AS (
        SELECT c.record AS key, argMinIf(a.title, a.key, a.title != '') AS title, argMinIf(a.status, a.key, a.status != '') AS status,
               argMinIf(a.severity, a.key, a.severity != '') AS severity, min(a.started_at) AS started_at, min(a.detected_at) AS detected_at,
               min(a.declared_at) AS declared_at, max(a.mitigated_at) AS mitigated_at, max(a.resolved_at) AS resolved_at,
               arraySort(groupUniqArrayArray(a.services)) AS services, argMinIf(a.owning_team, a.key, a.owning_team != '') AS owning_team,
               arraySort(groupUniqArrayArray(a.channels)) AS channels, arraySort(groupUniqArray(a.native_id)) AS alerts, argMinIf(a.url, a.key, a.url != '') AS url,
               argMinIf(a.trigger, a.key, a.trigger != '') AS trigger, arraySort(groupUniqArrayArray(a.themes)) AS themes,
               argMinIf(a.commander, a.key, a.commander != '') AS commander, argMinIf(a.source, a.key, a.commander != '') AS commander_source
        FROM next_incident_claim AS c INNER JOIN next_incident_said AS a ON a.key = c.claimed GROUP BY c.record),
    filled AS (
        SELECT s.key AS key, s.source AS source, s.account AS account, s.native_id AS native_id, s.record AS record,
               if(s.title != '', s.title, c.title) AS title, if(s.status != '', s.status, c.status) AS status,
               if(s.severity != '', toString(s.severity), toString(c.severity)) AS severity,
               coalesce(s.started_at, c.started_at) AS started_at, coalesce(s.detected_at, c.detected_at) AS detected_at,
               coalesce(s.declared_at, c.declared_at) AS declared_at, coalesce(s.mitigated_at, c.mitigated_at) AS mitigated_at,
               coalesce(s.resolved_at, c.resolved_at) AS resolved_at, if(notEmpty(s.services), s.services, c.services) AS services,
               if(s.owning_team != '', s.owning_team, c.owning_team) AS owning_team, if(notEmpty(s.channels), s.channels, c.channels) AS channels,
               arrayDistinct(arrayConcat(s.alerts, c.alerts, if(s.record = 'alert', [s.native_id], []))) AS alerts,
               if(s.url != '', s.url, c.url) AS url, if(s.trigger != '', s.trigger, c.trigger) AS trigger, if(notEmpty(s.themes), s.themes, c.themes) AS themes,
               s.near_miss AS near_miss, s.backfilled AS backfilled,
               if(s.commander != '', s.commander, c.commander) AS commander, if(s.commander != '', toString(s.source), toString(c.commander_source)) AS commander_source,
               coalesce(started_at, detected_at, declared_at) AS starts, coalesce(resolved_at, mitigated_at) AS ends
        FROM next_incident_said AS s LEFT ANY JOIN claimed AS c ON c.key = s.key),
    recorded AS (SELECT DISTINCT toYYYYMM(starts) AS month FROM filled WHERE record = 'incident' AND starts IS NOT NULL),
    kept AS (
        SELECT *, uniqExact(source) OVER (PARTITION BY native_id) AS sources, count() OVER (PARTITION BY source, native_id) AS accounts
        FROM filled
        WHERE record = 'incident'
           OR (record = 'alert' AND key NOT IN (SELECT claimed FROM next_incident_claim) AND starts IS NOT NULL AND toYYYYMM(assumeNotNull(starts)) NOT IN (SELECT assumeNotNull(month) FROM recorded)))
SELECT multiIf(accounts > 1, concat(k.source, ':', k.account, '/', k.native_id), sources > 1, concat(k.source, ':', k.native_id), k.native_id) AS incident,
       k.source AS source, k.native_id AS native_id, record, title, status, severity, starts AS started_at, ends AS ended_at, services, owning_team,
       arrayDistinct(arrayFilter(c -> c != '', arrayMap(c -> lower(replaceRegexpOne(trimBoth(c), '^#', '')), channels))) AS channels,
       alerts, url, trigger, themes, near_miss, backfilled, if(k.commander = '', '', if(p.person != '', p.person, k.commander)) AS commander
FROM kept AS k
LEFT ANY JOIN (SELECT source, native_id, max(o.person) AS person FROM next_person_of AS o GROUP BY source, native_id) AS p ON p.source = k.commander_source AND p.native_id = k.commander

-- Start, end and response window [start - 15 min, end + 60 min). A missing start is the first contributing activity, a missing end the
-- last one before a silence of 12 h or more, counted from the start (shared channels supply neither; a silence right after the start ends
-- it there); such an incident is imputed. Without a start it cannot be placed. Alerts of a month that turns out to have a record are none.
-- owner_teams: as the source says, else the owners of its services at the start. new_owner: a service changed hands <= 90 days before.
WITH
    worked AS (
        SELECT incident, arraySort(groupArray(at)) AS ats FROM next_linked
        WHERE NOT shared AND person != '' AND kind IN {contributing:Array(String)} GROUP BY incident),
    started AS (
        SELECT b.incident AS incident, b.record AS record, coalesce(b.started_at, if(notEmpty(w.ats), w.ats[1], NULL)) AS start, b.ended_at AS ended_at, b.services AS services, b.owning_team AS owning_team,
               b.started_at IS NULL OR b.ended_at IS NULL AS imputed,
               arraySort(arrayPushBack(arrayFilter(t -> t >= assumeNotNull(start) - INTERVAL 15 MINUTE, w.ats), toDateTime64(assumeNotNull(start), 6, 'UTC'))) AS chain,
               arrayFirstIndex(i -> dateDiff('microsecond', chain[i], chain[i + 1]) >= 43200000000, range(1, length(chain))) AS silence
        FROM next_incident_base AS b LEFT ANY JOIN worked AS w ON w.incident = b.incident
        WHERE start IS NOT NULL),
    recorded AS (
        SELECT toYYYYMM(assumeNotNull(start)) AS month FROM started WHERE record = 'incident'
        UNION DISTINCT SELECT toYYYYMM(assumeNotNull(ended_at)) FROM next_incident_base
        WHERE record = 'incident' AND ended_at IS NOT NULL AND incident NOT IN (SELECT incident FROM started)),
    owners AS (
        SELECT s.incident AS incident, arraySort(groupUniqArray(toString(o.team))) AS teams,
               max(o.previously != '' AND o.since > addDays(toDate32(s.start), -91)) AS new_owner
        FROM (SELECT incident, assumeNotNull(start) AS start, arrayJoin(services) AS service FROM started) AS s
        INNER JOIN next_ownership AS o ON o.service = s.service
        WHERE toDate32(s.start) >= o.since AND toDate32(s.start) < o.until GROUP BY s.incident)
SELECT s.incident AS incident, assumeNotNull(s.start) AS started_at,
       greatest(started_at, ifNull(s.ended_at, toDateTime64(if(s.silence = 0, s.chain[-1], s.chain[s.silence]), 3, 'UTC'))) AS ended_at,
       started_at - INTERVAL 15 MINUTE AS window_start, ended_at + INTERVAL 60 MINUTE AS window_end, s.imputed AS imputed,
       if(s.owning_team != '', [s.owning_team], o.teams) AS owner_teams, o.new_owner AS new_owner
FROM started AS s LEFT ANY JOIN owners AS o ON o.incident = s.incident
WHERE s.record = 'incident' OR toYYYYMM(assumeNotNull(s.start)) NOT IN (SELECT month FROM recorded)

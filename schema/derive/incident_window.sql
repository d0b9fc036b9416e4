-- Start, end and response window [start - 15 min, end + 60 min). A missing start is the first contributing activity, a missing end the
-- last one before a silence of 12 h (shared channels supply neither); such an incident is imputed. Without either it cannot be placed.
-- owner_teams: as the source says, else the owners of its services at the start. new_owner: a service changed hands <= 90 days before.
WITH
    worked AS (
        SELECT incident, arraySort(groupArray(toDateTime64(at, 3, 'UTC'))) AS ats FROM next_linked
        WHERE NOT shared AND person != '' AND kind IN {contributing:Array(String)} GROUP BY incident),
    started AS (
        SELECT b.incident AS incident, coalesce(b.started_at, if(notEmpty(w.ats), w.ats[1], NULL)) AS start, b.ended_at AS ended_at, b.services AS services, b.owning_team AS owning_team,
               b.started_at IS NULL OR b.ended_at IS NULL AS imputed,
               arraySort(arrayPushBack(arrayFilter(t -> t >= start - INTERVAL 15 MINUTE, w.ats), assumeNotNull(start))) AS chain,
               arrayFirstIndex(gap -> gap > 43200, arrayMap(i -> dateDiff('second', chain[i], chain[i + 1]), range(1, length(chain)))) AS silence
        FROM next_incident_base AS b LEFT ANY JOIN worked AS w ON w.incident = b.incident
        WHERE start IS NOT NULL),
    owners AS (
        SELECT s.incident AS incident, arraySort(groupUniqArray(toString(o.team))) AS teams,
               max(o.previously != '' AND o.previously != o.team AND o.since > addDays(toDate32(s.start), -91)) AS new_owner
        FROM (SELECT incident, assumeNotNull(start) AS start, arrayJoin(services) AS service FROM started) AS s
        INNER JOIN next_ownership AS o ON o.service = s.service
        WHERE toDate32(s.start) >= o.since AND toDate32(s.start) < o.until GROUP BY s.incident)
SELECT s.incident AS incident, assumeNotNull(s.start) AS started_at,
       greatest(started_at, ifNull(s.ended_at, if(s.silence = 0, s.chain[-1], s.chain[s.silence]))) AS ended_at,
       started_at - INTERVAL 15 MINUTE AS window_start, ended_at + INTERVAL 60 MINUTE AS window_end, s.imputed AS imputed,
       if(s.owning_team != '', [s.owning_team], o.teams) AS owner_teams, o.new_owner AS new_owner
FROM started AS s LEFT ANY JOIN owners AS o ON o.incident = s.incident

-- Do people with little left to wait for carry more than their share? Unit: participations (incident, responder). Time: vesting on the incident's day; incidents that
-- started in the range. Roster of an incident: everybody with a start date employed on its day (UTC) in a function that has at least one
-- responder in the range; others are counted nowhere. Engaged time: union per person and band. Team, function and person filters
-- are of the person then, on the roster as among the responders; the others the incident's. Three kinds of rows: the
-- incidents' starts (ms), each roster person with spells of employment (days) and function (seconds) and the incidents responded to, and
-- minutes per band.
WITH
    chosen AS (
        SELECT incident, started_at, toUInt32(row_number() OVER (ORDER BY started_at, incident) - 1) AS nth FROM incident_facts
        WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    responders AS ( -- whoever responded; employed: on the roster that day
        SELECT incident, person, function, toString(vesting_band) AS band, employed AND tenure_days IS NOT NULL AS counted, engaged_since, engaged_until FROM participation
        WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
          AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
          AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
          AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
          AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})),
    functions AS ( -- of the roster: those of responders whom a roster names, employed that day or not
        SELECT DISTINCT function FROM responders WHERE person IN (SELECT person FROM employment)),
    placed AS ( -- when each was in such a function (and a filtered team); neighbouring spells are joined
        SELECT person, arraySort(arrayFilter(t -> NOT has(stops, t), starts)) AS since, arraySort(arrayFilter(t -> NOT has(starts, t), stops)) AS until
        FROM (
            SELECT person, groupArray(toInt64(toUnixTimestamp(since))) AS starts, groupArray(toInt64(toUnixTimestamp(until))) AS stops FROM person_at
            WHERE function IN functions AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
              AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
            GROUP BY person)),
    employed AS (SELECT person, groupArray(toInt32(since)) AS since, groupArray(toInt32(until)) AS until FROM employment GROUP BY person)
SELECT 'incidents' AS part, '' AS band, 0. AS minutes, toInt32(0) AS start_day, CAST([], 'Array(Int32)') AS employed_since, CAST([], 'Array(Int32)') AS employed_until,
       CAST([], 'Array(Int64)') AS placed_since, CAST([], 'Array(Int64)') AS placed_until, CAST([], 'Array(UInt32)') AS took,
       arraySort(groupArray(toUnixTimestamp64Milli(started_at))) AS started, '' AS person
FROM chosen
UNION ALL
SELECT 'person', '', 0., toInt32(assumeNotNull(n.start_date)), e.since, e.until, p.since, p.until, t.nths, [], p.person
FROM placed AS p
INNER JOIN employed AS e ON e.person = p.person
INNER JOIN person AS n ON n.person = p.person
LEFT ANY JOIN (
    SELECT r.person AS person, groupArray(c.nth) AS nths FROM responders AS r INNER JOIN chosen AS c ON c.incident = r.incident WHERE r.counted GROUP BY person) AS t ON t.person = p.person
WHERE n.start_date IS NOT NULL
UNION ALL
SELECT 'band', band, sum(milliseconds) / 60000, 0, [], [], [], [], [], [], ''
FROM (SELECT band, person, intervalLengthSumArray(engaged_since, engaged_until) AS milliseconds FROM responders WHERE counted AND notEmpty(engaged_since) GROUP BY band, person)
GROUP BY band

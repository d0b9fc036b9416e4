-- Do newcomers or old hands carry more than their share? Unit: participations (incident, responder). Time: tenure on the incident's day; incidents that
-- started in the range. Roster of an incident: everybody with a start date employed on its day (UTC) in a function that has at least one
-- responder in the range; others are counted nowhere. Engaged time: union per person and band. Team, function and person filters
-- are of the person then, on the roster as among the responders; the others the incident's. One row a person and band: the
-- incidents responded to while on the roster (by hash), engaged time, and the functions in which they responded. The incidents and the roster come beside: exposure.go.
SELECT person, toString(tenure_band) AS band, formatRow('RowBinary', groupArrayIf(cityHash64(incident), on_roster)) AS took,
       toFloat64(intervalLengthSumArrayIf(engaged_since, engaged_until, on_roster)) AS milliseconds, formatRow('RowBinary', groupUniqArray(toString(function))) AS functions
FROM (
    SELECT *, employed AND tenure_days IS NOT NULL AS on_roster FROM participation
    WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      -- include of_incidents
      -- include of_person
      AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
GROUP BY person, band

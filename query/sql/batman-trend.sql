-- Is one person ever less often the rescue? Unit: share of incidents. Time: the period of the incident's start, of a hero reaction its own, on the
-- organization's clock. Of the incidents with a responder (of the filtered teams and functions), those that the person with most of them responded
-- to; ties by the person's id. Periods without such incidents are not listed. Team, function and person filters are the responder's, the others the incident's.
WITH chosen AS (
    SELECT incident, toTimeZone(started_at, {org_zone:String}) AS start,
           if({by:String} = 'month', formatDateTime(start, '%Y-%m'), concat(toString(toYear(start)), 'Q', toString(toQuarter(start)))) AS period
    FROM incident_facts
    WHERE started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
      AND (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})
      AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})),
    took AS (
        SELECT c.period AS period, p.incident AS incident, p.person AS person
        FROM participation AS p INNER JOIN chosen AS c ON c.incident = p.incident
        WHERE p.responder AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})),
    most AS (
        SELECT period, person, count() AS n FROM took WHERE empty({persons:Array(String)}) OR person IN {persons:Array(String)}
        GROUP BY period, person ORDER BY period, n DESC, person LIMIT 1 BY period),
    praise AS (
        SELECT toTimeZone(at, {org_zone:String}) AS start,
               if({by:String} = 'month', formatDateTime(start, '%Y-%m'), concat(toString(toYear(start)), 'Q', toString(toQuarter(start)))) AS period, count() AS n
        FROM hero_reaction
        WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
        GROUP BY start, period)
SELECT a.period AS period, a.incidents AS answered, m.n AS count, m.person AS person, n.name AS name, a.people AS people, h.n AS hero_reactions
FROM (SELECT period, uniqExact(incident) AS incidents, uniqExact(person) AS people FROM took GROUP BY period) AS a
LEFT ANY JOIN most AS m ON m.period = a.period
LEFT ANY JOIN person AS n ON n.person = m.person
LEFT ANY JOIN (SELECT period, sum(n) AS n FROM praise GROUP BY period) AS h ON h.period = a.period
ORDER BY period

-- Equity grants by person.
SELECT p.person AS person, g.native_id AS native_id, g.start AS start, g.cliff_months AS cliff_months, g.total_months AS total_months,
       g.period_months AS period_months, g.quantity AS quantity
FROM grants AS g FINAL
INNER JOIN (SELECT source, native_id, min(o.person) AS person FROM next_person_of AS o WHERE o.person != '' GROUP BY source, native_id) AS p
    ON p.source = g.source AND p.native_id = g.person

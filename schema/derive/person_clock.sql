-- person_at cut at every change of the zone's offset, so that one ASOF join gives team and wall clock of an instant.
SELECT p.person AS person, greatest(p.since, z.since) AS since, p.team AS team, p.function AS function, p.location AS location, p.zone AS zone, z.offset AS offset
FROM next_person_at AS p INNER JOIN next_zone_offsets AS z ON z.zone = p.zone
WHERE p.since < z.until AND z.since < p.until

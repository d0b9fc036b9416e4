-- Who was in this incident? Unit: people. Time: team, function, place, tenure and vesting as of the incident's start; on-call status, hour
-- band and duties as of the person's first moment there. vested_fraction is null without a grant that had started, tenure without a
-- start date. Team and function filters are of the person then.
SELECT p.person AS person, n.name AS name, p.team AS team, p.function AS function, p.tenure_days AS tenure_days, p.tenure_band AS tenure_band, p.vesting_band AS vesting_band,
       p.vested_fraction AS vested_fraction, p.on_call AS on_call, p.first_at AS first_at, p.contributions AS contributions, p.engaged_minutes AS engaged_minutes, p.lurker AS lurker,
       p.hour_band AS hour_band, p.responder AS responder, p.reactions AS reactions, p.pages AS pages, p.sleep_minutes AS sleep_minutes, p.joined_at AS joined_at, p.two_hats AS two_hats,
       p.tired AS tired, p.first_on_call AS first_on_call, p.title AS title, p.location AS location, p.zone AS zone
FROM participation AS p LEFT ANY JOIN person AS n ON n.person = p.person
WHERE p.incident = {incident:String}
  AND (empty({teams:Array(String)}) OR p.team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR p.function IN {functions:Array(String)})
  AND (empty({persons:Array(String)}) OR p.person IN {persons:Array(String)})
ORDER BY p.engaged_minutes DESC, p.responder DESC, p.first_at IS NULL, p.first_at, p.person

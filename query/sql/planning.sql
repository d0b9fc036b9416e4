-- Where do teams need people, training, another rota, an owner or something written down? Unit: facts of a team, one per row, of several
-- kinds: fact says which, a, b and c are its numbers. Time: the 12 months before --to (without it: to the end of the day of the last
-- incident, on the organization's clock); --from is ignored. Team: of members, shifts and grants the one they are in at --to, if they are
-- employed then; of responses the one they were in at the incident; of incidents the owning teams, one of two counts wholly for each. No
-- minute of a person counts twice for a team. Filters are the incident's; the teams' filter chooses among the suggestions, in Go.
--
--   member  a person of the team: b h on shift, c h employed in the 12 months; with the grants
--   mine    name is a person: a min engaged, of no team
--   owned   a incidents the team owned, b of them with a responder
--   across  name is a team that responded to them: a min engaged
--   holder  person responded longest to them: a min engaged of everybody, b of the person, c people
--   island  name is a service of the team that only this person responded to twice: a times, b incidents of the service
--   status  responses of the team: a off call, b of known status, c people off call
--   first   person of the team was in an incident in their first shift ever: a incidents
--   awake   responses of the team: a min engaged, c people
--   asleep  a min of those in the sleep band, c people
--   slots   stretches of 12 h on shift of members: a with more than two incidents, b all, c most incidents in one
--
-- Here are the facts of responses, mine, across, holder, status, first, awake and asleep: each participation counts for its person, the person's
-- team then, and each owner of the incident. The others come beside: planning_facts.go.
WITH
    toTimeZone({as_of:DateTime64(3, 'UTC')}, {org_zone:String}) AS ends,
    addMonths(ends, -12) AS starts
SELECT p.team AS team, p.fact AS fact, p.name AS name, multiIf(fact = 'holder', argMin(p.person, (-p.minutes, p.person)), fact = 'first', any(p.person), '') AS person,
       toFloat64(multiIf(fact = 'first', sum(p.n), fact = 'status', sum(p.off), sum(p.minutes))) AS a, toFloat64(if(fact = 'status', sum(p.known), max(p.minutes))) AS b,
       toFloat64(if(fact = 'status', countIf(p.off > 0), count())) AS c
FROM (
    SELECT key.1 AS fact, key.2 AS team, key.3 AS name, participation.person AS person,
           intervalLengthSumArray(if(fact = 'asleep', asleep_since, engaged_since), if(fact = 'asleep', asleep_until, engaged_until)) / 60000 AS minutes,
           count() AS n, countIf(on_call = 'off_call') AS off, countIf(on_call NOT IN ('', 'unknown')) AS known
    FROM participation
    ARRAY JOIN arrayConcat(if(ifNull(first_on_call, false), [('first', toString(participation.team), '')], []), if(responder, [('status', toString(participation.team), '')], []),
        if(responder AND notEmpty(asleep_since), [('asleep', toString(participation.team), '')], []),
        if(responder AND notEmpty(engaged_since),
           arrayConcat([('mine', '', participation.person), ('awake', toString(participation.team), '')], arrayMap(o -> ('across', o, toString(participation.team)), arrayDistinct(owner_teams)),
                       arrayMap(o -> ('holder', o, ''), arrayDistinct(owner_teams))), [])) AS key
    WHERE started_at >= starts AND started_at < ends AND (responder OR pages > 0 OR first_on_call)
      -- include of_incidents
    GROUP BY fact, team, name, person) AS p
WHERE team != '' OR fact = 'mine'
GROUP BY team, fact, name, if(fact = 'first', p.person, '')

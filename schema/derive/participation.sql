-- Incident x person: everything about a participant as it was at the incident's start (team, function, zone, tenure, vesting) or at their
-- first moment there (on-call status, hour band on their own clock). Before the start date there is no tenure. What questions ask of the incident
-- and of engaged time stands here, too (stretches in milliseconds since 1970, in order), so that most are answered from this table alone.
WITH
    work AS (
        SELECT incident, person, sum(dateDiff('millisecond', since, until)) / 60000 AS minutes,
               arraySort(groupArray((toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)))) AS stretches
        FROM next_engaged GROUP BY incident, person),
    asleep AS (
        SELECT incident, person, sum(dateDiff('millisecond', since, until)) / 60000 AS minutes,
               arraySort(groupArray((toUnixTimestamp64Milli(since), toUnixTimestamp64Milli(until)))) AS stretches
        FROM next_engaged_sleep GROUP BY incident, person),
    there AS (
        SELECT p.*, w.started_at AS started_at, toDate32(w.started_at) AS start_day, w.owner_teams AS owner_teams, toDateTime(w.started_at, 'UTC') AS start_second,
               coalesce(p.first_contribution, if(p.first_page IS NULL OR p.joined_at IS NULL, coalesce(p.first_page, p.joined_at), least(p.first_page, p.joined_at))) AS first_at,
               toDateTime(ifNull(first_at, w.started_at), 'UTC') AS first_second
        FROM next_presence AS p INNER JOIN next_incident_window AS w ON w.incident = p.incident)
SELECT t.incident AS incident, t.person AS person, t.started_at AS started_at, at.team AS team, at.function AS function, at.location AS location, at.title AS title,
       at.zone AS zone, c.offset AS offset, t.contributions > 0 AS responder, t.contributions = 0 AND t.reactions = 0 AND t.pages = 0 AS lurker,
       t.contributions AS contributions, t.reactions AS reactions, t.pages AS pages, t.first_contribution AS first_contribution, t.first_page AS first_page,
       t.first_at AS first_at, t.joined_at AS joined_at, e.minutes AS engaged_minutes, s.minutes AS sleep_minutes,
       toHour(t.first_second + f.offset) * 60 + toMinute(t.first_second + f.offset) AS minute_of_day,
       multiIf(t.first_at IS NULL, '',
               if({sleep_from:UInt32} < {sleep_to:UInt32}, minute_of_day >= {sleep_from:UInt32} AND minute_of_day < {sleep_to:UInt32},
                  minute_of_day >= {sleep_from:UInt32} OR minute_of_day < {sleep_to:UInt32}), 'sleep',
               toDayOfWeek(t.first_second + f.offset) <= 5 AND minute_of_day >= {business_from:UInt32} AND minute_of_day < {business_to:UInt32}, 'business', 'off') AS hour_band,
       if(n.start_date <= toDate32(t.started_at), n.start_date, NULL) AS hired, dateDiff('day', hired, toDate32(t.started_at)) AS tenure_days,
       (toYear(toDate32(t.started_at)) - toYear(hired)) * 12 + toMonth(toDate32(t.started_at)) - toMonth(hired) AS calendar,
       calendar - (addMonths(hired, calendar) > toDate32(t.started_at)) AS tenure_months,
       multiIf(tenure_months IS NULL, '', tenure_months < 3, '<3m', tenure_months < 6, '3-6m', tenure_months < 12, '6-12m', tenure_months < 24, '1-2y',
               tenure_months < 48, '2-4y', '>=4y') AS tenure_band,
       if(v.person != '', toString(v.band), 'none') AS vesting_band, if(v.person != '', toNullable(v.fraction), NULL) AS vested_fraction,
       d.on_call AS on_call, d.two_hats AS two_hats, d.tired AS tired, if(d.person != '', d.first_on_call, NULL) AS first_on_call,
       b.source AS source, b.severity AS severity, b.services AS services, t.owner_teams AS owner_teams, m.person != '' AND t.start_day < m.until AS employed,
       tupleElement(e.stretches, 1) AS engaged_since, tupleElement(e.stretches, 2) AS engaged_until, tupleElement(s.stretches, 1) AS asleep_since, tupleElement(s.stretches, 2) AS asleep_until
FROM there AS t
ASOF LEFT JOIN next_person_at AS at ON at.person = t.person AND at.since <= t.start_second
ASOF LEFT JOIN next_person_clock AS c ON c.person = t.person AND c.since <= t.start_second
ASOF LEFT JOIN next_person_clock AS f ON f.person = t.person AND f.since <= t.first_second
LEFT ANY JOIN next_person AS n ON n.person = t.person
LEFT ANY JOIN work AS e ON e.incident = t.incident AND e.person = t.person
LEFT ANY JOIN asleep AS s ON s.incident = t.incident AND s.person = t.person
LEFT ANY JOIN next_vested AS v ON v.incident = t.incident AND v.person = t.person
LEFT ANY JOIN next_duty AS d ON d.incident = t.incident AND d.person = t.person
LEFT ANY JOIN next_incident_base AS b ON b.incident = t.incident
ASOF LEFT JOIN next_employment AS m ON m.person = t.person AND m.since <= t.start_day

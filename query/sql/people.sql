-- Who carries the incidents, and at what price? Unit: people who responded in the range. Time: incidents that started in it; tenure, vesting,
-- team and function as of --to (without it: the end of the day of the last incident, on the organization's clock). incident_share is over
-- the incidents with a responder (of the filtered teams and functions). Engaged and sleep time: union per person. hero_reactions: hero emoji
-- from others in the range, wherever. hero_arrivals: incidents with one in their channels within 10 min of the earlier of the
-- person's first message or join there. Team and function filters are the responder's then, the others the incident's; persons choose rows. Here a row
-- a person; who they are and what they were praised for comes beside, in Go.
SELECT person, formatRow('RowBinary', groupArray(cityHash64(incident))) AS took, countIf(on_call IN ('on_call', 'elsewhere', 'off_call')) AS known, countIf(on_call = 'off_call') AS off,
       intervalLengthSumArray(engaged_since, engaged_until) / 3600000 AS engaged_hours, intervalLengthSumArray(asleep_since, asleep_until) / 3600000 AS sleep_hours
FROM participation
WHERE responder AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')}
  -- include of_incidents
  -- include of_person
GROUP BY person

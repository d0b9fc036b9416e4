-- No metric: it is what all incidents are told from, oldest first.
SELECT s.incident AS incident, s.started_at AS started_at, title, trigger, themes, near_miss, new_owner, affected, teams, functions, offsets, participants, responders, lurkers, pairs, new_pairs,
    sleep_minutes, services, new_teams, holder, vested, vested_share, new_hires, first_on_call, two_hats, heroes, hero_reactions, events, tired, sleepers, off_call, status_known, owned,
    new_services, new_combinations, observed, people_settled, services_settled, covered, shifts_settled, with_teams, with_functions, with_hires, with_grants, with_zones, with_reactions,
    with_events, with_near_misses, ended_at, severity, status, imputed, service_names, owner_teams, engaged_hours, new_pairs_hires, burn_in, top_person_share
FROM signal_facts AS s
INNER JOIN (
    SELECT incident, ended_at, toString(severity) AS severity, status, imputed, services AS service_names, owner_teams, engaged_minutes / 60 AS engaged_hours, new_pairs_hires, burn_in,
        if(responders > 0, top_person_share, NULL) AS top_person_share
    FROM incident_facts) AS f ON f.incident = s.incident
ORDER BY started_at, incident

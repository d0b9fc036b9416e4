-- What the evidence of incidents names.
SELECT incident, people, names, people_teams, new_team_pairs, new_person_pairs, holder_share, holder_on_call, vested_people, new_hire_people, hire_months, first_on_call_people,
    two_hats_people, hats, hero_people, event, tired_people, tired_minutes, sleeper_people, off_call_people, owner_changes, new_service_names, new_combination, people_since, services_since
FROM signal_facts WHERE incident IN {unsaid:Array(String)}

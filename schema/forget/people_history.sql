SELECT * REPLACE (if(them('roster', '', manager), '', manager) AS manager) FROM people_history WHERE NOT has(their_emails, lower(email))

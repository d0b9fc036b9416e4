SELECT * FROM aliases WHERE NOT has(their_emails, lower(person)) AND NOT them(source, '', alias)

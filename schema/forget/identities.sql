SELECT * FROM identities
WHERE NOT (has(their_emails, lower(email)) OR them(source, account, native_id) OR login != '' AND has(their_aliases, (toString(source), lower(login))) OR email = '' AND has(their_names, lower(name)))

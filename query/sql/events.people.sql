-- Who accounts are.
SELECT source, account, native_id, person AS name FROM person_of WHERE person IN {of_persons:Array(String)} AND person != ''

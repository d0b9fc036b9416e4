-- What places are called.
SELECT source, account, native_id, name FROM containers FINAL WHERE native_id IN {of_containers:Array(String)} AND name != ''

SELECT * REPLACE (clear(name) AS name, arrayFilter(m -> NOT them(source, account, m), members) AS members) FROM containers

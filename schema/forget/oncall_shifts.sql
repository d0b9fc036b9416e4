SELECT * REPLACE (toLowCardinality(clear(schedule)) AS schedule) FROM oncall_shifts WHERE NOT them(source, account, person)

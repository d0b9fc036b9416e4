SELECT * REPLACE (clear(file) AS file, clear(part) AS part, clear(detail) AS detail) FROM rejects

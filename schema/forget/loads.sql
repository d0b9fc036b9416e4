SELECT * REPLACE (clear(file) AS file, clear(error) AS error) FROM loads

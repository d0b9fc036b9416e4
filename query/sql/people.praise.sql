-- The hero reactions that people got, with the incidents (by hash) in which they had just arrived.
SELECT person, count() AS n, formatRow('RowBinary', groupArrayArray(arrayMap(i -> cityHash64(i), arrived_in))) AS arrived
FROM hero_reaction WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} GROUP BY person

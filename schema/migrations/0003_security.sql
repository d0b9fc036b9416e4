-- Who we are to ourselves, and who must stay forgotten.

-- One row: the secret that pseudonyms and tombstones are keyed with. It never leaves the database: export leaves it out.
CREATE TABLE installation (
    name  LowCardinality(String),
    value String,
    at    DateTime64(6, 'UTC') DEFAULT now64(6)
) ENGINE = MergeTree ORDER BY name;

-- Keyed hashes of what a forgotten person was known by; loads drop or blank what matches.
-- what: 'word' an e-mail, login or native id, 'key' the same within one source, 'name' a full name.
CREATE TABLE forgotten (
    what LowCardinality(String),
    hash UInt64,
    at   DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at) ORDER BY (what, hash);

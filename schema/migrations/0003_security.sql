-- Who we are to ourselves, who must stay forgotten, and who looked at names.

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

-- Every answer of the dashboard that held names.
CREATE TABLE audit (
    at       DateTime64(3, 'UTC'),
    user     String,
    role     LowCardinality(String),
    address  String,
    path     String,
    filter   String,
    persons  Array(String)
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY at;

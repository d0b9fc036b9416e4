-- Who we are to ourselves, and who must stay forgotten.

-- One row: the secret that pseudonyms and tombstones are keyed with. It never leaves the database: export leaves it out.
CREATE TABLE installation (
    name  LowCardinality(String),
    value String,
    at    DateTime64(6, 'UTC') DEFAULT now64(6)
) ENGINE = MergeTree ORDER BY name;

-- Keyed hashes of what forgotten people were known by; the Writer drops or blanks what matches, so that no later load brings them back.
-- what: email; key, an id within one source and account; alias, an id or login within a source; name, words in text.
CREATE TABLE forgotten (
    what LowCardinality(String),
    hash UInt64,
    at   DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = ReplacingMergeTree(at) ORDER BY (what, hash);

-- The same in clear, lower-cased, and patterns (RE2) of it, only while a person is being forgotten; rows here are unfinished business of the next command.
CREATE TABLE forgetting (
    what    LowCardinality(String),
    source  String,
    account String,
    value   String
) ENGINE = MergeTree ORDER BY (what, source, account, value);

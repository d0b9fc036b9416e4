-- Raw tables hold what sources said, one row per natural key (the ORDER BY). Of two rows with one key the greater ver stays: it
-- is made of the source's own time of change and, below it, the time of the load, so a newer export wins in whatever order files come.

CREATE TABLE activity (
    at           DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    source       LowCardinality(String),
    account      LowCardinality(String),
    native_id    String,
    kind         LowCardinality(String),
    actor        LowCardinality(String),
    target_actor LowCardinality(String),
    container    LowCardinality(String),
    thread       String,
    emoji        LowCardinality(String),
    incident_ref Array(String),
    size         UInt32,
    is_bot       Bool,
    ver          UInt64
) ENGINE = ReplacingMergeTree(ver) PARTITION BY toYYYYMM(at)
ORDER BY (source, account, native_id, kind, actor, emoji);

CREATE TABLE identities (
    source    LowCardinality(String),
    account   String,
    native_id String,
    login     String,
    name      String,
    email     String,
    zone      LowCardinality(String),
    is_bot    Bool,
    ver       UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, account, native_id);

CREATE TABLE containers (
    source    LowCardinality(String),
    account   String,
    native_id String,
    name      String,
    members   Array(String),
    ver       UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, account, native_id);

CREATE TABLE aliases (
    source LowCardinality(String),
    alias  String,
    person String,
    ver    UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, alias);

CREATE TABLE people_history (
    as_of      Date32,
    email      String,
    name       String,
    location   LowCardinality(String),
    title      LowCardinality(String),
    team       LowCardinality(String),
    function   LowCardinality(String),
    manager    String,
    level      LowCardinality(String),
    zone       LowCardinality(String),
    start_date Nullable(Date32),
    end_date   Nullable(Date32),
    ver        UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (as_of, email);

CREATE TABLE incidents (
    source       LowCardinality(String),
    account      String,
    native_id    String,
    record       LowCardinality(String),
    title        String,
    status       String,
    severity     LowCardinality(String),
    started_at   Nullable(DateTime64(3, 'UTC')),
    detected_at  Nullable(DateTime64(3, 'UTC')),
    declared_at  Nullable(DateTime64(3, 'UTC')),
    mitigated_at Nullable(DateTime64(3, 'UTC')),
    resolved_at  Nullable(DateTime64(3, 'UTC')),
    services     Array(String),
    owning_team  String,
    channels     Array(String),
    alerts       Array(String),
    url          String,
    trigger      String,
    themes       Array(String),
    near_miss    Bool,
    backfilled   Bool,
    commander    String,
    ver          UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, account, native_id);

CREATE TABLE oncall_shifts (
    source    LowCardinality(String),
    account   String,
    native_id String,
    schedule  LowCardinality(String),
    policy    String,
    services  Array(String),
    team      LowCardinality(String),
    person    String,
    start     DateTime64(3, 'UTC'),
    end       DateTime64(3, 'UTC'),
    level     UInt8,
    ver       UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, account, native_id);

CREATE TABLE policy_services (
    source  LowCardinality(String),
    account String,
    policy  String,
    service String,
    team    String,
    ver     UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, account, service);

CREATE TABLE service_ownership (
    service String,
    team    LowCardinality(String),
    since   Date32,
    ver     UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (service, since);

CREATE TABLE grants (
    source        LowCardinality(String),
    native_id     String,
    person        String,
    start         Date32,
    cliff_months  UInt16,
    total_months  UInt16,
    period_months UInt16,
    quantity      Float64,
    ver           UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, native_id);

CREATE TABLE org_events (
    source    LowCardinality(String),
    native_id String,
    name      String,
    category  LowCardinality(String),
    start     DateTime64(3, 'UTC'),
    end       Nullable(DateTime64(3, 'UTC')),
    scope     String,
    ver       UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (source, native_id);

CREATE TABLE series (
    name  LowCardinality(String),
    at    DateTime64(3, 'UTC'),
    value Float64,
    ver   UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (name, at);

CREATE TABLE reviews (
    source       LowCardinality(String),
    incident     String,
    held_at      DateTime64(3, 'UTC'),
    facilitator  String,
    attendees    Array(String),
    required     Array(String),
    readers      UInt32,
    reader_names Array(String),
    actions_open UInt32,
    actions_done UInt32,
    ver          UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (incident, held_at);

-- The load log: one row per file and load, replaced when it ends.
CREATE TABLE loads (
    id         UInt64,
    file       String,
    source     LowCardinality(String),
    state      LowCardinality(String),
    started_at DateTime64(3, 'UTC'),
    ended_at   Nullable(DateTime64(3, 'UTC')),
    bytes      UInt64,
    records    UInt64,
    rows       UInt64,
    rejected   UInt64,
    notices    Map(String, UInt64),
    error      String,
    ver        UInt64
) ENGINE = ReplacingMergeTree(ver) ORDER BY (id, file);

-- Records that could not be kept; those of a file's newest load count.
CREATE TABLE rejects (
    load   UInt64,
    file   String,
    source LowCardinality(String),
    part   String,
    line   UInt32,
    reason LowCardinality(String),
    detail String
) ENGINE = ReplacingMergeTree ORDER BY (file, load, part, line, reason);

-- Months of activity that the derived tables do not show yet; written before the activity itself.
CREATE TABLE pending (
    month UInt32,
    load  UInt64
) ENGINE = MergeTree ORDER BY month;

-- What the derived tables stand on: a digest of each raw table and of the settings; the last row counts.
-- state 'swapping' means that a rebuild is exchanging tables (or died doing so): readers wait or look again.
CREATE TABLE derived_state (
    seq     UInt64,
    state   LowCardinality(String),
    at      DateTime64(3, 'UTC'),
    digests Map(String, UInt64)
) ENGINE = MergeTree ORDER BY seq;

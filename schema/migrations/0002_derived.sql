-- Derived tables hold what we conclude and are the only ones that pages read. schema/derive/NAME.sql says how each is made.

CREATE TABLE zone_offsets (
    zone   LowCardinality(String),
    since  DateTime('UTC'),
    until  DateTime('UTC'),
    offset Int32
) ENGINE = MergeTree ORDER BY (zone, since);

CREATE TABLE person_of (
    source    LowCardinality(String),
    account   String,
    native_id String,
    person    String,
    is_bot    Bool,
    matched   Bool
) ENGINE = MergeTree ORDER BY (source, account, native_id);

CREATE TABLE person (
    person     String,
    name       String,
    in_roster  Bool,
    matched    Bool,
    start_date Nullable(Date32),
    sources    Array(String)
) ENGINE = MergeTree ORDER BY person;

CREATE TABLE employment (
    person String,
    since  Date32,
    until  Date32
) ENGINE = MergeTree ORDER BY (person, since);

CREATE TABLE person_at (
    person   String,
    since    DateTime('UTC'),
    until    DateTime('UTC'),
    team     LowCardinality(String),
    function LowCardinality(String),
    manager  String,
    title    LowCardinality(String),
    level    LowCardinality(String),
    location LowCardinality(String),
    zone     LowCardinality(String)
) ENGINE = MergeTree ORDER BY (person, since);

CREATE TABLE person_clock (
    person   String,
    since    DateTime('UTC'),
    team     LowCardinality(String),
    function LowCardinality(String),
    location LowCardinality(String),
    zone     LowCardinality(String),
    offset   Int32
) ENGINE = MergeTree ORDER BY (person, since);

CREATE TABLE rare_activity (
    at           DateTime64(6, 'UTC'),
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
    is_bot       Bool
) ENGINE = MergeTree PARTITION BY toYear(at) ORDER BY (kind, source, account, thread, at);

CREATE TABLE page_repeat (
    source    LowCardinality(String),
    account   LowCardinality(String),
    native_id String,
    actor     LowCardinality(String)
) ENGINE = MergeTree ORDER BY (source, account, native_id, actor);

CREATE TABLE activity_hourly (
    hour       DateTime('UTC'),
    local_hour DateTime('UTC'),
    org_hour   DateTime('UTC'),
    person     LowCardinality(String),
    team       LowCardinality(String),
    function   LowCardinality(String),
    location   LowCardinality(String),
    source     LowCardinality(String),
    kind       LowCardinality(String),
    account    LowCardinality(String),
    container  LowCardinality(String),
    count      UInt32
) ENGINE = MergeTree PARTITION BY toYYYYMM(hour)
ORDER BY (source, kind, team, function, location, person, hour, local_hour, container, account);

CREATE TABLE chatter_slots (
    utc_month UInt32,
    month     UInt32,
    clock     LowCardinality(String),
    dimension LowCardinality(String),
    value     LowCardinality(String),
    slot      UInt8,
    done_to   Bool,
    count     UInt32,
    weeks     UInt8,
    people    UInt8,
    who       Array(UInt64)
) ENGINE = MergeTree PARTITION BY intDiv(utc_month, 100) ORDER BY (clock, dimension, value, month, slot);

CREATE TABLE chatter_days (
    utc_month UInt32,
    month     UInt32,
    clock     LowCardinality(String),
    dimension LowCardinality(String),
    value     LowCardinality(String),
    day       Date,
    count     UInt32,
    people    UInt8,
    who       Array(UInt64)
) ENGINE = MergeTree PARTITION BY intDiv(utc_month, 100) ORDER BY (clock, dimension, value, month, day);

CREATE TABLE page_hourly (
    hour       DateTime('UTC'),
    local_hour DateTime('UTC'),
    org_hour   DateTime('UTC'),
    person     LowCardinality(String),
    team       LowCardinality(String),
    function   LowCardinality(String),
    source     LowCardinality(String),
    count      UInt32
) ENGINE = MergeTree PARTITION BY toYear(hour) ORDER BY (hour, person);

CREATE TABLE merge_hourly (
    hour     DateTime('UTC'),
    org_hour DateTime('UTC'),
    count    UInt64
) ENGINE = MergeTree PARTITION BY toYear(hour) ORDER BY org_hour;

CREATE TABLE activity_monthly (
    month     UInt32,
    source    LowCardinality(String),
    account   LowCardinality(String),
    container LowCardinality(String),
    actor     LowCardinality(String),
    human     Bool,
    once      UInt64,
    n         UInt64
) ENGINE = MergeTree PARTITION BY month ORDER BY (source, account, container, actor, human);

CREATE TABLE coverage (
    source       LowCardinality(String),
    month        UInt32,
    rows         UInt64,
    person_rows  UInt64,
    matched_rows UInt64,
    people       UInt64,
    raw_rows     UInt64
) ENGINE = MergeTree ORDER BY (month, source);

CREATE TABLE incident_said (
    key          String,
    source       LowCardinality(String),
    account      String,
    native_id    String,
    record       LowCardinality(String),
    ticket_of    Array(String),
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
    commander    String
) ENGINE = MergeTree ORDER BY key;

CREATE TABLE incident_claim (
    record  String,
    claimed String
) ENGINE = MergeTree ORDER BY record;

CREATE TABLE incident_base (
    incident     String,
    source       LowCardinality(String),
    native_id    String,
    record       LowCardinality(String),
    title        String,
    status       String,
    severity     LowCardinality(String),
    started_at   Nullable(DateTime64(3, 'UTC')),
    ended_at     Nullable(DateTime64(3, 'UTC')),
    services     Array(String),
    owning_team  String,
    channels     Array(String),
    alerts       Array(String),
    url          String,
    trigger      String,
    themes       Array(String),
    near_miss    Bool,
    backfilled   Bool,
    commander    String
) ENGINE = MergeTree ORDER BY incident;

CREATE TABLE incident_channel (
    source    LowCardinality(String),
    account   String,
    container String,
    incidents Array(String),
    shared    Bool
) ENGINE = MergeTree ORDER BY (source, account, container);

CREATE TABLE linked (
    at        DateTime64(6, 'UTC'),
    incident  String,
    shared    Bool,
    source    LowCardinality(String),
    account   LowCardinality(String),
    native_id String,
    kind      LowCardinality(String),
    actor     LowCardinality(String),
    emoji     LowCardinality(String),
    container LowCardinality(String),
    thread    String,
    person    String,
    is_bot    Bool
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (incident, at);

CREATE TABLE incident_window (
    incident     String,
    started_at   DateTime64(3, 'UTC'),
    ended_at     DateTime64(3, 'UTC'),
    window_start DateTime64(3, 'UTC'),
    window_end   DateTime64(3, 'UTC'),
    imputed      Bool,
    owner_teams  Array(String),
    new_owner    Bool
) ENGINE = MergeTree ORDER BY incident;

CREATE TABLE incident_activity (
    incident     String,
    at           DateTime64(6, 'UTC'),
    person       String,
    actor        LowCardinality(String),
    kind         LowCardinality(String),
    emoji        LowCardinality(String),
    contributing Bool,
    source       LowCardinality(String),
    account      LowCardinality(String),
    native_id    String,
    container    LowCardinality(String),
    thread       String,
    is_bot       Bool
) ENGINE = MergeTree PARTITION BY toYear(at) ORDER BY (incident, person, at);

CREATE TABLE engaged (
    incident String,
    person   String,
    since    DateTime64(3, 'UTC'),
    until    DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (incident, person, since);

CREATE TABLE engaged_sleep AS engaged;

CREATE TABLE shift (
    person   String,
    schedule LowCardinality(String),
    services Array(String),
    team     LowCardinality(String),
    since    DateTime64(3, 'UTC'),
    until    DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (person, since);

CREATE TABLE first_shift (
    person String,
    since  DateTime64(3, 'UTC'),
    until  DateTime64(3, 'UTC'),
    known  Bool
) ENGINE = MergeTree ORDER BY person;

CREATE TABLE grant_of (
    person        String,
    native_id     String,
    start         Date32,
    cliff_months  UInt16,
    total_months  UInt16,
    period_months UInt16,
    quantity      Float64
) ENGINE = MergeTree ORDER BY (person, start);

CREATE TABLE ownership (
    service    String,
    team       LowCardinality(String),
    since      Date32,
    until      Date32,
    previously LowCardinality(String)
) ENGINE = MergeTree ORDER BY (service, since);

CREATE TABLE presence (
    incident           String,
    person             String,
    contributions      UInt32,
    reactions          UInt32,
    pages              UInt32,
    first_contribution Nullable(DateTime64(3, 'UTC')),
    first_page         Nullable(DateTime64(3, 'UTC')),
    joined_at          Nullable(DateTime64(3, 'UTC'))
) ENGINE = MergeTree ORDER BY (incident, person);

CREATE TABLE night_work (
    person   String,
    at       DateTime64(3, 'UTC'),
    incident String
) ENGINE = MergeTree PARTITION BY toYear(at) ORDER BY (person, at);

CREATE TABLE duty (
    incident      String,
    person        String,
    on_call       LowCardinality(String),
    two_hats      Bool,
    first_on_call Nullable(Bool),
    tired         Bool
) ENGINE = MergeTree ORDER BY (incident, person);

CREATE TABLE vested (
    incident String,
    person   String,
    band     LowCardinality(String),
    fraction Float64
) ENGINE = MergeTree ORDER BY (incident, person);

CREATE TABLE participation (
    incident         String,
    person           String,
    started_at       DateTime64(3, 'UTC'),
    team             LowCardinality(String),
    function         LowCardinality(String),
    location         LowCardinality(String),
    title            LowCardinality(String),
    zone             LowCardinality(String),
    offset           Int32,
    responder        Bool,
    lurker           Bool,
    contributions    UInt32,
    reactions        UInt32,
    pages            UInt32,
    first_contribution Nullable(DateTime64(3, 'UTC')),
    first_page       Nullable(DateTime64(3, 'UTC')),
    first_at         Nullable(DateTime64(3, 'UTC')),
    joined_at        Nullable(DateTime64(3, 'UTC')),
    engaged_minutes  Float64,
    sleep_minutes    Float64,
    hour_band        LowCardinality(String),
    tenure_days      Nullable(Int32),
    tenure_months    Nullable(Int32),
    tenure_band      LowCardinality(String),
    vesting_band     LowCardinality(String),
    vested_fraction  Nullable(Float64),
    on_call          LowCardinality(String),
    two_hats         Bool,
    tired            Bool,
    first_on_call    Nullable(Bool),
    source           LowCardinality(String),
    severity         LowCardinality(String),
    services         Array(String),
    owner_teams      Array(String),
    employed         Bool,
    engaged_since    Array(Int64),
    engaged_until    Array(Int64),
    asleep_since     Array(Int64),
    asleep_until     Array(Int64)
) ENGINE = MergeTree ORDER BY (incident, person);

CREATE TABLE pair_first (
    a        String,
    b        String,
    first_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (a, b);

CREATE TABLE incident_facts (
    incident         String,
    source           LowCardinality(String),
    native_id        String,
    title            String,
    status           String,
    severity         LowCardinality(String),
    started_at       DateTime64(3, 'UTC'),
    ended_at         DateTime64(3, 'UTC'),
    window_start     DateTime64(3, 'UTC'),
    window_end       DateTime64(3, 'UTC'),
    imputed          Bool,
    services         Array(String),
    owner_teams      Array(String),
    new_owner        Bool,
    trigger          String,
    themes           Array(String),
    near_miss        Bool,
    backfilled       Bool,
    url              String,
    commander        String,
    participants     UInt32,
    responders       UInt32,
    lurkers          UInt32,
    joined           UInt32,
    teams            Array(String),
    functions        Array(String),
    offsets          Array(Int32),
    engaged_minutes  Float64,
    sleep_minutes    Float64,
    top_person       String,
    top_person_share Nullable(Float64),
    pairs            UInt32,
    new_pairs        UInt32,
    new_pairs_hires  UInt32,
    burn_in          Bool
) ENGINE = MergeTree ORDER BY (started_at, incident);

CREATE TABLE hero_reaction (
    at        DateTime64(6, 'UTC'),
    person    String,
    by        String,
    emoji     LowCardinality(String),
    source    LowCardinality(String),
    container LowCardinality(String),
    arrived_in Array(String)
) ENGINE = MergeTree ORDER BY (person, at);

CREATE TABLE org_event (
    native_id String,
    source    LowCardinality(String),
    name      String,
    category  LowCardinality(String),
    start     DateTime64(3, 'UTC'),
    end       DateTime64(3, 'UTC'),
    scope     String
) ENGINE = MergeTree ORDER BY (category, start);

CREATE TABLE series_daily (
    name  LowCardinality(String),
    day   Date32,
    value Float64
) ENGINE = MergeTree ORDER BY (name, day);

CREATE TABLE review_facts (
    incident     String,
    held_at      DateTime64(3, 'UTC'),
    facilitator  String,
    attendees    Array(String),
    required     Array(String),
    readers      UInt32,
    actions_open UInt32,
    actions_done UInt32
) ENGINE = MergeTree ORDER BY (held_at, incident);

CREATE TABLE incident_hourly (
    hour       DateTime('UTC'),
    local_hour DateTime('UTC'),
    org_hour   DateTime('UTC'),
    person     LowCardinality(String),
    team       LowCardinality(String),
    function   LowCardinality(String),
    location   LowCardinality(String),
    source     LowCardinality(String),
    kind       LowCardinality(String),
    account    LowCardinality(String),
    container  LowCardinality(String),
    incidents  Array(String),
    count      UInt32
) ENGINE = MergeTree PARTITION BY toYear(hour) ORDER BY (source, kind, team, function, location, person, hour);

-- Activity by the hour: all of it (linked = false), or only what belongs to incidents (linked = true), with their names. Ask for one of them.
CREATE VIEW IF NOT EXISTS activity_hours AS
SELECT false AS linked, hour, local_hour, org_hour, person, team, function, location, source, kind, account, container, CAST([], 'Array(String)') AS incidents, count
FROM activity_hourly
UNION ALL
SELECT true, hour, local_hour, org_hour, person, team, function, location, source, kind, account, container, incidents, count FROM incident_hourly;

CREATE TABLE signal_facts (
    incident             String,
    started_at           DateTime64(3, 'UTC'),
    title                String,
    trigger              String,
    themes               Array(String),
    near_miss            Bool,
    new_owner            Bool,
    affected             Array(String),
    teams                Array(String),
    functions            Array(String),
    offsets              Array(Int32),
    participants         UInt32,
    responders           UInt32,
    lurkers              UInt32,
    pairs                UInt32,
    new_pairs            UInt32,
    sleep_minutes        Float64,
    services             UInt32,
    new_teams            UInt32,
    vested               UInt32,
    vested_share         Nullable(Float64),
    new_hires            UInt32,
    first_on_call        UInt32,
    two_hats             UInt32,
    heroes               UInt32,
    hero_reactions       UInt32,
    events               UInt32,
    tired                UInt32,
    sleepers             UInt32,
    off_call             UInt32,
    status_known         UInt32,
    owned                Bool,
    new_services         UInt32,
    new_combinations     UInt32,
    holder               String,
    observed             Bool,
    people_settled       Bool,
    services_settled     Bool,
    covered              Bool,
    shifts_settled       Bool,
    with_teams           Bool,
    with_functions       Bool,
    with_hires           Bool,
    with_grants          Bool,
    with_zones           Bool,
    with_reactions       Bool,
    with_events          Bool,
    with_near_misses     Bool,
    people               Array(String),
    names                Array(String),
    people_teams         Array(String),
    new_team_pairs       Array(Array(String)),
    new_person_pairs     Array(Array(String)),
    holder_share         Float64,
    holder_on_call       LowCardinality(String),
    vested_people        Array(String),
    new_hire_people      Array(String),
    hire_months          Int32,
    first_on_call_people Array(String),
    two_hats_people      Array(String),
    hats                 Array(String),
    hero_people          Array(String),
    event                Array(String),
    tired_people         Array(String),
    tired_minutes        Int64,
    sleeper_people       Array(String),
    off_call_people      Array(String),
    owner_changes        Array(Array(String)),
    new_service_names    Array(String),
    new_combination      Array(String),
    people_since         Nullable(DateTime64(3, 'UTC')),
    services_since       Nullable(DateTime64(3, 'UTC'))
) ENGINE = MergeTree ORDER BY (started_at, incident) SETTINGS index_granularity = 256;

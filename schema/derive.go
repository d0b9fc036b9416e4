package schema

import (
	"context"
	"embed"
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

//go:embed derive/*.sql
var deriveFiles embed.FS

// derived is one derived table. Its select (derive/NAME.sql) reads raw tables and the next_ forms of the tables before it.
type derived struct {
	name    string
	monthly bool     // kept by month of activity: those that did not change are linked from the current table, the others computed
	yearly  string   // kept by year, for what has few rows, which are quicker to read from few partitions: the month (YYYYMM) of a row. Of a year with a month that changed, the others are copied
	also    []string // of stale/NAME.sql: what makes months of this table stale beside what makes all
	sizedBy string   // a table that is kept by month: it is this table's source, instead of activity, whose rows bound a statement's work
	of      string   // a raw table: where it is empty, so is this one
}

func (d derived) byMonth() bool { return d.monthly || d.yearly != "" }

// derivation is the order in which derived tables are made.
var derivation = []derived{
	{name: "zone_offsets"}, {name: "person_of"}, {name: "person"}, {name: "employment"}, {name: "person_at"}, {name: "person_clock"},
	{name: "rare_activity", yearly: "toYYYYMM(at)"}, {name: "page_repeat"},
	{name: "activity_hourly", monthly: true}, {name: "chatter_slots", yearly: "utc_month"}, {name: "chatter_days", yearly: "utc_month"},
	{name: "page_hourly", yearly: "toYYYYMM(hour)"}, {name: "merge_hourly", yearly: "toYYYYMM(hour)"},
	{name: "activity_monthly", monthly: true}, {name: "coverage"},
	{name: "incident_said", of: "incidents"}, {name: "incident_claim", of: "incidents"}, {name: "incident_base", of: "incidents"}, {name: "incident_channel", of: "incidents"}, {name: "linked", monthly: true, also: []string{"links"}, of: "incidents"},
	{name: "ownership", of: "service_ownership"}, {name: "incident_window", of: "incidents"},
	{name: "incident_activity", yearly: "toYYYYMM(at)", also: []string{"links", "windows"}, sizedBy: "linked", of: "incidents"},
	{name: "incident_hourly", yearly: "toYYYYMM(hour)", also: []string{"links", "windows"}, sizedBy: "linked", of: "incidents"}, {name: "engaged", of: "incidents"}, {name: "engaged_sleep", of: "incidents"}, {name: "presence", of: "incidents"},
	{name: "shift", of: "oncall_shifts"}, {name: "first_shift", of: "oncall_shifts"}, {name: "grant_of", of: "grants"},
	{name: "night_work", yearly: "toYYYYMM(at)", also: []string{"links", "windows"}, sizedBy: "linked"},
	{name: "duty", of: "incidents"}, {name: "vested", of: "grants"}, {name: "participation", of: "incidents"}, {name: "pair_first", of: "incidents"},
	{name: "incident_facts", of: "incidents"}, {name: "hero_reaction"}, {name: "org_event", of: "org_events"}, {name: "series_daily", of: "series"},
	{name: "review_facts", of: "reviews"}, {name: "signal_facts", of: "incidents"},
}

// DerivedTables are the names of the derived tables, in the order in which they are made.
func DerivedTables() []string {
	names := make([]string, len(derivation))
	for i, d := range derivation {
		names[i] = d.name
	}
	return names
}

// Contributing are the kinds of activity that make a participant a responder.
var Contributing = []Kind{Message, Reply, File, Ack, Resolve, Note, Escalation, StatusUpdate, CallSpoke, Review, PROpened, PRMerged, PRComment, Commit, Deploy,
	TicketCreated, TicketChanged, TicketComment}

// Chatter are the kinds of activity that chatter counts unless others are asked for.
var Chatter = []Kind{Message, Reply, File, Note, CallSpoke, Ack, Resolve, Alert, Page, PROpened, PRMerged, Review, PRComment, TicketCreated, TicketChanged, TicketComment}

// chunkRows bounds how much activity, or of what is made of it, one statement of a rebuild reads, and with it the rebuild's memory.
const chunkRows = 1_000_000

// Rebuild brings the derived tables up to the raw ones: it computes what changed into side tables and exchanges them. It does nothing
// when nothing changed. all recomputes everything. First, what the retention setting does not keep is dropped,
// and people whose forgetting was begun are forgotten. The caller holds the lock. step, if not nil, is told each table's name.
func (db *DB) Rebuild(ctx context.Context, all bool, step func(name string)) (done bool, err error) {
	defer func() { err = db.Explain(err) }()
	if err := db.expire(ctx); err != nil {
		return false, fmt.Errorf("retention: %w", err)
	}
	if pending, err := db.forgetting(ctx); err != nil || pending {
		if err == nil {
			err = db.finishForgetting(ctx, step)
		}
		return err == nil, err
	}
	return db.rebuild(ctx, all, step)
}

func (db *DB) rebuild(ctx context.Context, all bool, step func(name string)) (done bool, err error) {
	r := &rebuild{db: db, step: step}
	if r.step == nil {
		r.step = func(string) {}
	}
	if r.state, err = db.derivedState(ctx); err != nil {
		return false, err
	}
	if r.digests, err = db.digests(ctx); err != nil {
		return false, fmt.Errorf("rebuild: %w", err)
	}
	if r.pending, err = db.Pending(ctx); err != nil {
		return false, err
	}
	all = all || r.state.State != "ready" || r.changed("settings", "method")
	if !all && len(r.pending) == 0 && maps.Equal(r.digests, r.state.Digests) {
		return false, nil
	}
	if r.columns, err = db.columns(ctx); err != nil {
		return false, err
	}
	if err := r.months(ctx); err != nil {
		return false, err
	}
	r.all = all
	db.holdMerges(ctx)
	defer db.resumeMerges(ctx)
	if err := r.buildAll(ctx); err != nil {
		return false, err
	}
	r.step("swap")
	return true, r.swap(ctx)
}

// holdMerges keeps the engine from merging parts of activity: a load has just added them and a rebuild reads them, and both would want all
// cores. Who may not do this does without.
func (db *DB) holdMerges(ctx context.Context) {
	_ = db.cluster.define(ctx, "activity", "SYSTEM STOP MERGES activity")
}

// resumeMerges ends that; so does a start of the engine.
func (db *DB) resumeMerges(ctx context.Context) {
	_ = db.cluster.define(context.WithoutCancel(ctx), "activity", "SYSTEM START MERGES activity")
}

type rebuild struct {
	db      *DB
	step    func(string)
	state   DerivedState
	digests map[string]uint64
	pending []uint32
	columns map[string][]string        // by table
	held    map[int]map[uint32]uint64  // rows of activity by shard and month
	size    map[uint32]uint64          // by month
	all     bool                       // months that did not change are computed anew, too
	stale   map[uint32]bool            // the months that are computed anew
	also    map[string]map[uint32]bool // more of them for some tables, by what found them
}

// DerivedState says what the derived tables show. Two reads of an equal Seq with State "ready" saw the same tables.
type DerivedState struct {
	Seq     uint64
	State   string // "" before the first rebuild, "ready", "swapping"
	At      time.Time
	Digests map[string]uint64
}

func (db *DB) derivedState(ctx context.Context) (s DerivedState, err error) {
	rows, err := db.Conn.Query(ctx, "SELECT seq, state, at, digests FROM derived_state ORDER BY seq DESC LIMIT 1")
	if err != nil {
		return s, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&s.Seq, &s.State, &s.At, &s.Digests)
	}
	return s, err
}

// Pending are the months (YYYYMM) of activity that the derived tables do not show yet.
func (db *DB) Pending(ctx context.Context) (months []uint32, err error) {
	err = db.Conn.QueryRow(ctx, "SELECT arraySort(groupUniqArray(month)) FROM pending").Scan(&months)
	return months, err
}

// digests fingerprints every raw table but activity (its months are listed in pending), the settings and the method.
func (db *DB) digests(ctx context.Context) (map[string]uint64, error) {
	out := map[string]uint64{"settings": db.Settings.digest(), "method": method()}
	for table, columns := range RawTables {
		if table == "activity" {
			continue
		}
		var d uint64
		if err := db.Conn.QueryRow(ctx, "SELECT sum(cityHash64(toString(tuple("+columns+")))) FROM "+table+" FINAL").Scan(&d); err != nil {
			return nil, err
		}
		out[table] = d
	}
	return out, nil
}

// columns are the names of every table's columns, in order.
func (db *DB) columns(ctx context.Context) (map[string][]string, error) {
	rows, err := db.Conn.Query(ctx, "SELECT table, groupArray(name) FROM (SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, position) GROUP BY table")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var table string
		var names []string
		if err := rows.Scan(&table, &names); err != nil {
			return nil, err
		}
		out[table] = names
	}
	return out, rows.Err()
}

func method() uint64 {
	h := fnv.New64a()
	for _, d := range derivation {
		b, _ := deriveFiles.ReadFile("derive/" + d.name + ".sql")
		h.Write(b)
	}
	return h.Sum64()
}

func (r *rebuild) changed(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return r.digests[n] != r.state.Digests[n] })
}

// buildAll makes every next_NAME as soon as those that it reads are there, so that what one core does goes on beside what all do.
func (r *rebuild) buildAll(ctx context.Context) error {
	const sideBySide = 2
	g, ctx := errgroup.WithContext(ctx)
	turn, made := make(chan struct{}, sideBySide), map[string]chan struct{}{}
	for _, d := range derivation {
		made[d.name] = make(chan struct{})
	}
	var telling sync.Mutex
	for _, d := range derivation {
		g.Go(func() error {
			for _, name := range reads[d.name] {
				select {
				case <-made[name]:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			turn <- struct{}{}
			defer func() { <-turn }()
			telling.Lock()
			r.step(d.name)
			telling.Unlock()
			if err := r.build(ctx, d); err != nil {
				return fmt.Errorf("rebuild %s: %w", d.name, err)
			}
			close(made[d.name])
			return nil
		})
	}
	return g.Wait()
}

// reads are the derived tables that each is made of. By then it has to be known who is somebody else now, too, where months are linked.
var reads = func() map[string][]string {
	out := map[string][]string{}
	for _, d := range derivation {
		text, _ := deriveFiles.ReadFile("derive/" + d.name + ".sql")
		for _, m := range regexp.MustCompile(`\bnext_(\w+)`).FindAllStringSubmatch(string(text), -1) {
			if slices.ContainsFunc(derivation, func(d derived) bool { return d.name == m[1] }) {
				out[d.name] = append(out[d.name], m[1])
			}
		}
		if d.byMonth() {
			out[d.name] = append(out[d.name], "person_clock")
		}
	}
	return out
}()

// build makes next_NAME: of a divided table each shard its part, from its parts of the tables before it; else the home from all.
func (r *rebuild) build(ctx context.Context, d derived) error {
	next := "next_" + d.name
	if err := r.db.cluster.create(ctx, next, d.name); err != nil {
		return err
	}
	if d.name == "zone_offsets" {
		if err := r.zoneOffsets(ctx); err != nil {
			return err
		}
	} else if d.of != "" && r.digests[d.of] == 0 {
		// empty, as what it is made of
	} else if err := r.db.cluster.onEach(ctx, d.name, func(ctx context.Context, s shard) error { return r.buildOn(ctx, s, d) }); err != nil {
		return err
	}
	if err := r.db.cluster.settle(ctx, next, d.name); err != nil {
		return err
	}
	if readByParts[d.name] {
		if err := r.db.cluster.spread(ctx, r.db.Database, next, d.name); err != nil {
			return err
		}
	}
	return r.compare(ctx, d.name)
}

// readByParts are the whole tables that divided ones are made of.
var readByParts = func() map[string]bool {
	out := map[string]bool{}
	for _, d := range derivation {
		if isDivided(d.name) {
			for _, name := range reads[d.name] {
				out[name] = !isDivided(name)
			}
		}
	}
	return out
}()

func (r *rebuild) buildOn(ctx context.Context, s shard, d derived) error {
	if !d.byMonth() {
		return r.fill(ctx, s, d.name, nil)
	}
	held := r.size
	if isDivided(d.name) {
		held = r.held[s.number]
	}
	stale := r.staleOf(d)
	var work []uint32
	kept := map[uint32][]uint32{} // by partition
	for _, m := range slices.Sorted(maps.Keys(held)) {
		if stale[m] {
			work = append(work, m)
		} else {
			kept[d.partition(m)] = append(kept[d.partition(m)], m)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(kept)) {
		if err := s.change(ctx, d.keep(p, kept[p], stale)); err != nil {
			return err
		}
	}
	size := r.size
	if d.sizedBy != "" && len(work) > 0 {
		var err error
		if size, err = r.db.cluster.rowsByMonth(ctx, "next_"+d.sizedBy, d.sizedBy); err != nil {
			return err
		}
	}
	for _, chunk := range chunks(work, size) {
		if err := r.fill(ctx, s, d.name, chunk); err != nil {
			return err
		}
	}
	return nil
}

// staleOf are the months that are computed anew for a table.
func (r *rebuild) staleOf(d derived) map[uint32]bool {
	stale := maps.Clone(r.stale)
	for _, by := range d.also {
		maps.Copy(stale, r.also[by])
	}
	if r.all {
		for m := range r.size {
			stale[m] = true
		}
	}
	return stale
}

func (d derived) partition(month uint32) uint32 {
	if d.monthly {
		return month
	}
	return month / 100
}

// keep is the statement that takes over a partition's months that did not change: the partition as it is, unless another of its months did.
func (d derived) keep(partition uint32, months []uint32, stale map[uint32]bool) string {
	for m := range stale {
		if d.partition(m) == partition {
			return fmt.Sprintf("INSERT INTO next_%s SELECT * FROM %s WHERE %s IN (%s)", d.name, d.name, d.yearly, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(months)), ", "), "[]"))
		}
	}
	return fmt.Sprintf("ALTER TABLE next_%s ATTACH PARTITION %d FROM %s", d.name, partition, d.name)
}

// chunks divides months by their rows of what is read for them.
func chunks(months []uint32, size map[uint32]uint64) (out [][]uint32) {
	rows := uint64(0)
	for _, m := range months {
		if len(out) == 0 || rows+size[m] > chunkRows {
			out, rows = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], m)
		rows += size[m]
	}
	return out
}

// fill runs derive/NAME.sql into next_NAME on a shard, matching columns by name.
func (r *rebuild) fill(ctx context.Context, s shard, name string, months []uint32) error {
	text, err := deriveFiles.ReadFile("derive/" + name + ".sql")
	if err != nil {
		return err
	}
	list := "`" + strings.Join(r.columns[name], "`, `") + "`"
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(r.parameters(months)), clickhouse.WithSettings(clickhouse.Settings{
		"max_partitions_per_insert_block": 0, "max_bytes_before_external_group_by": 1 << 30, "max_bytes_before_external_sort": 1 << 30,
		"enable_named_columns_in_function_tuple": 0,
	}))
	return s.change(ctx, "INSERT INTO next_"+name+" ("+list+") SELECT "+list+" FROM (\n"+string(text)+"\n)")
}

func (r *rebuild) parameters(months []uint32) clickhouse.Parameters {
	s := r.db.Settings
	businessFrom, businessTo, sleepFrom, sleepTo := s.Bands()
	numbers := make([]string, len(months))
	for i, m := range months {
		numbers[i] = fmt.Sprint(m)
	}
	return clickhouse.Parameters{
		"org_zone": s.Zone, "months": "[" + strings.Join(numbers, ",") + "]", "contributing": kindsParameter(Contributing), "chatter_kinds": kindsParameter(Chatter), "hero_emoji": ArrayParameter(s.HeroEmoji),
		"business_from": fmt.Sprint(businessFrom), "business_to": fmt.Sprint(businessTo), "sleep_from": fmt.Sprint(sleepFrom), "sleep_to": fmt.Sprint(sleepTo),
	}
}

// ArrayParameter writes strings as a server-side parameter of type Array(String).
func ArrayParameter(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

func kindsParameter(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return ArrayParameter(names)
}

// zoneOffsets writes the offsets of every zone in use over the years of the data, from the zone database.
func (r *rebuild) zoneOffsets(ctx context.Context) error {
	var zones []string
	if err := r.db.Conn.QueryRow(ctx, `SELECT groupUniqArray(zone) FROM (
		SELECT DISTINCT toString(zone) AS zone FROM people_history FINAL UNION DISTINCT SELECT DISTINCT toString(zone) FROM identities FINAL) WHERE zone != ''`).Scan(&zones); err != nil {
		return err
	}
	if !slices.Contains(zones, r.db.Settings.Zone) {
		zones = append(zones, r.db.Settings.Zone)
	}
	first, last := 2010, 2030
	for m := range r.size {
		first, last = min(first, int(m/100)-1), max(last, int(m/100)+2)
	}
	sort.Strings(zones)
	b, err := r.db.Conn.PrepareBatch(ctx, "INSERT INTO next_zone_offsets")
	if err != nil {
		return err
	}
	for _, name := range zones {
		location, err := time.LoadLocation(name)
		if err != nil {
			location, _ = time.LoadLocation(r.db.Settings.Zone)
		}
		for _, o := range offsets(location, first, last) {
			if err := b.Append(name, o.since, o.until, o.offset); err != nil {
				return err
			}
		}
	}
	return b.Send()
}

type zoneOffset struct {
	since, until time.Time
	offset       int32
}

// offsets lists the zone's offsets from 1970 on; changes are looked for between the years first and last.
func offsets(l *time.Location, first, last int) []zoneOffset {
	at := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC)
	_, off := at.In(l).Zone()
	out := []zoneOffset{{since: epoch, offset: int32(off)}}
	for at.Year() < last {
		_, change := at.In(l).ZoneBounds()
		if change.IsZero() || change.UTC().Year() >= last {
			break
		}
		at = change.UTC()
		_, off := at.In(l).Zone()
		out[len(out)-1].until = at
		out = append(out, zoneOffset{since: at, offset: int32(off)})
	}
	out[len(out)-1].until = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	return out
}

// swap exchanges all tables. Readers that see 'swapping', or another Seq afterwards, look again.
func (r *rebuild) swap(ctx context.Context) error {
	if err := r.db.held(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // half a swap would have to be rebuilt
	if err := r.note(ctx, r.state.Seq+1, "swapping"); err != nil {
		return err
	}
	for _, d := range derivation {
		if err := r.db.cluster.define(ctx, d.name, "EXCHANGE TABLES "+d.name+" AND next_"+d.name); err != nil {
			return fmt.Errorf("swap %s: %w", d.name, err)
		}
	}
	if err := r.note(ctx, r.state.Seq+2, "ready"); err != nil {
		return err
	}
	if err := r.db.Conn.Exec(ctx, "TRUNCATE TABLE pending"); err != nil {
		return err
	}
	for _, d := range derivation {
		if err := r.db.cluster.dropLater(ctx, "next_"+d.name, d.name); err != nil {
			return err
		}
		if readByParts[d.name] {
			if err := r.db.cluster.withdraw(ctx, "next_"+d.name, d.name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rebuild) note(ctx context.Context, seq uint64, state string) error {
	b, err := r.db.Conn.PrepareBatch(ctx, "INSERT INTO derived_state (seq, state, at, digests)")
	if err != nil {
		return err
	}
	if err := b.Append(seq, state, time.Now().UTC(), r.digests); err != nil {
		return err
	}
	if err := b.Send(); err != nil {
		return err
	}
	return r.db.cluster.settle(ctx, "derived_state", "derived_state")
}

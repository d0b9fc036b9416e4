package schema

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// How many rows of one table are sent at once: large enough for columnar speed and few parts, small enough for flat memory.
const (
	batchRows    = 20_000
	activityRows = 1 << 17
)

// RawTables are the tables that rows go to, with their columns in the order of values(); ver, the last column of each, is the Writer's.
var RawTables = map[string]string{
	"activity":          "at, source, account, native_id, kind, actor, target_actor, container, thread, emoji, incident_ref, size, is_bot",
	"identities":        "source, account, native_id, login, name, email, zone, is_bot",
	"containers":        "source, account, native_id, name, members",
	"aliases":           "source, alias, person",
	"people_history":    "as_of, email, name, location, title, team, function, manager, level, zone, start_date, end_date",
	"incidents":         "source, account, native_id, record, title, status, severity, started_at, detected_at, declared_at, mitigated_at, resolved_at, services, owning_team, channels, alerts, url, trigger, themes, near_miss, backfilled, commander",
	"oncall_shifts":     "source, account, native_id, schedule, policy, services, team, person, start, end, level",
	"policy_services":   "source, account, policy, service, team",
	"service_ownership": "service, team, since",
	"grants":            "source, native_id, person, start, cliff_months, total_months, period_months, quantity",
	"org_events":        "source, native_id, name, category, start, end, scope",
	"series":            "name, at, value",
	"reviews":           "source, incident, held_at, facilitator, attendees, required, readers, reader_names, actions_open, actions_done",
}

// epoch stands for "always" in dates: Date32 reaches back to 1900.
var epoch = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

func known(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func always(t time.Time) time.Time {
	if t.IsZero() {
		return epoch
	}
	return t
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func (r *IdentityRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Account, r.NativeID, r.Login, r.Name, r.Email, r.Zone, r.IsBot}, r.Updated
}
func (r *ContainerRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Account, r.NativeID, r.Name, list(r.Members)}, r.Updated
}
func (r *AliasRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Alias, r.Person}, time.Time{}
}
func (r *PersonRow) values() ([]any, time.Time) {
	return []any{always(r.AsOf), r.Email, r.Name, r.Location, r.Title, r.Team, r.Function, r.Manager, r.Level, r.Zone, known(r.StartDate), known(r.EndDate)}, time.Time{}
}
func (r *IncidentRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Account, r.NativeID, string(r.Record), r.Title, r.Status, r.Severity, known(r.StartedAt), known(r.DetectedAt), known(r.DeclaredAt),
		known(r.MitigatedAt), known(r.ResolvedAt), list(r.Services), r.OwningTeam, list(r.Channels), list(r.Alerts), r.URL, r.Trigger, list(r.Themes), r.NearMiss,
		r.Backfilled, r.Commander}, r.Updated
}
func (r *ShiftRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Account, r.NativeID, r.Schedule, r.Policy, list(r.Services), r.Team, r.Person, r.Start, r.End, r.Level}, r.Updated
}
func (r *PolicyServiceRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Account, r.Policy, r.Service, r.Team}, r.Updated
}
func (r *OwnershipRow) values() ([]any, time.Time) {
	return []any{r.Service, r.Team, always(r.Since)}, time.Time{}
}
func (r *GrantRow) values() ([]any, time.Time) {
	return []any{r.Source, r.NativeID, r.Person, r.Start, r.CliffMonths, r.TotalMonths, r.PeriodMonths, r.Quantity}, time.Time{}
}
func (r *OrgEventRow) values() ([]any, time.Time) {
	return []any{r.Source, r.NativeID, r.Name, r.Category, r.Start, known(r.End), r.Scope}, r.Updated
}
func (r *SeriesRow) values() ([]any, time.Time) { return []any{r.Name, r.At, r.Value}, time.Time{} }
func (r *ReviewRow) values() ([]any, time.Time) {
	return []any{r.Source, r.Incident, r.HeldAt, r.Facilitator, list(r.Attendees), list(r.Required), r.Readers, list(r.ReaderNames), r.ActionsOpen, r.ActionsDone}, time.Time{}
}

// Writer collects rows into staging tables, one per raw table, that only Commit makes part of the raw tables. It is not safe for
// concurrent use.
type Writer struct {
	db     *DB
	load   uint64             // identifies the load and orders it among others
	rows   map[string][][]any // not sent yet, by table other than activity
	acts   *activityColumns   // not sent yet
	spare  *activityColumns   // being sent, or empty
	sent   chan error         // gets the outcome of the sending under way; nil: none is
	batch  driver.Batch       // of activity, which is sent again and again: it keeps its memory
	total  map[string]uint64
	staged map[string]bool                 // tables with a staging table
	actors map[account]map[string]struct{} // native ids
	lastOf account
	ofLast map[string]struct{} // actors[lastOf]; nil: there is no last one
	mark   *mark
	tombs  *tombstones // nil: nobody is forgotten
	asked  bool        // tombs is read
}

type account struct{ source, id string }

// mark is where Rollback returns to.
type mark struct {
	rows  map[string]int
	acts  columnsMark
	total map[string]uint64
}

// NewWriter prepares staging for a part of the load with that number (unix milliseconds when the load began).
func (db *DB) NewWriter(load uint64) *Writer {
	return &Writer{db: db, load: load, acts: &activityColumns{}, spare: &activityColumns{}, rows: map[string][][]any{}, total: map[string]uint64{}, staged: map[string]bool{}, actors: map[account]map[string]struct{}{}}
}

// NextLoad numbers a load that begins at now: by the clock, but at least a second after every load before, so that the later of two loads
// wins even if the clock jumped back between them. The caller holds the lock.
func (db *DB) NextLoad(ctx context.Context, now time.Time) (uint64, error) {
	var last uint64
	err := db.Conn.QueryRow(ctx, "SELECT max(id) FROM (SELECT max(id) AS id FROM loads UNION ALL SELECT max(load) FROM pending)").Scan(&last)
	return max(uint64(max(now.UnixMilli(), 0)), last+1000), err
}

// Mark begins a part that Rollback can take back. Until Release or Rollback its rows stay in memory, so the part has to be small.
func (w *Writer) Mark() {
	w.mark = &mark{rows: map[string]int{}, acts: w.acts.mark(), total: maps.Clone(w.total)}
	for table, rows := range w.rows {
		w.mark.rows[table] = len(rows)
	}
}

// Rollback forgets the rows since Mark.
func (w *Writer) Rollback() {
	for table, rows := range w.rows {
		w.rows[table] = rows[:w.mark.rows[table]]
	}
	w.acts.truncate(w.mark.acts)
	w.total, w.mark = w.mark.total, nil
}

// Release keeps the rows since Mark and says how many rows of each table they are. Batches that became full meanwhile are sent.
func (w *Writer) Release(ctx context.Context) (map[string]uint64, error) {
	since := map[string]uint64{}
	for table, n := range w.total {
		if n -= w.mark.total[table]; n > 0 {
			since[table] = n
		}
	}
	w.mark = nil
	for table, rows := range w.rows {
		if len(rows) >= batchRows {
			if err := w.send(ctx, table); err != nil {
				return nil, err
			}
		}
	}
	if w.acts.rows >= activityRows {
		return since, w.sendActivity(ctx)
	}
	return since, nil
}

// DropStages removes what dead loads left in staging. The caller holds the lock.
func (db *DB) DropStages(ctx context.Context) error {
	for _, s := range db.cluster.servers() {
		var names []string
		if err := s.conn.QueryRow(ctx, "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'stage_')").Scan(&names); err != nil {
			return s.named(err)
		}
		for _, n := range names {
			if err := s.exec(ctx, "DROP TABLE IF EXISTS `"+n+"` SYNC"); err != nil {
				return err
			}
		}
	}
	return nil
}

// ver orders two rows of one key: the source's own time of change first, the second of the load below it. 31 and 33 bits of seconds last
// until 2068 and 2272.
func (w *Writer) ver(updated time.Time) uint64 {
	const since2000 = 946684800
	secs := uint64(0)
	if u := updated.Unix(); !updated.IsZero() && u > since2000 {
		secs = min(uint64(u-since2000), 1<<31-1)
	}
	return secs<<33 | (max(w.load/1000, since2000+1)-since2000)&(1<<33-1) // never 0, which is a bare identity's
}

// Add takes one row; it may send a batch. What forgotten people did is left out, whatever source it comes from.
func (w *Writer) Add(ctx context.Context, row Row) error {
	if !w.asked {
		t, err := w.db.tombstones(ctx)
		if err != nil {
			return err
		}
		w.tombs, w.asked = t, true
	}
	if w.tombs != nil {
		if row = w.tombs.keep(row); row == nil {
			return nil
		}
	}
	table := row.table()
	w.total[table]++
	if a, ok := row.(*ActivityRow); ok {
		w.addActivity(a)
		if w.acts.rows >= activityRows && w.mark == nil {
			return w.sendActivity(ctx)
		}
		return nil
	}
	values, updated := row.(interface{ values() ([]any, time.Time) }).values()
	w.rows[table] = append(w.rows[table], append(values, w.ver(updated)))
	if len(w.rows[table]) >= batchRows && w.mark == nil {
		return w.send(ctx, table)
	}
	return nil
}

// send writes what is held of a table other than activity to its staging table.
func (w *Writer) send(ctx context.Context, table string) error {
	if len(w.rows[table]) == 0 {
		return nil
	}
	b, err := w.prepare(ctx, table)
	if err != nil {
		return err
	}
	for _, values := range w.rows[table] {
		if err := b.Append(values...); err != nil {
			return fmt.Errorf("write %s: %w", table, err)
		}
	}
	w.rows[table] = w.rows[table][:0]
	if err := b.Send(); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// sendActivity begins to write the batch of activity to its staging table; the next batch is filled meanwhile. It first waits for the batch before.
func (w *Writer) sendActivity(ctx context.Context) error {
	if err := w.wait(); err != nil || w.acts.rows == 0 {
		return err
	}
	if w.batch == nil {
		b, err := w.prepare(ctx, "activity")
		if err != nil {
			return err
		}
		w.batch = b
	}
	full, sent := w.acts, make(chan error, 1)
	w.acts, w.spare, w.sent = w.spare, full, sent
	go func() {
		err := full.fill(w.batch)
		full.clear()
		if err == nil {
			err = w.batch.Send()
		}
		if err != nil {
			err = fmt.Errorf("write activity: %w", w.db.Explain(err))
		}
		sent <- err
	}()
	return nil
}

// wait ends the sending under way.
func (w *Writer) wait() error {
	if w.sent == nil {
		return nil
	}
	err := <-w.sent
	w.sent = nil
	return err
}

// prepare begins an insertion into the staging table, which it makes first if there is none. Rows stay as they come: whoever reads the
// raw tables finds the last of a key, and parts that wait to be attached need no merging. Each of them is few files: to make one costs the
// system more than to write what is in it.
func (w *Writer) prepare(ctx context.Context, table string) (driver.Batch, error) {
	if !w.staged[table] {
		if err := w.db.cluster.create(ctx, "stage_"+table, table); err != nil {
			return nil, err
		}
		if err := w.db.cluster.define(ctx, table, "ALTER TABLE stage_"+table+" MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1, min_bytes_for_wide_part = 1000000000"); err != nil {
			return nil, err
		}
		w.staged[table] = true
	}
	return w.db.Conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_partitions_per_insert_block": 0, "optimize_on_insert": 0})),
		"INSERT INTO stage_"+table+" ("+RawTables[table]+", ver)")
}

// Rows is how many rows of each table were added so far.
func (w *Writer) Rows() map[string]uint64 { return w.total }

// Commit makes the staged rows part of the raw tables. It marks the months of activity as pending first, so that whoever comes next
// finishes what an interrupted commit left; taking a row in twice changes nothing. The result is how many rows of each table, other
// than activity, have keys not seen before.
func (w *Writer) Commit(ctx context.Context) (fresh map[string]uint64, err error) {
	defer func() { err = w.db.Explain(err) }()
	if err := w.db.held(ctx); err != nil {
		return nil, err
	}
	if err := w.sendActivity(ctx); err != nil { // beside the others
		return nil, err
	}
	for table := range w.rows {
		if err := w.send(ctx, table); err != nil {
			return nil, err
		}
	}
	if err := w.wait(); err != nil {
		return nil, err
	}
	for table := range w.staged {
		if err := w.db.cluster.settle(ctx, "stage_"+table, table); err != nil {
			return nil, err
		}
	}
	fresh = map[string]uint64{}
	// Small tables first: identities before the activity that refers to them.
	for table := range RawTables {
		if table == "activity" || !w.staged[table] {
			continue
		}
		if fresh[table], err = w.fresh(ctx, table); err != nil {
			return nil, err
		}
		if err := w.attach(ctx, table); err != nil {
			return nil, err
		}
	}
	if err := w.addActors(ctx); err != nil {
		return nil, err
	}
	if err := w.db.takeIn(ctx, w.tombs); err != nil {
		return nil, err
	}
	if !w.staged["activity"] {
		return fresh, nil
	}
	months, err := w.db.cluster.rowsByMonth(ctx, "stage_activity", "activity")
	if err != nil {
		return nil, err
	}
	if err := w.db.Conn.Exec(ctx, "INSERT INTO pending SELECT arrayJoin(?), ?", slices.Sorted(maps.Keys(months)), w.load); err != nil {
		return nil, err
	}
	return fresh, w.attach(ctx, "activity")
}

// fresh counts the keys of a staging table that its raw table does not have.
func (w *Writer) fresh(ctx context.Context, table string) (n uint64, err error) {
	var key string
	if err := w.db.Conn.QueryRow(ctx, "SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = ?", table).Scan(&key); err != nil {
		return 0, err
	}
	err = w.db.Conn.QueryRow(ctx, fmt.Sprintf("SELECT count() FROM (SELECT DISTINCT %s FROM stage_%s WHERE tuple(%s) NOT IN (SELECT tuple(%s) FROM %s))", key, table, key, key, table)).Scan(&n)
	return n, err
}

// attach makes a staging table part of its raw table.
func (w *Writer) attach(ctx context.Context, table string) error {
	err := w.db.cluster.onEach(ctx, table, func(ctx context.Context, s shard) error { return s.attach(ctx, table) })
	if err != nil {
		return fmt.Errorf("commit %s: %w", table, err)
	}
	return w.db.cluster.drop(ctx, "stage_"+table, table)
}

// attach does it by linking the parts where they are large, by copying where many partitions hold little each.
func (s shard) attach(ctx context.Context, table string) error {
	var partitions []string
	var rows uint64
	if err := s.servers[0].conn.QueryRow(ctx, "SELECT groupUniqArray(partition_id), sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table = ?",
		"stage_"+table).Scan(&partitions, &rows); err != nil {
		return err
	}
	if rows < 20_000*uint64(len(partitions)) {
		return s.change(ctx, fmt.Sprintf("INSERT INTO %s SELECT * FROM stage_%s SETTINGS max_partitions_per_insert_block = 0", table, table))
	}
	var statements []string
	for _, p := range partitions { // ids are hashes or digits
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION ID '%s' FROM stage_%s", table, p, table))
	}
	return s.change(ctx, statements...)
}

// Discard drops what was staged.
func (w *Writer) Discard(ctx context.Context) error {
	_ = w.wait() // whatever came of it goes
	for table := range w.staged {
		if err := w.db.cluster.drop(ctx, "stage_"+table, table); err != nil {
			return err
		}
	}
	return nil
}

// addActors gives every actor an identity, so that a person's first activity never waits for a list of users. Such a bare identity
// has version 0 and gives way to any that a source describes.
func (w *Writer) addActors(ctx context.Context) error {
	if len(w.actors) == 0 {
		return nil
	}
	b, err := w.db.Conn.PrepareBatch(ctx, "INSERT INTO identities (source, account, native_id, ver)")
	if err != nil {
		return err
	}
	for of, ids := range w.actors {
		for id := range ids {
			if err := b.Append(of.source, of.id, id, uint64(0)); err != nil {
				return err
			}
		}
	}
	return b.Send()
}

func (w *Writer) addActivity(a *ActivityRow) {
	w.acts.add(a, w.ver(a.Updated))
	if a.Actor == "" || a.IsBot && a.Kind != Page {
		return
	}
	of := account{a.Source, a.Account}
	if w.ofLast == nil || of != w.lastOf {
		if w.actors[of] == nil {
			w.actors[of] = map[string]struct{}{}
		}
		w.lastOf, w.ofLast = of, w.actors[of]
	}
	if _, known := w.ofLast[a.Actor]; !known {
		w.ofLast[a.Actor] = struct{}{}
	}
}

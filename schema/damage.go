package schema

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Damage is stored data of one table that could not be read: the engine found it broken at its start, or SetAside did, and set it aside.
// Nothing reads it any more.
type Damage struct {
	Table  string
	Months []string // YYYY-MM, of tables that are kept by month
	parts  []lostPart
}

type lostPart struct {
	at   server
	name string
}

func (d Damage) String() string {
	if len(d.Months) == 0 {
		return d.Table
	}
	return d.Table + " of " + strings.Join(d.Months, ", ")
}

// Derived says whether a rebuild makes up for it. Everything else has to be loaded again.
func (d Damage) Derived() bool {
	return slices.Contains(DerivedTables(), d.Table) || d.Table == "pending" || d.Table == "derived_state" || d.Table == "migrations"
}

// Ours says whether no export can make up for it: our secret, whom to forget.
func (d Damage) Ours() bool { return slices.Contains(ourTables, d.Table) }

// ourTables hold what no source said and no rebuild concludes.
var ourTables = []string{"installation", "forgotten", "forgetting"}

// Damage lists what is set aside, by table. Servers with Keeper repair each other: there it is nothing. A server of a cluster that is away,
// or has no tables yet, is passed over; what it has lost is told when it is back.
func (db *DB) Damage(ctx context.Context) (list []Damage, err error) {
	if db.cluster.replicated {
		return nil, nil
	}
	found := map[string]Damage{}
	for _, s := range db.cluster.servers() {
		err := s.damage(ctx, found)
		var exception *clickhouse.Exception
		answered := errors.As(err, &exception) && exception.Code != codeUnknownDatabase
		if err != nil && (s.addr == "" || answered || ctx.Err() != nil) {
			return nil, err
		}
	}
	for _, table := range slices.Sorted(maps.Keys(found)) {
		d := found[table]
		slices.Sort(d.Months)
		d.Months = slices.Compact(d.Months)
		list = append(list, d)
	}
	return list, nil
}

func (s server) damage(ctx context.Context, found map[string]Damage) error {
	// Parts that a merged one covers, or that are on their way in or out, are no loss; tables that the next load or rebuild drops, neither.
	rows, err := s.conn.Query(ctx, `SELECT table, groupArray(name), groupUniqArrayIf(partition_id, match(partition_id, '^[0-9]{6}$')) FROM system.detached_parts
		WHERE database = currentDatabase() AND NOT startsWith(table, 'next_') AND NOT startsWith(table, 'stage_') AND reason NOT IN ('ignored', 'covered-by-broken', 'attaching', 'deleting', 'clone') GROUP BY table`)
	if hasCode(err, 497) { // a server that hides it from us sees to its disks itself
		return nil
	}
	if err != nil {
		return s.named(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var parts, months []string
		if err := rows.Scan(&table, &parts, &months); err != nil {
			return err
		}
		d := found[table]
		d.Table = table
		for _, p := range parts {
			d.parts = append(d.parts, lostPart{s, p})
		}
		for _, m := range months {
			d.Months = append(d.Months, m[:4]+"-"+m[4:])
		}
		found[table] = d
	}
	return rows.Err()
}

// SetAside reads all that loads have stored and sets aside the parts that cannot be read. Derived tables are not looked at: a rebuild of
// everything replaces them. The caller holds the lock.
func (db *DB) SetAside(ctx context.Context) error {
	if db.cluster.replicated {
		return nil
	}
	for _, table := range append(append(slices.Sorted(maps.Keys(RawTables)), "loads", "rejects", "pending"), ourTables...) {
		err := db.cluster.onEach(ctx, table, func(ctx context.Context, s shard) error { return s.servers[0].setAside(ctx, table) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s server) setAside(ctx context.Context, table string) error {
	broken, err := s.brokenParts(ctx, table)
	if err != nil {
		return fmt.Errorf("check %s: %w", table, err)
	}
	for _, part := range broken {
		if err := s.exec(ctx, fmt.Sprintf("ALTER TABLE %s DETACH PART '%s'", table, part)); err != nil {
			return fmt.Errorf("set part %s of %s aside: %w", part, table, err)
		}
	}
	return nil
}

func (s server) brokenParts(ctx context.Context, table string) (parts []string, err error) {
	rows, err := s.conn.Query(ctx, "CHECK TABLE "+table+" SETTINGS check_query_single_value_result = 0")
	if err != nil {
		return nil, s.named(err)
	}
	defer rows.Close()
	for rows.Next() {
		var part, message string
		var passed bool
		if err := rows.Scan(&part, &passed, &message); err != nil {
			return nil, err
		}
		if !passed {
			parts = append(parts, path.Base(part))
		}
	}
	return parts, rows.Err()
}

// DropDamaged deletes what was set aside, but for derived tables: theirs went with the tables that a rebuild replaced. The caller holds the lock.
func (db *DB) DropDamaged(ctx context.Context, list []Damage) error {
	for _, d := range list {
		if slices.Contains(DerivedTables(), d.Table) {
			continue
		}
		for _, part := range d.parts {
			if err := part.at.exec(ctx, fmt.Sprintf("ALTER TABLE `%s` DROP DETACHED PART '%s' SETTINGS allow_drop_detached = 1", d.Table, part.name)); err != nil {
				return fmt.Errorf("drop part %s of %s: %w", part.name, d.Table, err)
			}
		}
	}
	return nil
}

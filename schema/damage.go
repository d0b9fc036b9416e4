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
	parts  []string
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

// Damage lists what is set aside, by table.
func (db *DB) Damage(ctx context.Context) (list []Damage, err error) {
	// Parts that a merged one covers, or that are on their way in or out, are no loss; tables that the next load or rebuild drops, neither.
	rows, err := db.Conn.Query(ctx, `SELECT table, groupArray(name), arraySort(groupUniqArrayIf(partition_id, match(partition_id, '^[0-9]{6}$'))) FROM system.detached_parts
		WHERE database = currentDatabase() AND NOT startsWith(table, 'next_') AND NOT startsWith(table, 'stage_') AND reason NOT IN ('ignored', 'covered-by-broken', 'attaching', 'deleting', 'clone') GROUP BY table ORDER BY table`)
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && exception.Code == 497 { // a server that hides it from us sees to its disks itself
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Damage
		if err := rows.Scan(&d.Table, &d.parts, &d.Months); err != nil {
			return nil, err
		}
		for i, m := range d.Months {
			d.Months[i] = m[:4] + "-" + m[4:]
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// SetAside reads all that loads have stored and sets aside the parts that cannot be read. Derived tables are not looked at: a rebuild of
// everything replaces them. The caller holds the lock.
func (db *DB) SetAside(ctx context.Context) error {
	for _, table := range append(append(slices.Sorted(maps.Keys(RawTables)), "loads", "rejects", "pending"), ourTables...) {
		broken, err := db.brokenParts(ctx, table)
		if err != nil {
			return fmt.Errorf("check %s: %w", table, err)
		}
		for _, part := range broken {
			if err := db.Conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DETACH PART '%s'", table, part)); err != nil {
				return fmt.Errorf("set part %s of %s aside: %w", part, table, err)
			}
		}
	}
	return nil
}

func (db *DB) brokenParts(ctx context.Context, table string) (parts []string, err error) {
	rows, err := db.Conn.Query(ctx, "CHECK TABLE "+table+" SETTINGS check_query_single_value_result = 0")
	if err != nil {
		return nil, err
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
			if err := db.Conn.Exec(ctx, fmt.Sprintf("ALTER TABLE `%s` DROP DETACHED PART '%s' SETTINGS allow_drop_detached = 1", d.Table, part)); err != nil {
				return fmt.Errorf("drop part %s of %s: %w", part, d.Table, err)
			}
		}
	}
	return nil
}

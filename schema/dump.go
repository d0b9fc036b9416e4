package schema

import (
	"context"
	"maps"
	"reflect"
	"slices"
)

// DumpTables are the tables that an export holds: what sources said, the log of loads, and what was concluded. Our own secrets and tombstones
// are not among them.
func DumpTables() []string {
	return append(append(slices.Sorted(maps.Keys(RawTables)), "loads", "rejects"), DerivedTables()...)
}

// DumpColumn is a column of a dumped table. Type is what rows hold: a Go type, pointers for nullable ones.
type DumpColumn struct {
	Name string
	Type reflect.Type
}

// Dump streams a table, raw ones without the versions that newer rows replaced. begin is told the columns, each row its values, which are
// valid until the next.
func (db *DB) Dump(ctx context.Context, table string, begin func([]DumpColumn) error, row func([]any) error) error {
	final := ""
	if _, raw := RawTables[table]; raw || table == "loads" || table == "rejects" {
		final = " FINAL"
	}
	rows, err := db.Conn.Query(ctx, "SELECT * FROM `"+table+"`"+final)
	if err != nil {
		return err
	}
	defer rows.Close()
	var columns []DumpColumn
	var into, values []any
	for _, c := range rows.ColumnTypes() {
		columns = append(columns, DumpColumn{c.Name(), c.ScanType()})
		into = append(into, reflect.New(c.ScanType()).Interface())
	}
	if err := begin(columns); err != nil {
		return err
	}
	values = make([]any, len(into))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range into {
			values[i] = reflect.ValueOf(into[i]).Elem().Interface()
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

package schema_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestMigrateFromEveryState: a database of any earlier schema, with data of that time in it, is brought to this one and loses nothing; a
// step that died half-way is taken again.
func TestMigrateFromEveryState(t *testing.T) {
	all, err := schema.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for state := 1; state <= len(all); state++ {
		t.Run(fmt.Sprint(state), func(t *testing.T) {
			db := schematest.OpenEmpty(t)
			if err := schema.MigrateTo(ctx, db, state); err != nil {
				t.Fatal(err)
			}
			// The first statement of the next step was executed, and then the process died.
			if state < len(all) {
				if err := db.Conn.Exec(ctx, all[state].Statements[0]); err != nil {
					t.Fatal(err)
				}
			}
			for _, sql := range []string{
				"INSERT INTO people_history (as_of, email, name, team, ver) VALUES ('2024-01-01', 'ana@example.com', 'Ana', 'Core', 1)",
				"INSERT INTO identities (source, account, native_id, email, ver) VALUES ('slack', 'T', 'U1', 'ana@example.com', 1)",
				"INSERT INTO activity (at, source, account, native_id, kind, actor, ver) VALUES ('2024-03-04 10:00:00', 'slack', 'T', 'm1', 'message', 'U1', 1)",
				"INSERT INTO pending VALUES (202403, 1)",
			} {
				if err := db.Conn.Exec(ctx, sql); err != nil {
					t.Fatal(err)
				}
			}
			steps, err := db.Migrate(ctx, true)
			if err != nil || len(steps) != len(all)-state {
				t.Errorf("%d steps would be taken, want %d: %v", len(steps), len(all)-state, err)
			}
			if steps, err = db.Migrate(ctx, false); err != nil || len(steps) != len(all)-state {
				t.Fatalf("%d steps taken, want %d: %v", len(steps), len(all)-state, err)
			}
			if steps, err = db.Migrate(ctx, false); err != nil || len(steps) != 0 {
				t.Errorf("taken again: %v %v", steps, err)
			}
			if _, err := db.Rebuild(ctx, false, nil); err != nil {
				t.Fatal(err)
			}
			var team string
			var hour time.Time
			if err := db.Conn.QueryRow(ctx, "SELECT team, hour FROM activity_hourly WHERE person = 'ana@example.com'").Scan(&team, &hour); err != nil || team != "Core" || hour.Hour() != 10 {
				t.Errorf("the message of 10:00 by Ana of Core is at %v by %q: %v", hour, team, err)
			}
			// It is the schema of a new database.
			if got, want := tables(t, db), tables(t, schematest.Open(t)); !maps.Equal(got, want) {
				t.Errorf("tables %v, of a new database %v", got, want)
			}
		})
	}
}

// tables maps each table to its definition, without its name and place.
func tables(t *testing.T, db *schema.DB) map[string]string {
	t.Helper()
	rows, err := db.Conn.Query(context.Background(), "SELECT name, concat(engine_full, ' ', (SELECT arrayStringConcat(groupArray(concat(name, ' ', type)), ', ') FROM system.columns AS c WHERE c.database = currentDatabase() AND c.table = t.name)) FROM system.tables AS t WHERE database = currentDatabase()")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			t.Fatal(err)
		}
		out[name] = definition
	}
	return out
}

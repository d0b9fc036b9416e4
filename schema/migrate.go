package schema

import (
	"context"
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migration is one forward step of the schema.
type Migration struct {
	Version    int
	Name       string
	Statements []string
	digest     uint64
}

var migrationName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

// Migrations are the steps of this binary, checked for gaps and order.
func Migrations() ([]Migration, error) { return readMigrations(migrationFiles, "migrations") }

func readMigrations(fsys fs.FS, dir string) ([]Migration, error) {
	entries, err := fs.ReadDir(fsys, dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, e := range entries {
		m := migrationName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("migration %s: the name is not NNNN_words.sql", e.Name())
		}
		version, _ := strconv.Atoi(m[1])
		if version != len(all)+1 {
			return nil, fmt.Errorf("migration %s: number %d expected; there is a gap or a duplicate", e.Name(), len(all)+1)
		}
		text, err := fs.ReadFile(fsys, dir+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		h := fnv.New64a()
		h.Write(text)
		all = append(all, Migration{Version: version, Name: m[2], Statements: statements(string(text)), digest: h.Sum64()})
	}
	return all, nil
}

var comment = regexp.MustCompile(`(?m)^\s*--.*$`)

// statements splits a migration at semicolons that end a line; comments are dropped.
func statements(text string) []string {
	var out []string
	for _, s := range strings.Split(comment.ReplaceAllString(text, ""), ";\n") {
		if s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), ";")); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Migrate brings the database to this binary's schema and returns the steps that it took, or with dryRun would take. A database that
// is newer than the binary, or whose applied steps differ from the binary's, is left alone and reported.
func (db *DB) Migrate(ctx context.Context, dryRun bool) ([]Migration, error) {
	all, err := Migrations()
	if err != nil {
		return nil, err
	}
	steps, err := db.migrate(ctx, all, dryRun)
	if err == nil && !dryRun {
		_, err = db.Secret(ctx, "") // made once, while nobody else writes
	}
	return steps, err
}

func (db *DB) migrate(ctx context.Context, all []Migration, dryRun bool) ([]Migration, error) {
	applied, err := db.applied(ctx, dryRun)
	if err != nil {
		return nil, err
	}
	for v, digest := range applied {
		switch {
		case v > len(all):
			return nil, fmt.Errorf("database %s has schema %d, this orgheat knows %d; use a newer orgheat", db.Database, v, len(all))
		case digest != all[v-1].digest:
			return nil, fmt.Errorf("migration %d (%s) was applied to database %s in another version; restore it or start a new data directory and load again",
				v, all[v-1].Name, db.Database)
		}
	}
	var pending []Migration
	for _, m := range all {
		if _, ok := applied[m.Version]; !ok {
			pending = append(pending, m)
		}
	}
	if dryRun {
		return pending, nil
	}
	for _, m := range pending {
		for _, s := range m.Statements {
			if err := db.cluster.migrate(ctx, s); err != nil {
				return nil, fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
			}
		}
		if err := db.Conn.Exec(ctx, "INSERT INTO migrations (version, name, digest) VALUES (?, ?, ?)", uint32(m.Version), m.Name, m.digest); err != nil {
			return nil, fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
		}
	}
	return pending, nil
}

// applied maps the versions taken to the digests of their texts; with dryRun nothing is created.
func (db *DB) applied(ctx context.Context, dryRun bool) (map[int]uint64, error) {
	if dryRun {
		var n uint64
		if err := db.Conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'").Scan(&n); err != nil || n == 0 {
			return nil, err
		}
	} else if err := db.cluster.createDatabases(ctx); err != nil {
		return nil, err
	} else if err := db.cluster.migrate(ctx, "CREATE TABLE migrations (version UInt32, name String, digest UInt64, at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version"); err != nil {
		return nil, err
	}
	if err := db.checkLayout(ctx, dryRun); err != nil {
		return nil, err
	}
	rows, err := db.Conn.Query(ctx, "SELECT version, any(digest) FROM migrations WHERE version > 0 GROUP BY version")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	applied := map[int]uint64{}
	for rows.Next() {
		var v uint32
		var d uint64
		if err := rows.Scan(&v, &d); err != nil {
			return nil, err
		}
		applied[int(v)] = d
	}
	return applied, rows.Err()
}

// checkLayout refuses a cluster whose shards are not those that the database was made on: rows would be looked for where they are not. The
// migrations' row of version 0 says which they were; a single server has none. It is written first.
func (db *DB) checkLayout(ctx context.Context, dryRun bool) error {
	if db.engine != nil {
		return nil
	}
	var made string
	var steps uint64
	if err := db.Conn.QueryRow(ctx, "SELECT maxIf(name, version = 0), count() FROM migrations").Scan(&made, &steps); err != nil {
		return err
	}
	switch now := db.cluster.layout(); {
	case made == now || steps == 0 && dryRun:
		return nil
	case steps == 0:
		return db.Conn.Exec(ctx, "INSERT INTO migrations (version, name) VALUES (0, ?)", now)
	case made == "":
		return fmt.Errorf("database %s was made on a single server; leave cluster=%s out of the DSN, or name another database and load again", db.Database, db.cluster.name)
	case now == "":
		return fmt.Errorf("database %s was made on a cluster (%s); name it in the DSN: ?cluster=NAME", db.Database, made)
	default:
		return fmt.Errorf("database %s was made on %s, the cluster %s now has %s; restore the shards, or name another database and load again", db.Database, made, db.cluster.name, now)
	}
}

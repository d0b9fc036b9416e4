package schema

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Target says where the data lives: a data directory with the local engine, or a server.
type Target struct {
	DataDir  string // used when DSN is empty
	DSN      string // clickhouse://user:password@host:9000[,host:9000]/database?...; cluster=NAME there makes the servers' cluster of that name the store
	Database string // default: the DSN's, else orgheat
	// ReaderDSN is the read-only login for pages on a server; empty: the same login with readonly settings.
	ReaderDSN string
	Settings  Settings
}

// DB is an open database. Conn writes, Reader only reads and within limits.
type DB struct {
	Conn     driver.Conn
	Reader   driver.Conn
	Database string
	Settings Settings
	cluster  cluster
	lockPath string
	lease    uint64 // number of the lease that is held; 0: none
	silence  func() // ends what keeps it
	engine   *Engine
}

var databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// Open connects and creates the database if it is missing. It does not migrate.
func Open(ctx context.Context, t Target) (_ *DB, err error) {
	if err := t.Settings.Validate(); err != nil {
		return nil, err
	}
	db := &DB{Settings: t.Settings}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	var options, reader *clickhouse.Options
	var name string // of the cluster
	if t.DSN == "" {
		if db.engine, err = StartEngine(ctx, EngineOptions{DataDir: t.DataDir}); err != nil {
			return nil, err
		}
		options, reader = db.engine.Options(), db.engine.ReaderOptions()
	} else if options, reader, name, err = serverOptions(t); err != nil {
		return nil, err
	}
	db.Database = t.Database
	if db.Database == "" && t.DSN != "" {
		db.Database = options.Auth.Database
	}
	if db.Database == "" || db.Database == "default" {
		db.Database = "orgheat"
	}
	if !databaseName.MatchString(db.Database) {
		return nil, fmt.Errorf("database name %q: letters, digits and _ only", db.Database)
	}
	for _, o := range []*clickhouse.Options{options, reader} {
		if o.Settings == nil {
			o.Settings = clickhouse.Settings{}
		}
		o.Settings["do_not_merge_across_partitions_select_final"] = 1 // the newest of a key within its month, wherever it is asked
	}
	if name != "" {
		if db.cluster, err = findCluster(ctx, *options, name, db.Database); err != nil {
			return nil, err
		}
		options.Addr, reader.Addr = db.cluster.home.addresses(), db.cluster.home.addresses()
	}
	if err := createDatabase(ctx, *options, db.Database); err != nil {
		return nil, err
	}
	options.Auth.Database, reader.Auth.Database = db.Database, db.Database
	reader.MaxOpenConns, reader.MaxIdleConns, reader.ConnMaxLifetime = 16, 16, time.Hour
	if db.Conn, err = clickhouse.Open(options); err != nil {
		return nil, err
	}
	if db.Reader, err = clickhouse.Open(reader); err != nil {
		return nil, err
	}
	if name == "" {
		db.cluster = single(db.Database, options, db.Conn)
	}
	db.lockPath, err = lockPath(t)
	return db, err
}

// serverOptions reads the DSNs. cluster is the name that the first gives to it, which is no setting of the servers'.
func serverOptions(t Target) (options, reader *clickhouse.Options, cluster string, err error) {
	options, cluster, err = parseDSN(t.DSN)
	if err != nil {
		return nil, nil, "", errors.New("the ClickHouse DSN cannot be read; write clickhouse://user:password@host:9000/database") // the cause may hold the password
	}
	if t.ReaderDSN != "" {
		if reader, _, err = parseDSN(t.ReaderDSN); err != nil {
			return nil, nil, "", errors.New("the reader's ClickHouse DSN cannot be read; write clickhouse://user:password@host:9000/database")
		}
	} else {
		copied := *options
		reader = &copied
		reader.Settings = maps.Clone(options.Settings)
		for _, compile := range []string{"compile_expressions", "compile_aggregate_expressions", "compile_sort_description"} {
			reader.Settings[compile] = 0 // see engineUsersXML
		}
		reader.Settings["readonly"] = 2
		reader.Settings["max_execution_time"] = 20
		reader.Settings["max_memory_usage"] = 4 << 30
	}
	if cluster != "" {
		maps.Copy(options.Settings, clusterSettings)
		maps.Copy(reader.Settings, clusterSettings)
	}
	return options, reader, cluster, nil
}

func parseDSN(dsn string) (o *clickhouse.Options, cluster string, err error) {
	if o, err = clickhouse.ParseDSN(dsn); err != nil {
		return nil, "", err
	}
	if o.Settings == nil {
		o.Settings = clickhouse.Settings{}
	}
	cluster, _ = o.Settings["cluster"].(string)
	delete(o.Settings, "cluster")
	return o, cluster, nil
}

func createDatabase(ctx context.Context, options clickhouse.Options, name string) error {
	options.Auth.Database = ""
	conn, err := clickhouse.Open(&options)
	if err != nil {
		return err
	}
	defer conn.Close()
	var known uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM system.databases WHERE name = ?", name).Scan(&known); err != nil {
		return fmt.Errorf("connect to ClickHouse: %w", err)
	}
	if known == 1 {
		return nil
	}
	return conn.Exec(ctx, "CREATE DATABASE IF NOT EXISTS `"+name+"`")
}

// Ensure restarts the local engine if it died; with a server it does nothing.
func (db *DB) Ensure(ctx context.Context) error {
	if db.engine == nil {
		return nil
	}
	return db.engine.Ensure(ctx)
}

// Close gives up the connections and the engine's lease.
func (db *DB) Close() error {
	var errs []error
	for _, c := range []driver.Conn{db.Conn, db.Reader} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	errs = append(errs, db.cluster.close()...)
	if db.engine != nil {
		errs = append(errs, db.engine.Close())
	}
	return errors.Join(errs...)
}

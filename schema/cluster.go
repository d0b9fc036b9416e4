package schema

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"
)

// A cluster divides what is large, activity and what is made of it row by row, among its shards by month, so that whatever concerns one
// month is on one shard: newer rows meet the older ones that they replace, and each shard derives its months by itself. Everything else is
// whole on the first shard, the home, which answers every question. There the database holds the whole tables, and Distributed tables in
// place of the divided ones; the parts of these are in a database of their own (name_shard) on every shard, under the same names. So the
// same SQL runs in both: in one it means everything, in the other the shard's part.
//
// One server is a cluster of one shard whose parts are the tables themselves.

// divided are the tables that shards share, with the expression by which a row's shard is chosen; "" for a view. Each has to be constant
// within a month of activity.at, and so have the selects that make them (derive/NAME.sql): no row of theirs may need two months.
var divided = map[string]string{
	"activity": "toYYYYMM(at)", "activity_hourly": "toYYYYMM(hour)", "activity_monthly": "month", "linked": "toYYYYMM(at)", "incident_activity": "toYYYYMM(at)",
	"incident_hourly": "toYYYYMM(hour)", "activity_hours": "",
}

func isDivided(table string) bool { _, ok := divided[table]; return ok }

// server is one ClickHouse server, connected to one database.
type server struct {
	addr    string // "" where there is only one
	options *clickhouse.Options
	conn    driver.Conn
}

// shard is the servers that hold the same rows. Statements that change rows go to the first, which Keeper tells the others.
type shard struct {
	number  int // in system.clusters
	weight  int // its share of the months
	servers []server
}

// cluster is where the tables are.
type cluster struct {
	name       string // "" without a cluster
	parts      string // the database of the parts
	home       shard  // in the database that everybody reads
	shards     []shard
	replicated bool // tables are Replicated: the servers have macros
}

// single is one server.
func single(name string, o *clickhouse.Options, conn driver.Conn) cluster {
	s := shard{number: 1, weight: 1, servers: []server{{options: o, conn: conn}}}
	return cluster{parts: name, home: s, shards: []shard{s}}
}

// clusterSettings hold for every connection to a cluster. A part is never shown as the whole; what a Distributed table is compared or joined
// with is read here and sent along; an insert has arrived when it returns, and is no repetition because another was like it.
var clusterSettings = clickhouse.Settings{
	"skip_unavailable_shards": 0, "prefer_global_in_and_join": 1, "distributed_product_mode": "global", "distributed_foreground_insert": 1, "load_balancing": "in_order",
	"fallback_to_stale_replicas_for_distributed_queries": 0, "alter_sync": 2, "mutations_sync": 2, "insert_deduplicate": 0,
}

// findCluster asks one of the servers of o for the cluster's shards, and connects to all. The name is that of remote_servers in their
// configuration; they have to be reachable from here by the names that it gives them.
func findCluster(ctx context.Context, o clickhouse.Options, name, database string) (c cluster, err error) {
	o.Auth.Database = ""
	conn, err := clickhouse.Open(&o)
	if err != nil {
		return c, err
	}
	defer conn.Close()
	rows, err := conn.Query(ctx, "SELECT toInt64(shard_num), toInt64(shard_weight), host_name, port, internal_replication = 1 FROM system.clusters WHERE cluster = ? ORDER BY shard_num, replica_num", name)
	if err != nil {
		return c, fmt.Errorf("connect to ClickHouse: %w", err)
	}
	defer rows.Close()
	c = cluster{name: name, parts: database + "_shard"}
	for rows.Next() {
		var number, weight int64
		var host string
		var port uint16
		var keeper bool
		if err := rows.Scan(&number, &weight, &host, &port, &keeper); err != nil {
			return c, err
		}
		if len(c.shards) == 0 || c.shards[len(c.shards)-1].number != int(number) {
			c.shards = append(c.shards, shard{number: int(number), weight: int(weight)})
		} else if !keeper {
			return c, fmt.Errorf("shard %d of cluster %q has replicas without internal_replication: set it to true in remote_servers", number, name)
		}
		s := &c.shards[len(c.shards)-1]
		s.servers = append(s.servers, server{addr: net.JoinHostPort(host, strconv.Itoa(int(port)))})
	}
	if err := rows.Err(); err != nil {
		return c, err
	}
	if len(c.shards) == 0 {
		return c, fmt.Errorf("the ClickHouse servers know no cluster %q; name one of their remote_servers as ?cluster= of the DSN", name)
	}
	var macros uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM system.macros WHERE macro IN ('shard', 'replica')").Scan(&macros); err != nil {
		return c, err
	}
	c.replicated = macros == 2
	for _, s := range c.shards {
		if len(s.servers) > 1 && !c.replicated {
			return c, fmt.Errorf("shard %d of cluster %q has %d replicas but no Keeper: give its servers the macros shard and replica, or one server to each shard", s.number, name, len(s.servers))
		}
	}
	c.home.number = c.shards[0].number
	for _, s := range c.shards[0].servers {
		at, err := connect(o, s.addr, database)
		if err != nil {
			return c, err
		}
		c.home.servers = append(c.home.servers, at)
	}
	for i := range c.shards {
		for j, s := range c.shards[i].servers {
			if c.shards[i].servers[j], err = connect(o, s.addr, c.parts); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

// layout says which shards there are; "" without a cluster.
func (c *cluster) layout() string {
	if c.name == "" {
		return ""
	}
	out := fmt.Sprintf("%d shards", len(c.shards))
	for _, s := range c.shards {
		if s.weight != 1 {
			out += fmt.Sprintf(", number %d of weight %d", s.number, s.weight)
		}
	}
	return out
}

// connect does not dial yet.
func connect(o clickhouse.Options, addr, database string) (server, error) {
	o.Addr, o.Auth.Database = []string{addr}, database
	conn, err := clickhouse.Open(&o)
	return server{addr, &o, conn}, err
}

// servers are all of them, the home's for the database that everybody reads, and for the parts.
func (c *cluster) servers() []server {
	var out []server
	if c.name != "" {
		out = append(out, c.home.servers...)
	}
	for _, s := range c.shards {
		out = append(out, s.servers...)
	}
	return out
}

func (c *cluster) close() (errs []error) {
	if c.name == "" {
		return nil
	}
	for _, s := range c.servers() {
		if s.conn != nil {
			errs = append(errs, s.conn.Close())
		}
	}
	return errs
}

// holders are the shards that hold rows of a table.
func (c *cluster) holders(table string) []shard {
	if isDivided(table) {
		return c.shards
	}
	return []shard{c.home}
}

func (s server) exec(ctx context.Context, sql string) error { return s.named(s.conn.Exec(ctx, sql)) }

// named says whose error it is.
func (s server) named(err error) error {
	if err == nil || s.addr == "" {
		return err
	}
	return fmt.Errorf("server %s: %w", s.addr, err)
}

// onEach runs f for every shard that holds rows of the table, side by side.
func (c *cluster) onEach(ctx context.Context, table string, f func(context.Context, shard) error) error {
	holders := c.holders(table)
	if len(holders) == 1 {
		return f(ctx, holders[0])
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range holders {
		g.Go(func() error {
			if err := f(ctx, s); err != nil {
				return fmt.Errorf("shard %d: %w", s.number, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// change runs statements that change rows, on every shard that holds some of the table.
func (c *cluster) change(ctx context.Context, table string, statements ...string) error {
	return c.onEach(ctx, table, func(ctx context.Context, s shard) error { return s.change(ctx, statements...) })
}

func (s shard) change(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if err := s.servers[0].exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// define runs statements about tables, which Keeper does not pass on, on every server that holds rows of the table.
func (c *cluster) define(ctx context.Context, table string, statements ...string) error {
	return c.onEach(ctx, table, func(ctx context.Context, s shard) error { return s.define(ctx, statements...) })
}

func (s shard) define(ctx context.Context, statements ...string) error {
	for _, server := range s.servers {
		for _, sql := range statements {
			if err := server.exec(ctx, sql); err != nil {
				return err
			}
		}
	}
	return nil
}

// create makes an empty table like another, in place of any of that name, and where they are divided its Distributed form.
func (c *cluster) create(ctx context.Context, name, like string) error {
	if err := c.drop(ctx, name, like); err != nil {
		return err
	}
	err := c.onEach(ctx, like, func(ctx context.Context, s shard) error { return c.createOn(ctx, s, name, like) })
	if err != nil || c.name == "" || !isDivided(like) {
		return err
	}
	return c.home.define(ctx, c.distributed(name, like))
}

// createOn makes the table on the servers of one shard.
func (c *cluster) createOn(ctx context.Context, s shard, name, like string) error {
	id, err := c.newID(ctx, s)
	if err != nil {
		return err
	}
	return s.define(ctx, "CREATE TABLE "+name+id+" AS "+like)
}

// newID is what a CREATE says after the name: with Keeper the table's id, its path there, which the replicas have to share.
func (c *cluster) newID(ctx context.Context, s shard) (clause string, err error) {
	if !c.replicated {
		return "", nil
	}
	var id string
	err = s.servers[0].conn.QueryRow(ctx, "SELECT toString(generateUUIDv4())").Scan(&id)
	return idClause(id), err
}

func idClause(id string) string { return " UUID '" + id + "'" }

// distributed is the statement that makes, at home, the table that reads all shards' tables of that name.
func (c *cluster) distributed(name, like string) string {
	sql := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s AS `%s`.%s ENGINE = Distributed(`%s`, `%s`, %s", name, c.parts, name, c.name, c.parts, name)
	if key := divided[like]; key != "" {
		sql += ", " + key
	}
	return sql + ")"
}

// drop drops what create made, and waits until it is off the disk.
func (c *cluster) drop(ctx context.Context, name, like string) error {
	return c.dropped(ctx, name, like, " SYNC")
}

// dropLater does not wait: somebody may still be reading.
func (c *cluster) dropLater(ctx context.Context, name, like string) error {
	return c.dropped(ctx, name, like, "")
}

func (c *cluster) dropped(ctx context.Context, name, like, wait string) error {
	drop := "DROP TABLE IF EXISTS " + name + wait
	if c.name != "" && isDivided(like) {
		if err := c.home.define(ctx, drop); err != nil {
			return err
		}
	}
	return c.define(ctx, like, drop)
}

// spread gives every shard a copy of a whole table, under its name in the database of the parts; like is a table of the same form.
func (c *cluster) spread(ctx context.Context, database, name, like string) error {
	if err := c.withdraw(ctx, name, like); err != nil || c.name == "" {
		return err
	}
	if name != like {
		for _, s := range c.shards {
			if err := c.createOn(ctx, s, name, like); err != nil {
				return err
			}
		}
	}
	for i, s := range c.shards {
		from := fmt.Sprintf("`%s`.%s", database, name)
		if i > 0 { // the home has its copy by now; to read the cluster is to read all, hence the condition
			from = fmt.Sprintf("cluster(`%s`, `%s`, %s) WHERE _shard_num = %d", c.name, c.parts, name, c.home.number)
		}
		err := s.change(ctx, "INSERT INTO "+name+" SELECT * FROM "+from)
		if err == nil {
			err = c.settleOn(ctx, s, name)
		}
		if err != nil {
			return fmt.Errorf("copy %s to shard %d: %w", name, s.number, err)
		}
	}
	return nil
}

// withdraw takes the copies back.
func (c *cluster) withdraw(ctx context.Context, name, like string) error {
	if c.name == "" {
		return nil
	}
	for _, s := range c.shards {
		var err error
		if name == like { // its form stays
			err = s.change(ctx, "TRUNCATE TABLE "+name)
		} else {
			err = s.define(ctx, "DROP TABLE IF EXISTS "+name+" SYNC")
		}
		if err != nil {
			return fmt.Errorf("shard %d: %w", s.number, err)
		}
	}
	return nil
}

// months are the months (YYYYMM) of activity by the number of their shard, with their rows.
func (c *cluster) months(ctx context.Context) (map[int]map[uint32]uint64, error) {
	held := map[int]map[uint32]uint64{}
	for _, s := range c.shards {
		var err error
		if held[s.number], err = s.months(ctx); err != nil {
			return nil, err
		}
	}
	return held, nil
}

func (s shard) months(ctx context.Context) (map[uint32]uint64, error) {
	rows, err := s.servers[0].conn.Query(ctx, "SELECT toUInt32(partition), sum(rows) FROM system.parts WHERE active AND rows > 0 AND database = currentDatabase() AND table = 'activity' GROUP BY 1")
	if err != nil {
		return nil, s.servers[0].named(err)
	}
	defer rows.Close()
	sizes := map[uint32]uint64{}
	for rows.Next() {
		var m uint32
		var n uint64
		if err := rows.Scan(&m, &n); err != nil {
			return nil, err
		}
		sizes[m] = n
	}
	return sizes, rows.Err()
}

// settle waits until all servers of each shard have the same rows of a table, whichever of them is asked.
func (c *cluster) settle(ctx context.Context, name, like string) error {
	if !c.replicated {
		return nil
	}
	return c.onEach(ctx, like, func(ctx context.Context, s shard) error { return c.settleOn(ctx, s, name) })
}

func (c *cluster) settleOn(ctx context.Context, s shard, name string) error {
	if !c.replicated {
		return nil
	}
	return s.define(ctx, "SYSTEM SYNC REPLICA "+name)
}

// createDatabases makes them where they are missing. Every server has to answer.
func (c *cluster) createDatabases(ctx context.Context) error {
	if c.name == "" {
		return nil // Open has
	}
	for _, s := range c.servers() {
		if err := s.named(createDatabase(ctx, *s.options, s.options.Auth.Database)); err != nil {
			return err
		}
	}
	return nil
}

var (
	createPattern = regexp.MustCompile(`^CREATE (TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)`)
	enginePattern = regexp.MustCompile(`\bENGINE = (\w*MergeTree)`)
)

// replicated is a statement with Keeper's form of its engine. Path and name there are the servers' defaults, made of the table's id and the macros.
func replicated(sql string) string {
	return enginePattern.ReplaceAllString(sql, "ENGINE = Replicated$1")
}

// migrate takes one statement of a migration wherever its table is. The database of the parts has every table: those that are whole are
// there to give copies their form. A step that died half-way is taken again, so what is there already is left as it is.
func (c *cluster) migrate(ctx context.Context, sql string) error {
	sql = createPattern.ReplaceAllString(sql, "CREATE $1 IF NOT EXISTS $2")
	if c.name == "" {
		return c.home.define(ctx, sql)
	}
	m := createPattern.FindStringSubmatch(sql)
	if m == nil {
		return fmt.Errorf("a step that a cluster cannot take: %.60s", sql)
	}
	kind, name := m[1], m[2]
	if c.replicated {
		sql = replicated(sql)
	}
	places := c.shards
	if !isDivided(name) {
		places = append([]shard{c.home}, places...)
	}
	for _, s := range places {
		id := ""
		if kind == "TABLE" {
			var err error
			if id, err = c.knownID(ctx, s, name); err != nil {
				return err
			}
		}
		if err := s.define(ctx, createPattern.ReplaceAllString(sql, "CREATE $1 IF NOT EXISTS $2"+id)); err != nil {
			return err
		}
	}
	if isDivided(name) {
		return c.home.define(ctx, c.distributed(name, name))
	}
	return nil
}

// knownID is newID, unless one of the shard's servers has the table from a migration that did not reach the others.
func (c *cluster) knownID(ctx context.Context, s shard, name string) (clause string, err error) {
	if !c.replicated {
		return "", nil
	}
	for _, server := range s.servers {
		var id string
		if err := server.conn.QueryRow(ctx, "SELECT max(toString(uuid)) FROM system.tables WHERE database = currentDatabase() AND name = ?", name).Scan(&id); err != nil {
			return "", err
		}
		if id != "" {
			return idClause(id), nil
		}
	}
	return c.newID(ctx, s)
}

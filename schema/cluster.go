package schema

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
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
	"activity": "toYYYYMM(at)", "activity_hourly": "toYYYYMM(hour)", "activity_monthly": "month", "rare_activity": "toYYYYMM(at)", "linked": "toYYYYMM(at)", "incident_activity": "toYYYYMM(at)",
	"incident_hourly": "toYYYYMM(hour)", "activity_hours": "",
}

func isDivided(table string) bool { _, ok := divided[table]; return ok }

// server is one ClickHouse server, connected to one database.
type server struct {
	addr    string // "" where there is only one
	shard   int    // whose it is
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
	"allow_nondeterministic_mutations": 1, // forgetting compares with a table that all servers have
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
		at.shard = c.home.number
		c.home.servers = append(c.home.servers, at)
	}
	for i := range c.shards {
		for j, s := range c.shards[i].servers {
			if c.shards[i].servers[j], err = connect(o, s.addr, c.parts); err != nil {
				return c, err
			}
			c.shards[i].servers[j].shard = c.shards[i].number
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
	return server{addr: addr, options: &o, conn: conn}, err
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

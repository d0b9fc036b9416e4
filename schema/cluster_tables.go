package schema

import (
	"context"
	"fmt"
	"maps"

	"golang.org/x/sync/errgroup"
)

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
	return fmt.Errorf("server %s of shard %d: %w", s.addr, s.shard, err)
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
		if held[s.number], err = s.months(ctx, "activity"); err != nil {
			return nil, err
		}
	}
	return held, nil
}

// rowsByMonth are the rows of a table like another that is kept by month, of all shards.
func (c *cluster) rowsByMonth(ctx context.Context, name, like string) (map[uint32]uint64, error) {
	all := map[uint32]uint64{}
	for _, s := range c.holders(like) {
		part, err := s.months(ctx, name)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, part)
	}
	return all, nil
}

func (s shard) months(ctx context.Context, table string) (map[uint32]uint64, error) {
	rows, err := s.servers[0].conn.Query(ctx, "SELECT toUInt32(partition), sum(rows) FROM system.parts WHERE active AND rows > 0 AND database = currentDatabase() AND table = ? GROUP BY 1", table)
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

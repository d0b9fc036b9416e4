package schema

import (
	"context"
	"fmt"
	"regexp"
)

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

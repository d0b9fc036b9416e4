package schema

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// PartError means that a shard of the cluster did not answer. What was asked is not answered in part.
type PartError struct {
	Shard   int      // its number; 0: the servers did not say
	Servers []string // of the shard
}

// Words name the shard, not its servers: for pages.
func (e *PartError) Words() string {
	which := "a shard"
	if e.Shard > 0 {
		which = fmt.Sprintf("shard %d", e.Shard)
	}
	return which + " of the ClickHouse cluster does not answer; without it this would be a part shown as the whole"
}

func (e *PartError) Error() string {
	if len(e.Servers) == 0 {
		return e.Words()
	}
	return fmt.Sprintf("shard %d (%s) of the ClickHouse cluster does not answer; without it this would be a part taken for the whole", e.Shard, strings.Join(e.Servers, ", "))
}

// shardLost are ClickHouse's codes for a server that another cannot reach or that leaves it while it answers: reading after the end, timeouts,
// network errors, no connection, none up to date.
var shardLost = map[int32]bool{32: true, 203: true, 209: true, 210: true, 279: true, 369: true, 519: true}

// Explain makes a PartError of an answer that says that a shard is lost; other errors it leaves alone.
func (db *DB) Explain(err error) error {
	var exception *clickhouse.Exception
	if db.cluster.name == "" || !errors.As(err, &exception) || !shardLost[exception.Code] {
		return err
	}
	for _, s := range db.cluster.shards {
		for _, server := range s.servers {
			if strings.Contains(exception.Message, server.addr) {
				return &PartError{s.number, s.addresses()}
			}
		}
	}
	return &PartError{}
}

func (s shard) addresses() []string {
	var out []string
	for _, server := range s.servers {
		out = append(out, server.addr)
	}
	return out
}

package schema

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// PartError means that a shard of the cluster did not answer. What was asked is not answered in part.
type PartError struct {
	Shard   int      // its number; 0: it answers again
	Servers []string // of the shard
}

// Words name the shard, not its servers: for pages.
func (e *PartError) Words() string {
	which := "a shard"
	if e.Shard > 0 {
		which = fmt.Sprintf("shard %d", e.Shard)
	}
	return which + " of the ClickHouse cluster does not answer; nothing is shown that would lack its part"
}

func (e *PartError) Error() string {
	if e.Shard == 0 {
		return e.Words()
	}
	return fmt.Sprintf("%s (its servers: %s)", e.Words(), strings.Join(e.Servers, ", "))
}

// shardLost are ClickHouse's codes for a server that another cannot reach, or that leaves it while it answers: reading after the end, no free
// connection, timeouts, network errors, no connection at all, or none that is up to date.
var shardLost = map[int32]bool{32: true, 203: true, 209: true, 210: true, 279: true, 369: true, 519: true}

// Explain makes a PartError of an answer that says that a shard is lost, after looking which one does not answer. Other errors it leaves alone.
func (db *DB) Explain(err error) error {
	var exception *clickhouse.Exception
	if db.cluster.name == "" || !errors.As(err, &exception) || !shardLost[exception.Code] {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, s := range db.cluster.shards {
		if !s.answers(ctx) {
			return &PartError{s.number, s.addresses()}
		}
	}
	return &PartError{}
}

// answers says whether any of the shard's servers does.
func (s shard) answers(ctx context.Context) bool {
	for _, server := range s.servers {
		if server.conn.Ping(ctx) == nil {
			return true
		}
	}
	return false
}

func (s shard) addresses() []string {
	var out []string
	for _, server := range s.servers {
		out = append(out, server.addr)
	}
	return out
}

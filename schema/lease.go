package schema

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The lease is a table writer_N on the first server: whoever makes the one with the greatest number holds the lock. To make a table that is
// there already fails, so of several who try the same number one succeeds. The holder writes a row now and then; one that has not for a
// minute, by the server's clock, is taken for dead, and somebody else makes writer_N+1. The greatest is never dropped, so a latecomer
// who makes one of an old number again sees that it is not the last. A holder that only slept finds out before it commits or swaps.
var (
	leaseBeat = 5 * time.Second
	leaseLife = time.Minute
)

// ErrLeaseLost means that another process took this one for dead. Nothing of what was being written is seen.
var ErrLeaseLost = errors.New("another orgheat took over writing, because this one was silent for over a minute; load again")

// ClickHouse's codes of errors that say what is there and what is not.
const (
	codeTableExists     = 57
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
)

func hasCode(err error, code int32) bool {
	var exception *clickhouse.Exception
	return errors.As(err, &exception) && exception.Code == code
}

func (db *DB) takeLease(ctx context.Context, waiting func()) (release func(), err error) {
	at := db.cluster.home.servers[0]
	for told := false; ; {
		n, live, err := at.newestLease(ctx)
		if deadline, set := ctx.Deadline(); err != nil && set && !time.Now().Before(deadline) {
			return nil, context.DeadlineExceeded // which the driver calls a timeout of the network
		}
		if err != nil {
			return nil, err
		}
		if !live {
			if n, err = at.claimLease(ctx, n+1); err != nil {
				return nil, err
			}
			if n > 0 {
				db.lease = n
				return db.keepLease(ctx, at), nil
			}
			continue
		}
		if !told && waiting != nil {
			waiting()
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(leaseBeat / 10):
		}
	}
}

// newestLease is the greatest number and whether its holder lives; 0 when there is none.
func (s server) newestLease(ctx context.Context) (n uint64, live bool, err error) {
	err = s.conn.QueryRow(ctx, "SELECT max(toUInt64OrZero(substring(name, 8))) FROM system.tables WHERE database = currentDatabase() AND match(name, '^writer_[0-9]+$')").Scan(&n)
	if err != nil || n == 0 {
		return n, false, s.named(err)
	}
	made := fmt.Sprintf("(SELECT max(metadata_modification_time) FROM system.tables WHERE database = currentDatabase() AND name = 'writer_%d')", n)
	err = s.conn.QueryRow(ctx, fmt.Sprintf("SELECT max(done) = 0 AND greatest(max(at), toDateTime64(%s, 3)) > now64(3) - toIntervalMillisecond(?) FROM writer_%d", made, n), leaseLife.Milliseconds()).Scan(&live)
	if hasCode(err, codeUnknownTable) { // by now there is a newer one
		return n, true, nil
	}
	return n, live, s.named(err)
}

// claimLease makes the lease of that number; 0 says that somebody else did, or has a greater one.
func (s server) claimLease(ctx context.Context, n uint64) (uint64, error) {
	err := s.exec(ctx, fmt.Sprintf("CREATE TABLE writer_%d (at DateTime64(3) DEFAULT now64(3), done Bool) ENGINE = MergeTree ORDER BY at", n))
	if hasCode(err, codeTableExists) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	newest, _, err := s.newestLease(ctx)
	if err != nil || newest != n {
		return 0, errors.Join(err, s.exec(ctx, fmt.Sprintf("DROP TABLE IF EXISTS writer_%d SYNC", n)))
	}
	for old := n - 1; old > 0; old-- { // those before are gone already, as a rule
		if err := s.exec(ctx, fmt.Sprintf("DROP TABLE writer_%d SYNC", old)); hasCode(err, codeUnknownTable) {
			break
		} else if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// keepLease writes the rows that say that the holder lives, until it is released.
func (db *DB) keepLease(ctx context.Context, at server) (release func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	db.silence = stop
	done := make(chan struct{})
	row := func(ctx context.Context, done bool) {
		// A row that could not be written is made up for by the next; a holder that cannot write for long cannot load either.
		_ = at.exec(ctx, fmt.Sprintf("INSERT INTO writer_%d (done) VALUES (%t)", db.lease, done))
	}
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			row(ctx, false)
			select {
			case <-ctx.Done():
			case <-time.After(leaseBeat):
			}
		}
	}()
	return func() {
		stop()
		<-done
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseBeat)
		defer cancel()
		row(ctx, true)
		db.lease = 0
	}
}

// held makes sure that what is written next is written by one only.
func (db *DB) held(ctx context.Context) error {
	if db.lease == 0 {
		return nil
	}
	n, _, err := db.cluster.home.servers[0].newestLease(ctx)
	if err == nil && n != db.lease {
		err = ErrLeaseLost
	}
	return err
}

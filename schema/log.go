package schema

import (
	"context"
	"time"
)

// Load is one file of one load, as logged.
type Load struct {
	ID        uint64 // unix milliseconds when the load began
	File      string
	Source    string
	State     string // running, done, failed
	StartedAt time.Time
	EndedAt   time.Time // zero: not ended
	Bytes     uint64
	Records   uint64
	Rows      uint64
	Rejected  uint64
	Notices   map[string]uint64
	Error     string
}

// Reject is a record that was not kept.
type Reject struct {
	Part   string // file within the export
	Line   uint32
	Reason string
	Detail string
}

// LogLoad writes a load's row; a later one of the same load and file replaces it.
func (db *DB) LogLoad(ctx context.Context, l Load) error {
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO loads (id, file, source, state, started_at, ended_at, bytes, records, rows, rejected, notices, error, ver)")
	if err != nil {
		return err
	}
	notices := l.Notices
	if notices == nil {
		notices = map[string]uint64{}
	}
	if err := b.Append(l.ID, l.File, l.Source, l.State, l.StartedAt, known(l.EndedAt), l.Bytes, l.Records, l.Rows, l.Rejected, notices, l.Error, uint64(time.Now().UnixNano())); err != nil {
		return err
	}
	return b.Send()
}

// LogRejects keeps the rejects of one file; those of an earlier load of the same file go.
func (db *DB) LogRejects(ctx context.Context, load uint64, file, source string, rejects []Reject) error {
	if err := db.Conn.Exec(ctx, "DELETE FROM rejects WHERE file = ?", file); err != nil {
		return err
	}
	if len(rejects) == 0 {
		return nil
	}
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO rejects (load, file, source, part, line, reason, detail)")
	if err != nil {
		return err
	}
	for _, r := range rejects {
		if err := b.Append(load, file, source, r.Part, r.Line, r.Reason, r.Detail); err != nil {
			return err
		}
	}
	return b.Send()
}

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

// LogLoads writes rows of the load log; a later one of the same load and file replaces an earlier.
func (db *DB) LogLoads(ctx context.Context, loads ...Load) error {
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO loads (id, file, source, state, started_at, ended_at, bytes, records, rows, rejected, notices, error, ver)")
	if err != nil {
		return err
	}
	for _, l := range loads {
		if l.Notices == nil {
			l.Notices = map[string]uint64{}
		}
		if err := b.Append(l.ID, l.File, l.Source, l.State, l.StartedAt, known(l.EndedAt), l.Bytes, l.Records, l.Rows, l.Rejected, l.Notices, l.Error, uint64(time.Now().UnixNano())); err != nil {
			return err
		}
	}
	return b.Send()
}

// LogRejects keeps the rejects of one file of a load. Those of the file's newest load count.
func (db *DB) LogRejects(ctx context.Context, load uint64, file, source string, rejects []Reject) error {
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

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

// LoadSum is what one load took from one source.
type LoadSum struct {
	StartedAt               time.Time
	EndedAt                 time.Time // zero: not ended
	Source                  string
	File                    string // of several, one
	Files, Failed           uint64
	Records, Rows, Rejected uint64
	Error                   string // of a file that failed
}

// Loads sums the load log up by load and source, the newest first, at most limit.
func (db *DB) Loads(ctx context.Context, limit int) (out []LoadSum, err error) {
	rows, err := db.Reader.Query(ctx, `SELECT min(l.started_at), if(countIf(l.ended_at IS NULL) > 0, NULL, max(l.ended_at)), toString(l.source), min(l.file), count(), countIf(l.state = 'failed'),
			sum(l.records), sum(l.rows), sum(l.rejected), anyIf(l.error, l.state = 'failed')
		FROM loads AS l FINAL GROUP BY l.id, l.source ORDER BY l.id DESC, l.source LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l LoadSum
		var ended *time.Time
		if err := rows.Scan(&l.StartedAt, &ended, &l.Source, &l.File, &l.Files, &l.Failed, &l.Records, &l.Rows, &l.Rejected, &l.Error); err != nil {
			return nil, err
		}
		if ended != nil {
			l.EndedAt = *ended
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// Rejected is how many records of one file were rejected for one reason, and the first of them.
type Rejected struct {
	Source, File, Reason string
	Count                uint64
	Example              Reject
}

// Rejects sums the rejects of each file's newest load up by file and reason, the most frequent first, at most limit.
func (db *DB) Rejects(ctx context.Context, limit int) (out []Rejected, err error) {
	rows, err := db.Reader.Query(ctx, `SELECT toString(source), file, toString(reason), count() AS n, argMin(tuple(part, line, detail), tuple(part, line)) AS example FROM rejects FINAL
		WHERE (file, load) IN (SELECT file, max(id) FROM loads GROUP BY file) GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3 LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Rejected
		var example []any
		if err := rows.Scan(&r.Source, &r.File, &r.Reason, &r.Count, &example); err != nil {
			return nil, err
		}
		r.Example.Part, _ = example[0].(string)
		r.Example.Line, _ = example[1].(uint32)
		r.Example.Detail, _ = example[2].(string)
		r.Example.Reason = r.Reason
		out = append(out, r)
	}
	return out, rows.Err()
}

// LogStamp changes whenever a load is logged, when it begins and for each of its files, and when rejects come or go.
func (db *DB) LogStamp(ctx context.Context) (stamp string, err error) {
	err = db.Reader.QueryRow(ctx, "SELECT concat(toString((SELECT (count(), max(ver)) FROM loads)), ' ', toString((SELECT count() FROM rejects)))").Scan(&stamp)
	return stamp, err
}

package ingest

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// emitter is the sending side of a Source's Read. It remembers that the consumer has had enough, so that parsers need not, where in the
// export they are, and which identities were given, so that a person named a million times is one row.
type emitter struct {
	ctx     context.Context
	in      Input
	file    string // the only file of the input; trees set it as they go
	n       int    // the current record or line of it: the place of rejects and notices
	yield   func(schema.Row, error) bool
	stopped bool
	seen    map[schema.IdentityRow]bool
}

// reading makes a Read of a function that emits.
func reading(read func(*emitter)) func(context.Context, Input) iter.Seq2[schema.Row, error] {
	return func(ctx context.Context, in Input) iter.Seq2[schema.Row, error] {
		return func(yield func(schema.Row, error) bool) {
			read(&emitter{ctx: ctx, in: in, file: in.single(), yield: yield, seen: map[schema.IdentityRow]bool{}})
		}
	}
}

func (e *emitter) send(row schema.Row, err error) {
	if e.stopped {
		return
	}
	if c := e.ctx.Err(); c != nil {
		row, err, e.stopped = nil, c, true
		e.yield(row, err)
		return
	}
	e.stopped = !e.yield(row, err)
}

func (e *emitter) row(row schema.Row) { e.send(row, nil) }

// done says that a record is complete.
func (e *emitter) done() { e.send(nil, nil) }

// err passes on what a record reader said: a reject or a notice goes by, anything else ends the file.
func (e *emitter) err(err error) {
	e.send(nil, err)
	var r *RowError
	var n *Notice
	if !errors.As(err, &r) && !errors.As(err, &n) {
		e.stopped = true
	}
}

func (e *emitter) reject(reason, detail string) { e.send(nil, reject(e.file, e.n, reason, detail)) }

func (e *emitter) notice(reason string) {
	e.send(nil, &Notice{File: e.file, Line: e.n, Reason: reason})
}

// seenMost bounds the memory of given identities; beyond, repeats are given again, which changes nothing but the speed.
const seenMost = 1 << 18

// identity gives what is said of an account, once. One without a native id is nobody.
func (e *emitter) identity(r schema.IdentityRow) { e.once(r, r) }

// mention gives an account the first time it is named, where a later mention can say no more.
func (e *emitter) mention(r schema.IdentityRow) { e.once(bare(r), r) }

// bare is the key of an identity.
func bare(r schema.IdentityRow) schema.IdentityRow {
	return schema.IdentityRow{Source: r.Source, Account: r.Account, NativeID: r.NativeID}
}

func (e *emitter) once(key, r schema.IdentityRow) {
	if r.NativeID == "" || e.seen[key] {
		return
	}
	if len(e.seen) >= seenMost {
		clear(e.seen)
	}
	e.seen[key] = true
	row := r // r itself stays off the heap: most are known
	e.row(&row)
}

// person gives the identity that a table's person stands for; key is of personKey, empty for nobody.
func (e *emitter) person(source string, keys ...string) {
	for _, key := range keys {
		row := schema.IdentityRow{Source: source, NativeID: key, Email: email(key)}
		if row.Email == "" {
			row.Name = key
		}
		e.mention(row)
	}
}

// csv calls record for every line of the only file until the consumer has had enough.
func (e *emitter) csv(fields []field, record func(csvRecord)) {
	for rec, err := range csvRecords(e.in, fields) {
		if err != nil {
			e.err(err)
		} else {
			e.n = rec.line
			record(rec)
		}
		if e.stopped {
			return
		}
	}
}

// json calls record for every record of the only file until the consumer has had enough.
func (e *emitter) json(lists []string, record func(jsonRecord)) {
	for rec, err := range jsonRecords(e.in, lists...) {
		if err != nil {
			e.err(err)
		} else {
			e.n = rec.n
			record(rec)
		}
		if e.stopped {
			return
		}
	}
}

// eachCSV is csv for a reader that says whether the line was kept; if not, it has rejected it.
func (e *emitter) eachCSV(fields []field, read func(csvRecord) bool) {
	e.csv(fields, func(rec csvRecord) {
		if read(rec) {
			e.done()
		}
	})
}

// eachJSON is json for a reader that says whether the record was kept; if not, it has rejected it.
func (e *emitter) eachJSON(read func(jsonRecord) bool, lists ...string) {
	e.json(lists, func(rec jsonRecord) {
		if read(rec) {
			e.done()
		}
	})
}

// decode fills v or rejects the record.
func (e *emitter) decode(r jsonRecord, v any) bool {
	if err := r.decode(e.file, v); err != nil {
		e.send(nil, err)
		return false
	}
	return true
}

// describedAt is the Updated of an identity or a mapping read from the object itself, in sources that give no time of change: rows of
// one key are ordered by Updated, and the object says more than a mention of it elsewhere, whose Updated is zero.
var describedAt = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// instant reads a stamp; what is none rejects the record and is not ok.
func (e *emitter) instant(name, value string) (t time.Time, ok bool) {
	t, zoneless, err := parseStamp(value, e.in.location())
	if err != nil {
		e.reject(stampReason(name, value, err), value)
		return time.Time{}, false
	}
	if zoneless {
		e.notice(zonelessReason)
	}
	return t, true
}

// stampReason is the class of a stamp that cannot be read.
func stampReason(name, value string, err error) string {
	switch {
	case value == "":
		return name + " is empty"
	case errors.Is(err, errTwoDigit):
		return name + " has a two-digit year, write four"
	case errors.Is(err, errTimeOut):
		return name + " is out of range, 1990 to 2099 is kept"
	}
	return name + " is not a time"
}

// required reads a time without which the record means nothing; false rejects the record.
func (e *emitter) required(field, value string) (time.Time, bool) {
	if value == "" {
		e.reject(field+" is missing", "")
		return time.Time{}, false
	}
	return e.optional(field, value)
}

// optional reads a time that may be absent; a present one that is no time rejects the record.
func (e *emitter) optional(field, value string) (time.Time, bool) {
	if value = strings.TrimSpace(value); value == "" {
		return time.Time{}, true
	}
	return e.instant(field, value)
}

// day reads a calendar day; "" is the zero time. A bad one rejects the record and is not ok.
func (e *emitter) day(name, value string) (t time.Time, ok bool) {
	if value == "" {
		return time.Time{}, true
	}
	t, err := parseDay(value)
	switch {
	case errors.Is(err, errTwoDigit):
		e.reject(name+" has a two-digit year, write four", value)
	case errors.Is(err, errTimeOut):
		e.reject(name+" is out of range, 1900 to 2199 is kept", value)
	case err != nil:
		e.reject(name+" is not a date, write it as 2025-01-31", value)
	}
	return t, err == nil
}

// checkEnds drops an end that lies before the start: the incident is kept, without a duration, and the user is told.
func (e *emitter) checkEnds(row *schema.IncidentRow) {
	var start time.Time
	for _, t := range []time.Time{row.StartedAt, row.DetectedAt, row.DeclaredAt} {
		if !t.IsZero() && (start.IsZero() || t.Before(start)) {
			start = t
		}
	}
	for _, end := range []*time.Time{&row.MitigatedAt, &row.ResolvedAt} {
		if !end.IsZero() && end.Before(start) {
			*end = time.Time{}
			e.notice("incident ends before it starts, the end is not kept")
		}
	}
}

// anyText is a JSON value that tools write as a string, a number or a boolean, all meaning the same text. null, objects, arrays and
// "None" (a script's null) are "".
type anyText string

func (t *anyText) fromJSON(d *jsonDecoder, i int) int {
	text, _, end := d.scalar(i)
	if text == "None" && d.s.b[i] == '"' {
		text = ""
	}
	*t = anyText(text)
	return end
}

// hostOf is the lower-case host of a URL, "" when it has none.
func hostOf(s string) string {
	if host, ok := plainHost(s); ok {
		return strings.ToLower(host)
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// plainHost is the host of an https address in which nothing is escaped, and no port or user is named.
func plainHost(s string) (host string, ok bool) {
	rest, ok := strings.CutPrefix(s, "https://")
	end := len(rest)
	for i, c := range []byte(rest) {
		switch {
		case c <= ' ' || c >= 0x7f || c == '%':
			return "", false
		case i >= end || isLetter(c) || isDigit(c) || c == '.' || c == '-':
		case c == '/' || c == '?' || c == '#':
			end = i
		default:
			return "", false
		}
	}
	return rest[:end], ok
}

// firstOf is the first of its arguments that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

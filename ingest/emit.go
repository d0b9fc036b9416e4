package ingest

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// emitter carries what one Read yields. It remembers that the consumer stopped, so that a loader may go on to the end of its record
// without asking after every row, and which identities it has given, so that a person named a million times is one row.
type emitter struct {
	yield   func(schema.Row, error) bool
	in      Input
	file    string
	n       int // current record or line
	stopped bool
	seen    map[schema.IdentityRow]bool
}

func newEmitter(in Input, yield func(schema.Row, error) bool) *emitter {
	return &emitter{yield: yield, in: in, file: in.single(), seen: map[schema.IdentityRow]bool{}}
}

func (e *emitter) send(r schema.Row, err error) {
	if !e.stopped {
		e.stopped = !e.yield(r, err)
	}
}

func (e *emitter) row(r schema.Row) { e.send(r, nil) }
func (e *emitter) done()            { e.send(nil, nil) }
func (e *emitter) notice(reason string) {
	e.send(nil, &Notice{File: e.file, Line: e.n, Reason: reason})
}
func (e *emitter) reject(reason, detail string) { e.send(nil, reject(e.file, e.n, reason, detail)) }

// seenMost bounds the memory of given identities; beyond, repeats are given again, which changes nothing but the speed.
const seenMost = 1 << 18

// identity gives an identity once. One without a native id is nobody.
func (e *emitter) identity(r schema.IdentityRow) {
	if r.NativeID == "" || e.seen[r] {
		return
	}
	if len(e.seen) >= seenMost {
		clear(e.seen)
	}
	e.seen[r] = true
	row := r // r itself stays off the heap: most are known
	e.row(&row)
}

// describedAt is the Updated of an identity or a mapping read from the object itself, in sources that give no time of change: rows of
// one key are ordered by Updated, and the object says more than a mention of it elsewhere, whose Updated is zero.
var describedAt = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// stampError says why a field is no time, as a reject's reason.
func stampError(field string, err error) string {
	if errors.Is(err, errNoTime) {
		return field + " is not a time"
	}
	return field + ": " + err.Error()
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
	t, zoneless, err := parseStamp(value, e.in.location())
	if err != nil {
		e.reject(stampError(field, err), value)
		return time.Time{}, false
	}
	if zoneless {
		e.notice(zonelessReason)
	}
	return t, true
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

// eachJSON calls read for every JSON record and passes positioned errors on. read says whether the record was kept; if not, it has
// rejected it.
func (e *emitter) eachJSON(read func(jsonRecord) bool, lists ...string) {
	for r, err := range jsonRecords(e.in, lists...) {
		if err != nil {
			e.send(nil, err)
		} else {
			e.n = r.n
			if read(r) {
				e.done()
			}
		}
		if e.stopped {
			return
		}
	}
}

// decode fills v or rejects the record.
func (e *emitter) decode(r jsonRecord, v any) bool {
	if err := r.decode(e.file, v); err != nil {
		e.send(nil, err)
		return false
	}
	return true
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

// eachCSV is eachJSON for the lines of a CSV.
func (e *emitter) eachCSV(fields []field, read func(csvRecord) bool) {
	for r, err := range csvRecords(e.in, fields) {
		if err != nil {
			e.send(nil, err)
		} else {
			e.n = r.line
			if read(r) {
				e.done()
			}
		}
		if e.stopped {
			return
		}
	}
}

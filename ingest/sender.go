package ingest

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// sender is the sending side of a Source's Read: it remembers that the reader has had enough, so that parsers need not.
type sender struct {
	ctx     context.Context
	in      Input
	file    string // the only file of the input; trees set it as they go
	yield   func(schema.Row, error) bool
	stopped bool
	known   map[identityKey]bool
}

type identityKey struct{ source, account, id string }

// reading makes a Read of a function that sends.
func reading(read func(*sender)) func(context.Context, Input) iter.Seq2[schema.Row, error] {
	return func(ctx context.Context, in Input) iter.Seq2[schema.Row, error] {
		return func(yield func(schema.Row, error) bool) {
			read(&sender{ctx: ctx, in: in, file: in.single(), yield: yield, known: map[identityKey]bool{}})
		}
	}
}

func (e *sender) send(row schema.Row, err error) {
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

func (e *sender) row(row schema.Row) { e.send(row, nil) }

// done says that a record is complete.
func (e *sender) done() { e.send(nil, nil) }

// err passes on what a record reader said: a reject or a notice goes by, anything else ends the file.
func (e *sender) err(err error) {
	e.send(nil, err)
	var r *RowError
	var n *Notice
	if !errors.As(err, &r) && !errors.As(err, &n) {
		e.stopped = true
	}
}

func (e *sender) reject(line int, reason, detail string) {
	e.send(nil, reject(e.file, line, reason, detail))
}

func (e *sender) notice(line int, reason string) {
	e.send(nil, &Notice{File: e.file, Line: line, Reason: reason})
}

// identity sends the row of an identity the first time it is met in this export: memory is one key per account.
func (e *sender) identity(row schema.IdentityRow) {
	key := identityKey{row.Source, row.Account, row.NativeID}
	if row.NativeID == "" || e.known[key] {
		return
	}
	e.known[key] = true
	sent := row // row itself stays off the heap: most are known
	e.row(&sent)
}

// person sends the identity that a table's person stands for; key is of personKey, empty for nobody.
func (e *sender) person(source string, keys ...string) {
	for _, key := range keys {
		row := schema.IdentityRow{Source: source, NativeID: key, Email: email(key)}
		if row.Email == "" {
			row.Name = key
		}
		e.identity(row)
	}
}

// csv calls record for every line of the only file until the reader has had enough.
func (e *sender) csv(fields []field, record func(csvRecord)) {
	for rec, err := range csvRecords(e.in, fields) {
		if err != nil {
			e.err(err)
		} else {
			record(rec)
		}
		if e.stopped {
			return
		}
	}
}

// json calls record for every record of the only file until the reader has had enough.
func (e *sender) json(lists []string, record func(jsonRecord)) {
	for rec, err := range jsonRecords(e.in, lists...) {
		if err != nil {
			e.err(err)
		} else {
			record(rec)
		}
		if e.stopped {
			return
		}
	}
}

// instant reads a required stamp; a bad one rejects the record and is not ok.
func (e *sender) instant(line int, name, value string) (t time.Time, ok bool) {
	t, zoneless, err := parseStamp(value, e.in.location())
	if err != nil {
		e.reject(line, stampReason(name, value, err), value)
		return time.Time{}, false
	}
	if zoneless {
		e.notice(line, zonelessReason)
	}
	return t, true
}

// day reads a calendar day; "" is the zero time. A bad one rejects the record and is not ok.
func (e *sender) day(line int, name, value string) (t time.Time, ok bool) {
	if value == "" {
		return time.Time{}, true
	}
	t, err := parseDay(value)
	switch {
	case errors.Is(err, errTwoDigit):
		e.reject(line, name+" has a two-digit year, write four", value)
	case errors.Is(err, errTimeOut):
		e.reject(line, name+" is out of range, 1900 to 2199 is kept", value)
	case err != nil:
		e.reject(line, name+" is not a date, write it as 2025-01-31", value)
	}
	return t, err == nil
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

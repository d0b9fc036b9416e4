package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
)

// slackWindow is how much of a file is looked at at once: it stays in the processor's cache. It grows for a record that does not
// fit, up to slackRecordMax, so memory depends on neither the export nor the length of a day.
const (
	slackWindow    = 256 << 10
	slackRecordMax = 16 << 20
)

// slackList walks the records of one file of an export, a JSON array. A record that is broken costs itself only where the next one
// can be found without guessing: raw line breaks cannot occur in JSON strings, so in a file that starts every record on a line of
// its own, at an indentation that nothing inside records has, such a line is the next record. Elsewhere (all in one line) the
// rest of the file is given up.
type slackList struct {
	jsonScanner
	r       io.Reader
	pos     int   // index in b of what comes next
	base    int64 // offset of b[0] in the file
	eof     bool
	state   listState
	resumed bool
	window  int    // bytes looked at at once, at first; 0 is slackWindow
	sync    []byte // a line break and what stands before a record, with its brace; nil where records cannot be found again
	count   int    // records so far, broken ones too: the number of the last one, from 1
	reason  string // of recordBroken and recordsLost
}

type listState uint8

const (
	listStart  listState = iota // nothing was read yet
	listFirst                   // after the opening bracket
	listAfter                   // after a record
	listAt                      // at the first byte of a record
	listClosed                  // no record follows
)

type listEvent uint8

const (
	recordOK     listEvent = iota // the parser holds a record
	recordBroken                  // one record could not be read; the next call goes on behind it
	recordsLost                   // what follows cannot be read; the list is over
	listEnd
)

// slackParser takes one record of a list.
type slackParser interface {
	// parse passes over the value at i, as jsonScanner's methods do, and keeps what it wants of it. It may be called again for
	// the same record when more input has come.
	parse(s *jsonScanner, i int) int
	// plausible tells whether what parse has just read looks like a record of this list, and not like something inside one.
	plausible() bool
}

// reset starts a file, keeping the memory of the one before.
func (l *slackList) reset(r io.Reader) {
	window := cmp.Or(l.window, slackWindow)
	b := l.b
	if len(b) != window+scanPad { // the first, or one that grew
		b = make([]byte, window+scanPad)
	}
	clear(b[:scanPad])
	*l = slackList{jsonScanner: jsonScanner{b: b}, r: r, window: window}
}

// next reads the next record into p. The error is one of reading the file.
func (l *slackList) next(p slackParser) (listEvent, error) {
	event, err := l.advance()
	if event != recordOK || err != nil {
		return event, err
	}
	l.count++
	for {
		end := p.parse(&l.jsonScanner, l.pos)
		if end > l.n || end == l.n && !l.eof { // a number may go on
			l.at, end = l.n, -1
		}
		switch {
		case end >= 0 && l.resumed && !p.plausible():
			l.at = l.pos
			return l.lost("JSON is broken, the rest of the file is not read")
		case end >= 0:
			l.pos, l.state, l.resumed = end, listAfter, false
			return recordOK, nil
		case l.at < l.n:
			return l.resync("JSON is broken", "JSON is broken, the rest of the file is not read")
		case l.eof:
			return l.resync("JSON is broken", "JSON ends in the middle (truncated?)")
		case l.n-l.pos >= slackRecordMax:
			return l.resync("record is longer than 16 MiB", "record is longer than 16 MiB, the rest of the file is not read")
		}
		if err := l.more(); err != nil {
			return 0, err
		}
	}
}

// advance moves to the first byte of the next record.
func (l *slackList) advance() (listEvent, error) {
	for l.state != listAt {
		if l.state == listClosed {
			return listEnd, nil
		}
		l.pos = space(l.b, l.pos)
		if l.pos+4 > l.n && !l.eof { // 4: null
			if err := l.more(); err != nil {
				return 0, err
			}
			continue
		}
		l.at = l.pos
		if l.pos >= l.n {
			if l.state == listStart {
				return l.lost("file is empty")
			}
			return l.lost("JSON ends in the middle (truncated?)")
		}
		switch c := l.b[l.pos]; {
		case l.state == listStart && c == '[':
			l.pos, l.state = l.pos+1, listFirst
		case l.state == listStart && l.literal(l.pos, "null") >= 0:
			l.pos += len("null")
			return l.close()
		case l.state == listStart:
			return l.lost("file is not a JSON list")
		case c == ']':
			l.pos++
			return l.close()
		case l.state == listFirst:
			l.learnSync()
			l.state = listAt
		case c == ',':
			if err := l.afterComma(); err != nil {
				return 0, err
			}
		default: // a comma is missing; the record behind it pays
			l.count++
			return l.resync("JSON is broken", "JSON is broken, the rest of the file is not read")
		}
	}
	return recordOK, nil
}

// afterComma moves over a comma and the white space behind it; a record must follow.
func (l *slackList) afterComma() error {
	l.pos++
	for {
		if l.pos = space(l.b, l.pos); l.pos < l.n || l.eof {
			l.state = listAt // parse reports what is no value
			return nil
		}
		if err := l.more(); err != nil {
			return err
		}
	}
}

// close sees that nothing follows the list.
func (l *slackList) close() (listEvent, error) {
	for {
		if l.pos = space(l.b, l.pos); l.pos < l.n {
			l.at = l.pos
			return l.lost("something follows the end of the list")
		}
		if l.eof {
			l.state = listClosed
			return listEnd, nil
		}
		if err := l.more(); err != nil {
			return 0, err
		}
	}
}

func (l *slackList) lost(reason string) (listEvent, error) {
	if l.state != listAt { // else it is counted
		l.count++
	}
	l.state, l.reason = listClosed, reason
	return recordsLost, nil
}

// learnSync looks at how the first record, at pos, is laid out. Where the window does not show it, nothing is learnt.
func (l *slackList) learnSync() {
	b := l.b[:l.n]
	line := bytes.LastIndexByte(b[:l.pos], '\n')
	if line < 0 || b[l.pos] != '{' || len(b) < l.pos+3 {
		return
	}
	indent := b[line+1 : l.pos]
	inside := b[l.pos+1:]
	if rest, ok := bytes.CutPrefix(bytes.TrimPrefix(inside, []byte("\r")), []byte("\n")); ok {
		// Members stand on lines of their own: objects among them are told from records by standing deeper.
		deeper, ok := bytes.CutPrefix(rest, indent)
		if !ok || len(deeper) == 0 || deeper[0] != ' ' && deeper[0] != '\t' {
			return
		}
	}
	l.sync = bytes.Clone(b[line : l.pos+1])
}

// resync moves to the first record that starts behind the broken one at pos.
func (l *slackList) resync(broken, lost string) (listEvent, error) {
	at := l.base + int64(l.at)
	defer func() { l.at = int(at - l.base) }() // so that reject still names the place
	from := l.pos + 1
	for l.sync != nil {
		if k := bytes.Index(l.b[min(from, l.n):l.n], l.sync); k >= 0 {
			l.pos, l.state, l.resumed, l.reason = from+k+len(l.sync)-1, listAt, true, broken
			return recordBroken, nil
		}
		if l.eof {
			break
		}
		l.pos = max(from, l.n-len(l.sync)+1)
		if err := l.more(); err != nil {
			return 0, err
		}
		from = l.pos
	}
	l.state = listAt
	return l.lost(lost)
}

// reject is what to say of recordBroken and recordsLost. The detail holds no text of the file.
func (l *slackList) reject(file string) *RowError {
	return reject(file, l.count, l.reason, fmt.Sprintf("at byte %d", l.base+int64(l.at)))
}

// more reads on: what was passed leaves the window, which is filled again, and grows when a record takes all of it.
func (l *slackList) more() error {
	room := len(l.b) - scanPad
	switch {
	case l.pos > 0:
		copy(l.b, l.b[l.pos:l.n])
		l.base += int64(l.pos)
		l.n -= l.pos
		l.pos = 0
	case l.n == room:
		room *= 2
		b := make([]byte, room+scanPad)
		copy(b, l.b[:l.n])
		l.b = b
	}
	start := l.base+int64(l.n) == 0
	k, err := io.ReadFull(l.r, l.b[l.n:room])
	l.n += k
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		l.eof = true
	case err != nil:
		return err
	}
	clear(l.b[l.n : l.n+scanPad])
	if start && bytes.HasPrefix(l.b[:l.n], []byte("\xef\xbb\xbf")) {
		l.pos = 3
	}
	return nil
}

package ingest

import (
	"errors"
	"io"
)

// jsonWindow is the part of a stream of JSON that is looked at, as the input of its scanner: it begins at keep, moves with pos, and
// grows for a value that does not fit. Its methods move what is in it: an index is good until the next call, only pos and keep move along.
type jsonWindow struct {
	jsonScanner
	r    io.Reader
	pos  int   // what comes next
	keep int   // what must stay; -1: nothing before pos
	base int64 // offset of b[0] in the stream
	eof  bool
}

// windowSize is how much is looked at at once, at first: many files are small.
const windowSize = 64 << 10

var (
	errValue  = errors.New("a single JSON value is larger than 64 MiB; export it in smaller pieces")
	errSyntax = errors.New("not JSON")
)

func newWindow(r io.Reader) *jsonWindow {
	return &jsonWindow{jsonScanner: jsonScanner{b: make([]byte, windowSize+scanPad)}, r: r, keep: -1}
}

// more reads on.
func (w *jsonWindow) more() error {
	from := w.pos
	if w.keep >= 0 {
		from = w.keep
	}
	room := len(w.b) - scanPad
	switch {
	case from > 0:
		copy(w.b, w.b[from:w.n])
		w.base += int64(from)
		w.n -= from
		w.pos -= from
		if w.keep >= 0 {
			w.keep = 0
		}
	case w.n >= maxLine:
		return errValue
	case w.n == room:
		room = min(2*room, maxLine)
		b := make([]byte, room+scanPad)
		copy(b, w.b[:w.n])
		w.b = b
	}
	k, err := io.ReadFull(w.r, w.b[w.n:room])
	w.n += k
	clear(w.b[w.n : w.n+scanPad])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		w.eof, err = true, nil
	}
	return err
}

// next is the first byte at or after pos that is no white space, and moves pos there; io.EOF says that there is none.
func (w *jsonWindow) next() (byte, error) {
	for {
		if w.pos = space(w.b, w.pos); w.pos < w.n {
			return w.b[w.pos], nil
		}
		if w.eof {
			return 0, io.EOF
		}
		if err := w.more(); err != nil {
			return 0, err
		}
	}
}

// value passes over the value at pos, which is then at b[from:pos].
func (w *jsonWindow) value() (from int, err error) {
	for {
		from = w.pos
		end := w.skip(from, 1)
		if end > w.n || end == w.n && !w.eof { // a number may go on
			w.at, end = w.n, -1
		}
		switch {
		case end >= 0:
			w.pos = end
			return from, nil
		case w.at < w.n:
			return 0, errSyntax
		case w.eof:
			return 0, io.ErrUnexpectedEOF
		}
		if err := w.more(); err != nil {
			return 0, err
		}
	}
}

package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
)

// jsonRecord is one element of a JSON export.
type jsonRecord struct {
	n    int    // record number in the file, from 1
	list string // the key of the array it came from ("incidents"), "" for a top-level array, NDJSON or a single object
	url  string // the request that gave it, where the file says so (DevLake's raw tables)
	raw  []byte // valid JSON, good until the next record is asked for
	d    *jsonDecoder
}

// decode fills v from the record; a mismatch of shapes is a *RowError.
func (r jsonRecord) decode(file string, v any) error {
	if err := r.d.decode(r.raw, v); err != nil {
		return reject(file, r.n, "JSON has another shape than expected", err.Error())
	}
	return nil
}

// jsonRecords streams the records of the only file, whichever way tools write them: a top-level array, NDJSON, one or several
// objects (pages) that wrap arrays, bare objects, or the raw tables of DevLake (devlake.go). An object whose lists include one
// named in lists is a page: the elements of those arrays are records, the rest of the page is passed over. Any other object is a
// record of its own, and so is one with an id of its own, whatever it lists (a schedule lists users, and is no page of them).
// Broken JSON inside NDJSON rejects that line; elsewhere it ends the file, since what follows cannot be told apart. Memory holds
// one record; a single value of more than 64 MiB ends the file.
func jsonRecords(in Input, lists ...string) iter.Seq2[jsonRecord, error] {
	return func(yield func(jsonRecord, error) bool) {
		name := in.single()
		f, err := in.Open(name)
		if err != nil {
			yield(jsonRecord{}, err)
			return
		}
		defer f.Close()
		text, _ := utf8Reader(f)
		w := &jsonWalk{in: in, file: name, lists: lists, yield: yield}
		w.run(text)
	}
}

type jsonWalk struct {
	in    Input
	file  string
	lists []string
	yield func(jsonRecord, error) bool
	n     int
	url   string // of the records being handed out
	d     jsonDecoder
	*jsonWindow
}

// run chooses between line-based reading, where one bad line costs one record, and value-based reading.
func (w *jsonWalk) run(r io.Reader) {
	lines := newScanner(r)
	if isDevLake(lines.head) {
		w.devLake(lines.r)
		return
	}
	if lines.looksLikeNDJSON(&w.d) {
		w.ndjson(lines)
		return
	}
	w.jsonWindow = newWindow(lines.rest())
	w.values(jsonOutline(lines.head).has("id"))
}

// give hands out one record.
func (w *jsonWalk) give(list string, raw []byte) bool {
	return w.yield(jsonRecord{n: w.n, list: list, url: w.url, raw: raw, d: &w.d}, nil)
}

func (w *jsonWalk) ndjson(lines *jsonLines) {
	for {
		line, err := lines.next()
		if err == io.EOF {
			return
		}
		if err != nil {
			w.yield(jsonRecord{}, fmt.Errorf("%s: %w", w.in.Path, err))
			return
		}
		if len(line) == 0 {
			continue
		}
		w.n++
		ok, valid := w.unwrap(line, false)
		if !valid {
			ok = w.yield(jsonRecord{}, reject(w.file, w.n, "line is not JSON", string(line[:min(len(line), 200)])))
		}
		if !ok {
			return
		}
	}
}

// unwrap hands out a value as a record, or what its lists hold when it is a page. valid says whether it is JSON, which is known when
// checked; ok is false when the reader has had enough.
func (w *jsonWalk) unwrap(raw []byte, checked bool) (ok, valid bool) {
	lists, valid := w.listsOf(raw, checked)
	if !valid {
		return false, false
	}
	if lists == nil {
		return w.give("", raw), true
	}
	for k, list := range w.lists {
		for i, item := range lists[k] {
			if i > 0 || w.n == 0 {
				w.n++
			}
			if !w.give(list, item) {
				return false, true
			}
		}
	}
	return true, true
}

// listsOf finds the elements of a page's lists, in the order of w.lists; nil for what is no page.
func (w *jsonWalk) listsOf(raw []byte, checked bool) (lists [][][]byte, valid bool) {
	if len(w.lists) == 0 || raw[0] != '{' {
		return nil, checked || w.d.valid(raw)
	}
	record := false
	end := w.d.object(w.d.set(raw), func(key []byte, i int) int {
		if string(key) == "id" { // a record, whatever it lists
			if record = true; checked {
				return -1
			}
		}
		k := slices.IndexFunc(w.lists, func(list string) bool { return list == string(key) })
		if k < 0 || raw[i] != '[' && raw[i] != 'n' {
			return w.d.s.skip(i, 1)
		}
		if lists == nil {
			lists = make([][][]byte, len(w.lists))
		}
		lists[k] = nil
		if raw[i] == 'n' {
			return w.d.s.skip(i, 1)
		}
		return w.d.elements(i, func(i int) int {
			end := w.d.s.skip(i, 2)
			if end >= 0 {
				lists[k] = append(lists[k], raw[i:end])
			}
			return end
		})
	})
	if record {
		lists = nil
	}
	return lists, checked || end >= 0 && space(w.d.s.b, end) == w.d.s.n
}

// values reads values of any size in a row; record says that the first, if an object, is one with an id.
func (w *jsonWalk) values(record bool) {
	for ; ; record = false {
		c, err := w.next()
		if err == io.EOF {
			return
		}
		ok := err == nil
		switch {
		case !ok:
		case c == '[':
			ok, err = w.array("")
		case c == '{':
			ok, err = w.stream(record)
		default:
			ok, err = w.bare()
		}
		if err != nil {
			w.broken(err)
		}
		if !ok || err != nil {
			return
		}
	}
}

// bare rejects a value that is neither.
func (w *jsonWalk) bare() (bool, error) {
	from, err := w.value()
	if err != nil {
		return false, err
	}
	w.n++
	return w.yield(jsonRecord{}, reject(w.file, w.n, "a bare value where an object was expected", string(w.b[from:min(w.pos, from+200)]))), nil
}

// array hands out the elements of the array at pos. False says that the reader has had enough.
func (w *jsonWalk) array(list string) (bool, error) {
	return w.each(']', func() (bool, error) {
		from, err := w.value()
		if err != nil {
			return false, err
		}
		w.n++
		raw := w.b[from:w.pos]
		if list == "" && raw[0] == '{' { // it may be a page
			ok, _ := w.unwrap(raw, true)
			return ok, nil
		}
		return w.give(list, raw), nil
	})
}

// each calls read at the first byte of everything between the bracket or brace at pos and the one that closes it.
func (w *jsonWalk) each(closing byte, read func() (bool, error)) (bool, error) {
	w.pos++
	for first := true; ; first = false {
		c, err := w.next()
		switch {
		case err != nil:
			return false, err
		case c == closing && first:
			w.pos++
			return true, nil
		}
		if ok, err := read(); !ok || err != nil {
			return false, err
		}
		if c, err = w.next(); err != nil {
			return false, err
		}
		w.pos++
		switch c {
		case closing:
			return true, nil
		case ',':
		default:
			return false, w.unexpected(w.pos - 1)
		}
	}
}

// unexpected is the error of a byte that cannot be.
func (w *jsonWalk) unexpected(i int) error {
	w.at = i
	return errSyntax
}

// stream reads the object at pos: a page's lists are streamed; if it has none of them it is a record.
// record says that it has an id further on; one that came first is seen here.
func (w *jsonWalk) stream(record bool) (bool, error) {
	page := false
	w.keep = w.pos
	ok, err := w.each('}', func() (bool, error) {
		if w.b[w.pos] != '"' {
			return false, w.unexpected(w.pos)
		}
		from, err := w.value()
		if err != nil {
			return false, err
		}
		key := w.text(span{int32(from + 1), int32(w.pos - 1), bytes.IndexByte(w.b[from:w.pos], '\\') >= 0})
		record = record || string(key) == "id"
		k := slices.IndexFunc(w.lists, func(list string) bool { return list == string(key) })
		c, err := w.next()
		if err != nil {
			return false, err
		}
		if c != ':' {
			return false, w.unexpected(w.pos)
		}
		w.pos++
		if c, err = w.next(); err != nil {
			return false, err
		}
		if !record && k >= 0 && (c == '[' || c == 'n') {
			page, w.keep = true, -1
			if c == '[' {
				return w.array(w.lists[k])
			}
		}
		_, err = w.value()
		return true, err
	})
	from := w.keep
	w.keep = -1
	if !ok || err != nil || page {
		return ok, err
	}
	w.n++
	return w.give("", w.b[from:w.pos]), nil
}

func (w *jsonWalk) broken(err error) {
	at := w.base + int64(w.pos)
	switch err {
	case errValue:
		err = fmt.Errorf("%s: record %d, near byte %d: %w", w.in.Path, w.n+1, at, err)
	case io.EOF, io.ErrUnexpectedEOF:
		err = fmt.Errorf("%s: JSON ends in the middle (truncated?) near byte %d after record %d; export or copy it again", w.in.Path, at, w.n)
	case errSyntax:
		at = w.base + int64(w.at)
		err = fmt.Errorf("%s: JSON is broken near byte %d after record %d: %q cannot stand there; export or copy it again", w.in.Path, at, w.n, w.b[w.at])
	default:
		err = fmt.Errorf("%s: cannot be read on near byte %d after record %d: %w; export or copy it again", w.in.Path, at, w.n, err)
	}
	w.yield(jsonRecord{}, err)
}

// jsonLines reads lines for NDJSON and can give back everything for token-based reading.
type jsonLines struct {
	r    *lineReader
	head []byte
	line []byte
}

func newScanner(r io.Reader) *jsonLines {
	l := newLineReader(r)
	head, _ := l.b.Peek(64 << 10)
	return &jsonLines{r: l, head: head}
}

// looksLikeNDJSON is true when the first line is a whole JSON object by itself and another line follows, unless what follows is a
// value of several lines: then objects of both kinds stand in a row, as when files are put together.
func (l *jsonLines) looksLikeNDJSON(d *jsonDecoder) bool {
	trimmed := bytes.TrimLeft(l.head, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	line, rest, more := bytes.Cut(trimmed, []byte("\n"))
	if !more { // one long first line: NDJSON if it is cut by the peek, and then values in a row serve as well
		return false
	}
	if rest = bytes.TrimSpace(rest); !d.valid(line) || len(rest) == 0 {
		return false
	}
	second, _, _ := bytes.Cut(rest, []byte("\n"))
	if rest[0] != '{' && rest[0] != '[' || d.valid(second) {
		return true
	}
	i := d.set(rest)
	cut := d.s.skip(i, 0) < 0 && d.s.at >= d.s.n && len(l.head) >= 64<<10 // by the peek, not by the end of the file
	return d.s.skip(i, 0) < 0 && !cut
}

func (l *jsonLines) rest() io.Reader { return l.r.b }

// next is a line, good until the next one is asked for.
func (l *jsonLines) next() ([]byte, error) {
	l.line = l.line[:0]
	for {
		part, err := l.r.b.ReadSlice('\n')
		if err == nil && len(l.line) == 0 {
			return bytes.TrimSpace(part), nil
		}
		l.line = append(l.line, part...)
		switch {
		case len(l.line) > maxLine:
			return nil, errLine
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(l.line) == 0:
			return nil, io.EOF
		case err != nil && err != io.EOF:
			return nil, err
		}
		return bytes.TrimSpace(l.line), nil
	}
}

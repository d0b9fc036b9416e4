package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	json "github.com/go-json-experiment/json/v1"
)

// jsonRecord is one element of a JSON export.
type jsonRecord struct {
	n    int    // record number in the file, from 1
	list string // the key of the array it came from ("incidents"), "" for a top-level array, NDJSON or a single object
	url  string // the request that gave it, where the file says so (DevLake's raw tables)
	raw  json.RawMessage
}

// decode fills v from the record; a mismatch of shapes is a *RowError.
func (r jsonRecord) decode(file string, v any) error {
	if err := unmarshal(r.raw, v); err != nil {
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
	url   string      // of the records being handed out
	bound *valueBound // under the decoder, when tokens are read
	view  jsonView
}

// run chooses between line-based reading, where one bad line costs one record, and token-based reading.
func (w *jsonWalk) run(r io.Reader) {
	lines := newScanner(r)
	if isDevLake(lines.head) {
		w.devLake(lines.r)
		return
	}
	if lines.looksLikeNDJSON() {
		w.ndjson(lines)
		return
	}
	first := jsonOutline(lines.head)
	w.tokens(lines.rest(), first.has("id"))
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
		if !w.view.valid(line) {
			if !w.yield(jsonRecord{}, reject(w.file, w.n, "line is not JSON", string(line[:min(len(line), 200)]))) {
				return
			}
			continue
		}
		if !w.value(line, "") {
			return
		}
	}
}

// value hands out an object as a record, or its elements when it is a page or an array.
func (w *jsonWalk) value(raw json.RawMessage, list string) bool {
	if raw[0] == '{' && len(w.lists) > 0 {
		page, record := map[string]json.RawMessage{}, false
		whole := w.view.members(raw, func(key string, value json.RawMessage) {
			record = record || key == "id"
			if contains(w.lists, key) {
				page[key] = value
			}
		})
		if whole && !record && len(page) > 0 {
			found := false
			for _, key := range w.lists {
				var items []json.RawMessage
				v, ok := page[key]
				if !ok || unmarshal(v, &items) != nil {
					continue
				}
				found = true
				for i, item := range items {
					if i > 0 || w.n == 0 {
						w.n++
					}
					if !w.yield(jsonRecord{n: w.n, list: key, url: w.url, raw: item}, nil) {
						return false
					}
				}
			}
			if found {
				return true
			}
		}
	}
	return w.yield(jsonRecord{n: w.n, list: list, url: w.url, raw: raw}, nil)
}

// tokens reads values of any size in a row; record says that the first, if an object, is one with an id.
func (w *jsonWalk) tokens(r io.Reader, record bool) {
	w.bound = &valueBound{r: r, most: maxLine}
	d := json.NewDecoder(w.bound)
	for ; ; record = false {
		w.bound.next(d)
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			w.broken(d, err)
			return
		}
		switch tok {
		case json.Delim('['):
			if !w.array(d, "") {
				return
			}
		case json.Delim('{'):
			if !w.object(d, record) {
				return
			}
		default:
			if !w.yield(jsonRecord{}, reject(w.file, w.n+1, "a bare value where an object was expected", fmt.Sprint(tok))) {
				return
			}
			w.n++
		}
	}
}

func (w *jsonWalk) array(d *json.Decoder, list string) bool {
	for w.bound.next(d); d.More(); w.bound.next(d) {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			w.broken(d, err)
			return false
		}
		w.n++
		if len(w.lists) > 0 && list == "" && raw[0] == '{' { // an array of pages
			if !w.value(raw, "") {
				return false
			}
			continue
		}
		if !w.yield(jsonRecord{n: w.n, list: list, raw: raw}, nil) {
			return false
		}
	}
	_, err := d.Token()
	if err != nil {
		w.broken(d, err)
	}
	return err == nil
}

// object reads a top-level object: a page's lists are streamed; if it has none of them it is put together again as a record.
// record says that it has an id further on; one that came first is seen here.
func (w *jsonWalk) object(d *json.Decoder, record bool) bool {
	var whole bytes.Buffer
	whole.WriteByte('{')
	page := false
	for w.bound.next(d); d.More(); w.bound.next(d) {
		key, err := d.Token()
		if err != nil {
			w.broken(d, err)
			return false
		}
		k, _ := key.(string)
		record = record || k == "id"
		var raw json.RawMessage
		if !record && contains(w.lists, k) {
			open, err := d.Token()
			if err != nil {
				w.broken(d, err)
				return false
			}
			if open == json.Delim('[') {
				page = true
				if !w.array(d, k) {
					return false
				}
				continue
			}
			if open == nil { // null for an array
				page = true
				continue
			}
			if raw, err = reopen(d, open); err != nil { // one object where pages have a list
				w.broken(d, err)
				return false
			}
		} else if err := d.Decode(&raw); err != nil {
			w.broken(d, err)
			return false
		}
		if page {
			continue
		}
		if whole.Len()+len(raw) > maxLine {
			w.broken(d, errValue)
			return false
		}
		if whole.Len() > 1 {
			whole.WriteByte(',')
		}
		q, _ := json.Marshal(k)
		whole.Write(q)
		whole.WriteByte(':')
		whole.Write(raw)
	}
	if _, err := d.Token(); err != nil {
		w.broken(d, err)
		return false
	}
	if page {
		return true
	}
	whole.WriteByte('}')
	w.n++
	return w.yield(jsonRecord{n: w.n, raw: whole.Bytes()}, nil)
}

// reopen gives a value as text whose first token has been read already; it is no array.
func reopen(d *json.Decoder, first json.Token) (json.RawMessage, error) {
	if first != json.Delim('{') {
		return json.Marshal(first)
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		k, _ := key.(string)
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		members[k] = raw
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

func (w *jsonWalk) broken(d *json.Decoder, err error) {
	if errors.Is(err, errValue) {
		w.yield(jsonRecord{}, fmt.Errorf("%s: record %d, near byte %d: %w", w.in.Path, w.n+1, d.InputOffset(), err))
		return
	}
	what := "JSON is broken"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		what = "JSON ends in the middle (truncated?)"
	}
	w.yield(jsonRecord{}, fmt.Errorf("%s: %s near byte %d after record %d: %v; export or copy it again", w.in.Path, what, d.InputOffset(), w.n, err))
}

var errValue = errors.New("a single JSON value is larger than 64 MiB; export it in smaller pieces")

// valueBound refuses to feed a decoder more than `most` bytes of one value.
type valueBound struct {
	r       io.Reader
	n, mark int64 // bytes given, and where the current value starts
	most    int64
}

// next tells it that a value ends where the decoder stands.
func (b *valueBound) next(d *json.Decoder) { b.mark = d.InputOffset() }

func (b *valueBound) Read(p []byte) (int, error) {
	if b.n-b.mark > b.most {
		return 0, errValue
	}
	n, err := b.r.Read(p)
	b.n += int64(n)
	return n, err
}

// jsonLines reads lines for NDJSON and can give back everything for token-based reading.
type jsonLines struct {
	r    *lineReader
	head []byte
	err  error
}

func newScanner(r io.Reader) *jsonLines {
	l := newLineReader(r)
	head, err := l.b.Peek(64 << 10)
	return &jsonLines{r: l, head: head, err: err}
}

// looksLikeNDJSON is true when the first line is a whole JSON object by itself and another line follows, unless what follows is a
// value of several lines: then objects of both kinds stand in a row, as when files are put together.
func (l *jsonLines) looksLikeNDJSON() bool {
	trimmed := bytes.TrimLeft(l.head, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	line, rest, more := bytes.Cut(trimmed, []byte("\n"))
	if !more { // one long first line: NDJSON if it is cut by the peek, and then the tokens serve as well
		return false
	}
	if rest = bytes.TrimSpace(rest); !json.Valid(line) || len(rest) == 0 {
		return false
	}
	second, _, _ := bytes.Cut(rest, []byte("\n"))
	if rest[0] != '{' && rest[0] != '[' || json.Valid(second) {
		return true
	}
	var value json.RawMessage
	err := json.NewDecoder(bytes.NewReader(rest)).Decode(&value)
	cut := errors.Is(err, io.ErrUnexpectedEOF) && len(l.head) >= 64<<10 // by the peek, not by the end of the file
	return err != nil && !cut
}

func (l *jsonLines) rest() io.Reader { return l.r.b }

func (l *jsonLines) next() ([]byte, error) {
	var line []byte
	for {
		part, err := l.r.b.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, errLine
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) == 0:
			return nil, io.EOF
		case err != nil && err != io.EOF:
			return nil, err
		}
		return bytes.TrimSpace(line), nil
	}
}

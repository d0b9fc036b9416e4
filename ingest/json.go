package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// jsonRecord is one element of a JSON export.
type jsonRecord struct {
	n    int    // record number in the file, from 1
	list string // the key of the array it came from ("incidents"), "" for a top-level array, NDJSON or a single object
	raw  json.RawMessage
}

// decode fills v from the record; a mismatch of shapes is a *RowError.
func (r jsonRecord) decode(file string, v any) error {
	if err := json.Unmarshal(r.raw, v); err != nil {
		return reject(file, r.n, "JSON has another shape than expected", err.Error())
	}
	return nil
}

// jsonRecords streams the records of the only file, whichever way tools write them: a top-level array, NDJSON, one or several
// objects (pages) that wrap arrays, or bare objects. An object whose lists include one named in lists is a page: the elements of
// those arrays are records, the rest of the page is passed over. Any other object is a record of its own. Broken JSON inside
// NDJSON rejects that line; elsewhere it ends the file, since what follows cannot be told apart. Memory holds one record.
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
}

// run chooses between line-based reading, where one bad line costs one record, and token-based reading.
func (w *jsonWalk) run(r io.Reader) {
	lines := newScanner(r)
	if lines.looksLikeNDJSON() {
		w.ndjson(lines)
		return
	}
	w.tokens(lines.rest())
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
		if !json.Valid(line) {
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
		var page map[string]json.RawMessage
		if json.Unmarshal(raw, &page) == nil {
			found := false
			for _, key := range w.lists {
				var items []json.RawMessage
				v, ok := page[key]
				if !ok || json.Unmarshal(v, &items) != nil {
					continue
				}
				found = true
				for i, item := range items {
					if i > 0 || w.n == 0 {
						w.n++
					}
					if !w.yield(jsonRecord{n: w.n, list: key, raw: item}, nil) {
						return false
					}
				}
			}
			if found {
				return true
			}
		}
	}
	return w.yield(jsonRecord{n: w.n, list: list, raw: raw}, nil)
}

func (w *jsonWalk) tokens(r io.Reader) {
	d := json.NewDecoder(r)
	for {
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
			if !w.object(d) {
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
	for d.More() {
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
func (w *jsonWalk) object(d *json.Decoder) bool {
	var whole bytes.Buffer
	whole.WriteByte('{')
	page := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			w.broken(d, err)
			return false
		}
		k, _ := key.(string)
		if contains(w.lists, k) {
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
				continue
			}
			w.yield(jsonRecord{}, fail(w.in, fmt.Sprintf("%q is not an array", k), "export it again"))
			return false
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			w.broken(d, err)
			return false
		}
		if page {
			continue
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

func (w *jsonWalk) broken(d *json.Decoder, err error) {
	what := "JSON is broken"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		what = "JSON ends in the middle (truncated?)"
	}
	w.yield(jsonRecord{}, fmt.Errorf("%s: %s near byte %d after record %d: %v; export or copy it again", w.in.Path, what, d.InputOffset(), w.n, err))
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

// looksLikeNDJSON is true when the first line is a whole JSON object by itself and another line follows.
func (l *jsonLines) looksLikeNDJSON() bool {
	trimmed := bytes.TrimLeft(l.head, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return false
	}
	line, rest, more := bytes.Cut(trimmed, []byte("\n"))
	if !more { // one long first line: NDJSON if it is cut by the peek, and then the tokens serve as well
		return false
	}
	return json.Valid(line) && len(bytes.TrimSpace(rest)) > 0
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

package ingest

import (
	"bytes"
	"encoding/csv"
	"io"
)

// outline is what the start of a JSON file looks like, for Detect: the keys of its objects. Arrays are transparent: the outline of
// an array is that of its elements together, and so is that of NDJSON or of several pages in a row.
type outline struct {
	keys map[string]*outline
	text string // the first string seen in this place
	of   int    // the record it is of, by number: below one of another number lies what was seen before
}

// outlineDepth is how deep detection ever looks; below, values are passed over.
const outlineDepth = 6

// outline reads the first 64 KiB; the outline of anything that is not JSON is empty.
func (in Input) outline() *outline {
	if in.start == nil {
		return in.readOutline()
	}
	if in.start.outline == nil {
		in.start.outline = in.readOutline()
	}
	return in.start.outline
}

func (in Input) readOutline() *outline {
	head := in.head(headSize)
	if isDevLake(head) {
		return devLakeOutline(head)
	}
	r, _ := utf8Reader(bytes.NewReader(head))
	text, _ := io.ReadAll(r)
	return jsonOutline(text)
}

// jsonOutline reads as far as text goes; it may end anywhere.
func jsonOutline(text []byte) *outline {
	o := &outline{}
	var d jsonDecoder
	for i := d.set(text); i >= 0 && i < d.s.n; i = space(d.s.b, i) {
		if i = o.read(&d, i, 0); i < 0 {
			break
		}
	}
	return o
}

// outlineKeys bounds the keys that are remembered from record to record.
const outlineKeys = 1000

// record makes o the outline of one record and of the objects in it, not deeper. Records are mostly alike: what o has grown for those
// before serves again.
func (o *outline) record(d *jsonDecoder, raw []byte) *outline {
	o.of++
	o.text = ""
	o.read(d, d.set(raw), outlineDepth-2)
	return o
}

// read takes the value at i in and returns where it ends, -1 where the text ends or is broken.
func (o *outline) read(d *jsonDecoder, i, depth int) int {
	switch {
	case d.s.b[i] == '"' && o.text == "":
		o.text, i = d.text(i)
		return i
	case d.s.b[i] == '{' && depth < outlineDepth:
		return o.members(d, i, depth)
	case d.s.b[i] == '[' && depth < outlineDepth:
		return d.elements(i, func(i int) int { return o.read(d, i, depth+1) })
	}
	return d.s.skip(i, depth)
}

func (o *outline) members(d *jsonDecoder, i, depth int) int {
	for first := true; ; first = false {
		d.s.key = span{}
		value, end := d.s.member(i, first)
		if value < 0 {
			if end < 0 && d.s.key.some() { // the text ends, or breaks, behind a key
				o.child(d.s.name())
			}
			return end
		}
		if i = o.child(d.s.name()).read(d, value, depth+1); i < 0 {
			return -1
		}
	}
}

func (o *outline) child(key []byte) *outline {
	c := o.keys[string(key)]
	if c == nil {
		if o.keys == nil || len(o.keys) > outlineKeys {
			o.keys = map[string]*outline{}
		}
		c = &outline{}
		o.keys[string(key)] = c
	}
	if c.of != o.of {
		c.of, c.text = o.of, ""
	}
	return c
}

// nothing is the outline of what is not there.
var nothing = &outline{}

// at is the outline below a key, empty when there is none.
func (o *outline) at(path ...string) *outline {
	for _, key := range path {
		c := o.keys[key]
		if c == nil || c.of != o.of {
			return nothing
		}
		o = c
	}
	return o
}

// has says whether every one of the keys was seen.
func (o *outline) has(keys ...string) bool {
	for _, key := range keys {
		if c := o.keys[key]; c == nil || c.of != o.of {
			return false
		}
	}
	return true
}

// devLakeOutline is the outline of the first records of a DevLake table.
func devLakeOutline(head []byte) *outline {
	o := &outline{}
	c := csv.NewReader(bytes.NewReader(head))
	c.FieldsPerRecord = -1
	_, _ = c.Read()
	var d jsonDecoder
	for range 5 {
		cell, err := c.Read()
		if err != nil || len(cell) < 3 {
			break
		}
		_ = o.read(&d, d.set([]byte(cell[2])), 0)
	}
	return o
}

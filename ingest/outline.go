package ingest

import (
	"bytes"
	"encoding/csv"
	"io"

	json "github.com/go-json-experiment/json/v1"
)

// outline is what the start of a JSON file looks like, for Detect: the keys of its objects. Arrays are transparent: the outline of
// an array is that of its elements together, and so is that of NDJSON or of several pages in a row.
type outline struct {
	keys map[string]*outline
	text string // the first string seen in this place
}

// outlineDepth is how deep detection ever looks; below, values are passed over.
const outlineDepth = 6

// outline reads the first 64 KiB; the outline of anything that is not JSON is empty.
func (in Input) outline() *outline {
	head := in.head(64 << 10)
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
	d := json.NewDecoder(bytes.NewReader(text))
	for o.read(d, 0) == nil {
	}
	return o
}

// read takes one value in.
func (o *outline) read(d *json.Decoder, depth int) error {
	tok, err := d.Token()
	if err != nil {
		return err
	}
	switch v := tok.(type) {
	case string:
		if o.text == "" {
			o.text = v
		}
	case json.Delim:
		if depth >= outlineDepth {
			return skipRest(d)
		}
		for d.More() {
			child := o
			if v == '{' {
				key, err := d.Token()
				if err != nil {
					return err
				}
				child = o.child(key.(string)) // the decoder gives nothing else there
			}
			if err := child.read(d, depth+1); err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	}
	return nil
}

func (o *outline) child(key string) *outline {
	if o.keys == nil {
		o.keys = map[string]*outline{}
	}
	c := o.keys[key]
	if c == nil {
		c = &outline{}
		o.keys[key] = c
	}
	return c
}

// skipRest passes over an object or array that has just been opened.
func skipRest(d *json.Decoder) error {
	for open := 1; open > 0; {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
	return nil
}

// at is the outline below a key, empty when there is none.
func (o *outline) at(path ...string) *outline {
	for _, key := range path {
		if o == nil {
			break
		}
		o = o.keys[key]
	}
	if o == nil {
		return &outline{}
	}
	return o
}

// has says whether every one of the keys was seen.
func (o *outline) has(keys ...string) bool {
	for _, key := range keys {
		if o == nil || o.keys[key] == nil {
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
	for range 5 {
		cell, err := c.Read()
		if err != nil || len(cell) < 3 {
			break
		}
		_ = o.read(json.NewDecoder(bytes.NewReader([]byte(cell[2]))), 0)
	}
	return o
}

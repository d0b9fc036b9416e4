package ingest

import (
	"bytes"
	"slices"
	"strings"
)

// isJSON says whether the only file begins like JSON rather than a table.
func (in Input) isJSON() bool {
	head := bytes.TrimLeft(in.head(4<<10), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// looseText is a JSON text, number or truth value, or an object that stands for a person or an incident.
type looseText string

func (t *looseText) fromJSON(d *jsonDecoder, i int) int {
	text, ok, end := d.scalar(i)
	if !ok && end >= 0 && d.s.b[i] == '{' {
		text = d.named(i)
	}
	*t = looseText(text)
	return end
}

// named is what the object at i says it stands for: its e-mail, id or name, or that of such an object in its place.
func (d *jsonDecoder) named(i int) string {
	var found [3]int // where they begin; there is no value at 0
	d.object(i, func(key []byte, i int) int {
		if k := slices.Index(looseNames[:], string(key)); k >= 0 {
			found[k] = i
		}
		return d.s.skip(i, 0)
	})
	for _, at := range found {
		if at == 0 {
			continue
		}
		text, ok, _ := d.scalar(at)
		if !ok && d.s.b[at] == '{' {
			text = d.named(at)
		}
		if text != "" {
			return text
		}
	}
	return ""
}

var looseNames = [3]string{"email", "id", "name"}

// looseList is a JSON list of texts or of such objects, one text with ; or | between them, or their number.
type looseList struct {
	names []string
	count string
}

func (l *looseList) fromJSON(d *jsonDecoder, i int) int {
	*l = looseList{}
	switch c := d.s.b[i]; {
	case c == '[':
		return d.elements(i, func(i int) int {
			var t looseText
			end := t.fromJSON(d, i)
			if t != "" {
				l.names = append(l.names, string(t))
			}
			return end
		})
	case c == '"':
		text, _, end := d.scalar(i)
		if isDigits(text) {
			l.count = text
		} else {
			l.names = splitList(text)
		}
		return end
	case c == '-' || isDigit(c):
		text, _, end := d.scalar(i)
		l.count = text
		return end
	}
	return d.s.skip(i, 0)
}

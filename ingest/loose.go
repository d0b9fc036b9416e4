package ingest

import (
	"bytes"
	"strconv"
	"strings"

	json "github.com/go-json-experiment/json/v1"
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

func (t *looseText) UnmarshalJSON(b []byte) error {
	if text, ok := plainText(b); ok {
		*t = looseText(text)
		return nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return err
	}
	*t = looseText(textOf(v))
	return nil
}

// textOf is the value of a text, a number, a truth value or an object with an e-mail, an id or a name; "" for anything else.
func textOf(v any) string {
	switch x := v.(type) {
	case string:
		return strings.TrimSpace(x)
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	case map[string]any:
		for _, key := range []string{"email", "id", "name"} {
			if s := textOf(x[key]); s != "" {
				return s
			}
		}
	}
	return ""
}

// looseList is a JSON list of texts or of such objects, one text with ; or | between them, or their number.
type looseList struct {
	names []string
	count string
}

func (l *looseList) UnmarshalJSON(b []byte) error {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return err
	}
	switch x := v.(type) {
	case []any:
		for _, item := range x {
			if s := textOf(item); s != "" {
				l.names = append(l.names, s)
			}
		}
	case json.Number:
		l.count = x.String()
	case string:
		if x = strings.TrimSpace(x); isDigits(x) {
			l.count = x
		} else {
			l.names = splitList(x)
		}
	}
	return nil
}

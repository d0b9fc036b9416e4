package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	json "github.com/go-json-experiment/json/v1"
)

// unmarshal fills v from a JSON value, as encoding/json does, errors too.
func unmarshal(raw []byte, v any) error {
	// Errors in encoding/json's words cost a pass over the value beforehand: they are only asked for where there is one.
	if jsonv2.Unmarshal(raw, v, json.DefaultOptionsV1(), json.ReportErrorsWithLegacySemantics(false)) == nil {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// jsonView looks at JSON values in memory without decoding them. Its buffer serves one value after the other.
type jsonView struct{ s jsonScanner }

func (v *jsonView) set(raw []byte) {
	v.s.b = append(append(v.s.b[:0], raw...), make([]byte, scanPad)...)
	v.s.n = len(raw)
}

// valid says whether raw is one JSON value.
func (v *jsonView) valid(raw []byte) bool {
	v.set(raw)
	end := v.s.skip(space(v.s.b, 0), 0)
	return end >= 0 && space(v.s.b, end) == v.s.n
}

// members calls f for the members of an object, in their order; their values are parts of raw. The result is false for anything else.
func (v *jsonView) members(raw []byte, f func(key string, value json.RawMessage)) bool {
	v.set(raw)
	s := &v.s
	i := space(s.b, 0)
	if s.b[i] != '{' {
		return false
	}
	value, end := s.member(i, true)
	for value >= 0 {
		key := string(s.bytes(s.key))
		if i = s.skip(value, 1); i < 0 {
			return false
		}
		f(key, raw[value:i:i])
		value, end = s.member(i, false)
	}
	return end >= 0
}

// plainString is the text of a JSON string in which nothing is escaped.
func plainString(b []byte) (string, bool) {
	if n := len(b); n >= 2 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) {
		return string(b[1 : n-1]), true
	}
	return "", false
}

// plainText is that of a string, a number or a truth value, which is none for null; ok is false for all else.
func plainText(b []byte) (text string, ok bool) {
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[':
		return "", false
	case b[0] == '"':
		text, ok = plainString(b)
		return strings.TrimSpace(text), ok
	case b[0] == 'n':
		return "", true
	}
	return string(b), true
}

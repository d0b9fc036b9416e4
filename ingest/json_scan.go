package ingest

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonScanner passes over JSON in memory in one pass and without garbage. It is strict: it accepts what encoding/json accepts
// (raw control characters in strings, wrong escapes, commas and nesting deeper than maxDepth are errors), also inside values
// that are only skipped, so that a missing quote is found where it is and not many records later.
//
// Methods take the index of a first byte and return the index after what they passed, or -1; then at is the index of the byte
// that cannot be. An at of n or more says that the input ends too early.
type jsonScanner struct {
	b   []byte // n bytes of input, then at least scanPad zero bytes, which no token continues over
	n   int
	at  int
	key span // of the member that member moved to
}

const (
	scanPad  = 16    // room for loads of 8 bytes and a few single steps past the end
	maxDepth = 10000 // encoding/json's
)

const (
	every      = 0x0101010101010101 // a byte in all eight lanes of a word is every * byte
	high       = 0x8080808080808080
	eightSpace = 0x2020202020202020
)

func (s *jsonScanner) fail(at int) int {
	s.at = at
	return -1
}

// space passes over white space. Pretty-printed exports are mostly indentation, so runs of spaces go eight at a time.
func space(b []byte, i int) int {
	for {
		if b[i] == '\n' {
			i++
		}
		x := binary.LittleEndian.Uint64(b[i:]) ^ eightSpace
		for x == 0 {
			i += 8
			x = binary.LittleEndian.Uint64(b[i:]) ^ eightSpace
		}
		i += bits.TrailingZeros64(x) >> 3
		switch b[i] {
		case '\t', '\r':
			i++
		case '\n':
		default:
			return i
		}
	}
}

// span is a string's raw bytes b[from:to] inside a scanner's input; from is 0 when there is none (a quote comes before any string).
type span struct {
	from, to int32
	escaped  bool
}

func (p span) some() bool { return p.from != 0 }

func (p span) empty() bool { return p.from == p.to }

// str passes over a string from its opening quote, filling sp.
func (s *jsonScanner) str(i int, sp *span) int {
	end, escaped := s.stringEnd(i + 1)
	if end < 0 {
		return -1
	}
	*sp = span{int32(i + 1), int32(end - 1), escaped}
	return end
}

// stringEnd passes over the rest of a string, from after its opening quote to after its closing one. It looks at eight bytes at
// a time: a lane's high bit is set in m where its byte is a quote, a backslash or a control character. Carries can set bits
// only above the first true one, and only the first counts.
func (s *jsonScanner) stringEnd(i int) (end int, escaped bool) {
	b := s.b
	for {
		w := binary.LittleEndian.Uint64(b[i:])
		q, e := w^every*'"', w^every*'\\'
		m := ((q-every)&^q | (e-every)&^e | (w-every*0x20)&^w) & high
		if m == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(m) >> 3
		switch b[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			if i = s.escape(i); i < 0 {
				return -1, false
			}
		default:
			return s.fail(i), false
		}
	}
}

// escape passes over one escape sequence.
func (s *jsonScanner) escape(i int) int {
	switch s.b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if !isHex(s.b[k]) {
				return s.fail(k)
			}
		}
		return i + 6
	}
	return s.fail(i + 1)
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// skip passes over one value of any kind; depth is the number of arrays and objects around it.
func (s *jsonScanner) skip(i, depth int) int {
	switch c := s.b[i]; c {
	case '"':
		end, _ := s.stringEnd(i + 1)
		return end
	case '{':
		return s.skipObject(i, depth+1)
	case '[':
		return s.skipArray(i, depth+1)
	case 't':
		return s.literal(i, "true")
	case 'f':
		return s.literal(i, "false")
	case 'n':
		return s.literal(i, "null")
	default:
		return s.number(i)
	}
}

func (s *jsonScanner) skipObject(i, depth int) int {
	if depth > maxDepth {
		return s.fail(i)
	}
	value, end := s.member(i, true)
	for value >= 0 {
		if i = s.skip(value, depth); i < 0 {
			return -1
		}
		value, end = s.member(i, false)
	}
	return end
}

// member moves to an object's next member: from its opening brace when first, else from the end of the value before. It sets key
// and returns the index of the value's first byte. A value of -1 says that there is none: then end is the index after the
// object, or -1 for an error.
func (s *jsonScanner) member(i int, first bool) (value, end int) {
	b := s.b
	if first {
		if i = space(b, i+1); b[i] == '}' {
			return -1, i + 1
		}
	} else {
		if b[i] <= ' ' {
			i = space(b, i)
		}
		if b[i] != ',' {
			if b[i] == '}' {
				return -1, i + 1
			}
			return -1, s.fail(i)
		}
		if i++; b[i] <= ' ' {
			i = space(b, i)
		}
	}
	if b[i] != '"' {
		return -1, s.fail(i)
	}
	if end = s.str(i, &s.key); end < 0 {
		return -1, -1
	}
	i = end
	if b[i] <= ' ' {
		i = space(b, i)
	}
	if b[i] != ':' {
		return -1, s.fail(i)
	}
	if i++; b[i] <= ' ' {
		i = space(b, i)
	}
	return i, 0
}

func (s *jsonScanner) skipArray(i, depth int) int {
	if depth > maxDepth {
		return s.fail(i)
	}
	value, end := s.element(i, true)
	for value >= 0 {
		if i = s.skip(value, depth); i < 0 {
			return -1
		}
		value, end = s.element(i, false)
	}
	return end
}

// element moves to an array's next value, as member does in an object.
func (s *jsonScanner) element(i int, first bool) (value, end int) {
	b := s.b
	if first {
		if i = space(b, i+1); b[i] == ']' {
			return -1, i + 1
		}
		return i, 0
	}
	if b[i] <= ' ' {
		i = space(b, i)
	}
	switch b[i] {
	case ',':
		if i++; b[i] <= ' ' {
			i = space(b, i)
		}
		return i, 0
	case ']':
		return -1, i + 1
	}
	return -1, s.fail(i)
}

// name is the key of the member that member moved to.
func (s *jsonScanner) name() []byte { return s.text(s.key) }

// text is bytes without the check for UTF-8, to compare with words that are ASCII.
func (s *jsonScanner) text(p span) []byte {
	if p.escaped {
		return s.bytes(p)
	}
	return s.b[p.from:p.to]
}

// stringOr passes over a value, keeping it when it is a string.
func (s *jsonScanner) stringOr(i, depth int, sp *span) int {
	if s.b[i] == '"' {
		return s.str(i, sp)
	}
	*sp = span{}
	return s.skip(i, depth)
}

// stringOrNumber passes over a record's member, keeping a string or a number's digits.
func (s *jsonScanner) stringOrNumber(i int, sp *span) int {
	end := s.stringOr(i, 2, sp)
	if end >= 0 && (s.b[i] == '-' || isDigit(s.b[i])) {
		*sp = span{from: int32(i), to: int32(end)}
	}
	return end
}

// object passes over a record's member, keeping where it is when it is an object.
func (s *jsonScanner) object(i int, sp *span) int {
	*sp = span{}
	end := s.skip(i, 2)
	if end >= 0 && s.b[i] == '{' {
		*sp = span{from: int32(i), to: int32(end)}
	}
	return end
}

// pick passes over a value; of an object it keeps one or two members that are strings.
func (s *jsonScanner) pick(i, depth int, name1 string, to1 *span, name2 string, to2 *span) int {
	*to1 = span{}
	if to2 != nil {
		*to2 = span{}
	}
	if s.b[i] != '{' {
		return s.skip(i, depth)
	}
	value, end := s.member(i, true)
	for value >= 0 {
		switch name := s.name(); {
		case string(name) == name1:
			i = s.stringOr(value, depth+1, to1)
		case to2 != nil && string(name) == name2:
			i = s.stringOr(value, depth+1, to2)
		default:
			i = s.skip(value, depth+1)
		}
		if i < 0 {
			return -1
		}
		value, end = s.member(i, false)
	}
	return end
}

// stringList appends the strings of an array; null and what is no string are passed over.
func (s *jsonScanner) stringList(i, depth int, list []span) ([]span, int) {
	if s.b[i] != '[' {
		return list, s.skip(i, depth)
	}
	value, end := s.element(i, true)
	for value >= 0 {
		if s.b[value] == '"' {
			var sp span
			i = s.str(value, &sp)
			list = append(list, sp)
		} else {
			i = s.skip(value, depth+1)
		}
		if i < 0 {
			return list, -1
		}
		value, end = s.element(i, false)
	}
	return list, end
}

func (s *jsonScanner) literal(i int, word string) int {
	for k := range len(word) {
		if s.b[i+k] != word[k] {
			return s.fail(i + k)
		}
	}
	return i + len(word)
}

func (s *jsonScanner) number(i int) int {
	b := s.b
	if b[i] == '-' {
		i++
	}
	switch {
	case b[i] == '0':
		i++
	case '1' <= b[i] && b[i] <= '9':
		i = digits(b, i)
	default:
		return s.fail(i)
	}
	if b[i] == '.' {
		if !isDigit(b[i+1]) {
			return s.fail(i + 1)
		}
		i = digits(b, i+1)
	}
	if b[i]|0x20 == 'e' {
		if i++; b[i] == '+' || b[i] == '-' {
			i++
		}
		if !isDigit(b[i]) {
			return s.fail(i)
		}
		i = digits(b, i)
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func digits(b []byte, i int) int {
	for isDigit(b[i]) {
		i++
	}
	return i
}

// bytes returns the text of a string: its raw bytes, or a copy where escapes or bytes that are no UTF-8 had to be replaced.
func (s *jsonScanner) bytes(p span) []byte {
	raw := s.b[p.from:p.to]
	if !p.escaped && utf8.Valid(raw) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		var r rune
		r, raw = nextRune(raw)
		out = utf8.AppendRune(out, r)
	}
	return out
}

// chars is the length of a string in characters.
func (s *jsonScanner) chars(p span) uint32 {
	raw := s.b[p.from:p.to]
	n := 0
	for p.escaped {
		k := bytes.IndexByte(raw, '\\')
		if k < 0 {
			break
		}
		n += utf8.RuneCount(raw[:k]) + 1
		_, raw = nextRune(raw[k:])
	}
	return uint32(n + utf8.RuneCount(raw))
}

// nextRune decodes one character of a string that was passed by stringEnd; half a surrogate pair and bytes that are no UTF-8 give
// U+FFFD, as encoding/json has it.
func nextRune(raw []byte) (rune, []byte) {
	if raw[0] != '\\' {
		r, size := utf8.DecodeRune(raw)
		return r, raw[size:]
	}
	switch c := raw[1]; c {
	case 'b':
		return '\b', raw[2:]
	case 'f':
		return '\f', raw[2:]
	case 'n':
		return '\n', raw[2:]
	case 'r':
		return '\r', raw[2:]
	case 't':
		return '\t', raw[2:]
	case 'u':
	default:
		return rune(c), raw[2:]
	}
	r := codeUnit(raw)
	raw = raw[6:]
	if !utf16.IsSurrogate(r) {
		return r, raw
	}
	if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
		if pair := utf16.DecodeRune(r, codeUnit(raw)); pair != utf8.RuneError {
			return pair, raw[6:]
		}
	}
	return utf8.RuneError, raw
}

// codeUnit is the value of \uXXXX, whose digits stringEnd has checked.
func codeUnit(raw []byte) rune {
	n, _ := strconv.ParseUint(string(raw[2:6]), 16, 32)
	return rune(n)
}

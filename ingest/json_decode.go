package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	json "github.com/go-json-experiment/json/v1"
)

// jsonDecoder looks at JSON values in memory and fills structs with what they hold, in encoding/json's way: keys match exactly, else
// without regard to case, null leaves a field alone, what has another shape than the field is passed over and said at the end. It
// knows the types that the records of this package are made of and no others. Its memory serves one value after the other: raw
// messages are copied, so that one found in a value may be decoded next.
type jsonDecoder struct {
	s     jsonScanner
	err   error        // the first value that does not fit
	name  string       // of the member that is being decoded, for err
	words [1024]string // short strings met lately: exports repeat theirs
}

// fromJSON is a type with a shape of its own.
type fromJSON interface {
	// fromJSON reads the value at i of the decoder's scanner and returns the index after it, as the scanner's methods do. The text is
	// JSON: it has been passed over before.
	fromJSON(d *jsonDecoder, i int) int
}

func (d *jsonDecoder) set(raw []byte) int {
	d.s.b = append(append(d.s.b[:0], raw...), make([]byte, scanPad)...)
	d.s.n = len(raw)
	return space(d.s.b, 0)
}

// valid says whether raw is one JSON value.
func (d *jsonDecoder) valid(raw []byte) bool {
	i := d.set(raw)
	end := d.s.skip(i, 0)
	return end >= 0 && end <= d.s.n && space(d.s.b, end) == d.s.n
}

// decode fills what v points to from a valid JSON value. An error is about shapes; what fits is filled nevertheless.
func (d *jsonDecoder) decode(raw []byte, v any) error {
	d.err, d.name = nil, "value"
	if d.into(d.set(raw), v) < 0 {
		return fmt.Errorf("broken at byte %d", d.s.at)
	}
	return d.err
}

// into fills what v points to from the value at i.
func (d *jsonDecoder) into(i int, v any) int {
	to := reflect.ValueOf(v).Elem()
	return d.value(i, shapeOf(to.Type()), to)
}

// members calls f for the members of an object, in their order, with where their values begin; f returns where they end. The result is
// false for anything else.
func (d *jsonDecoder) members(raw []byte, f func(key []byte, i int) int) bool {
	i := d.set(raw)
	return d.s.b[i] == '{' && d.object(i, f) >= 0
}

// object is members for the object at i.
func (d *jsonDecoder) object(i int, f func(key []byte, i int) int) int {
	value, end := d.s.member(i, true)
	for value >= 0 {
		if i = f(d.s.name(), value); i < 0 {
			return -1
		}
		value, end = d.s.member(i, false)
	}
	return end
}

// elements calls f for the values of the array at i.
func (d *jsonDecoder) elements(i int, f func(i int) int) int {
	value, end := d.s.element(i, true)
	for value >= 0 {
		if i = f(value); i < 0 {
			return -1
		}
		value, end = d.s.element(i, false)
	}
	return end
}

// text passes over the string at i.
func (d *jsonDecoder) text(i int) (text string, end int) {
	var sp span
	if end = d.s.str(i, &sp); end < 0 {
		return "", end
	}
	if raw := d.s.b[sp.from:sp.to]; !sp.escaped && utf8.Valid(raw) {
		return d.word(raw), end
	}
	return string(d.s.bytes(sp)), end
}

// word is bytes as a string, the one given before where it is remembered.
func (d *jsonDecoder) word(raw []byte) string {
	n := len(raw)
	if n == 0 || n > 64 {
		return string(raw)
	}
	h := uint64(0)
	if n < 8 {
		for _, c := range raw {
			h = h<<8 | uint64(c)
		}
	} else {
		h = binary.LittleEndian.Uint64(raw)*0x9E3779B97F4A7C15 ^ binary.LittleEndian.Uint64(raw[n-8:]) ^ binary.LittleEndian.Uint64(raw[n/2-4:])<<7
	}
	w := &d.words[(h*0xD6E8FEB86659FD93+uint64(n))>>54]
	if *w != string(raw) {
		*w = string(raw)
	}
	return *w
}

// scalar passes over the value at i. It is the trimmed text of a string, a number or a truth value, "" for null; ok is false for
// objects and arrays.
func (d *jsonDecoder) scalar(i int) (text string, ok bool, end int) {
	switch d.s.b[i] {
	case '"':
		text, end = d.text(i)
		return strings.TrimSpace(text), true, end
	case '{', '[':
		return "", false, d.s.skip(i, 0)
	case 'n':
		return "", true, d.s.skip(i, 0)
	}
	if end = d.s.skip(i, 0); end < 0 {
		return "", false, end
	}
	return d.word(d.s.b[i:end]), true, end
}

// mismatch passes over a value that does not fit.
func (d *jsonDecoder) mismatch(i int, want string) int {
	if d.err == nil {
		is := "a number"
		switch d.s.b[i] {
		case '"':
			is = "a string"
		case '{':
			is = "an object"
		case '[':
			is = "a list"
		case 't', 'f':
			is = "true or false"
		}
		d.err = fmt.Errorf("%s is %s, not %s", d.name, is, want)
	}
	return d.s.skip(i, 0)
}

// jsonShape is how a Go type is filled.
type jsonShape struct {
	kind   shapeKind
	bits   int                    // of a number
	elem   *jsonShape             // of lists, pointers and maps
	fields []shapeField           // of a struct
	exact  map[string]*shapeField // fields by name
	folded map[string]*shapeField // fields by name in lower case
	may    [4]uint64              // hashes of the names in lower case: most keys of a record are of no interest
}

type shapeField struct {
	name  string
	at    []int // reflect's path
	shape *jsonShape
}

type shapeKind uint8

const (
	shapeOwn shapeKind = iota // fromJSON
	shapeString
	shapeBool
	shapeInt
	shapeUint
	shapeFloat
	shapeStruct
	shapePointer
	shapeList
	shapeMap // by strings
	shapeRaw
)

var shapes sync.Map // *jsonShape by reflect.Type

func shapeOf(t reflect.Type) *jsonShape {
	if s, ok := shapes.Load(t); ok {
		return s.(*jsonShape)
	}
	s := makeShape(t, map[reflect.Type]*jsonShape{})
	shapes.Store(t, s)
	return s
}

// makeShape makes the shape of a type; types may hold themselves, so those under way are in made.
func makeShape(t reflect.Type, made map[reflect.Type]*jsonShape) *jsonShape {
	if s := made[t]; s != nil {
		return s
	}
	s := &jsonShape{}
	made[t] = s
	switch k := t.Kind(); {
	case reflect.PointerTo(t).Implements(reflect.TypeFor[fromJSON]()):
	case t == reflect.TypeFor[json.RawMessage]():
		s.kind = shapeRaw
	case k == reflect.String:
		s.kind = shapeString
	case k == reflect.Bool:
		s.kind = shapeBool
	case reflect.Int <= k && k <= reflect.Int64:
		s.kind, s.bits = shapeInt, t.Bits()
	case reflect.Uint <= k && k <= reflect.Uint64:
		s.kind, s.bits = shapeUint, t.Bits()
	case k == reflect.Float64:
		s.kind = shapeFloat
	case k == reflect.Pointer:
		s.kind, s.elem = shapePointer, makeShape(t.Elem(), made)
	case k == reflect.Slice:
		s.kind, s.elem = shapeList, makeShape(t.Elem(), made)
	case k == reflect.Map && t.Key().Kind() == reflect.String:
		s.kind, s.elem = shapeMap, makeShape(t.Elem(), made)
	case k == reflect.Struct:
		s.kind = shapeStruct
		for _, f := range reflect.VisibleFields(t) {
			name, tagged := f.Tag.Lookup("json")
			if tagged {
				s.fields = append(s.fields, shapeField{name, f.Index, makeShape(f.Type, made)})
			}
		}
		s.exact, s.folded = map[string]*shapeField{}, map[string]*shapeField{}
		for i := range s.fields {
			f := &s.fields[i]
			lower := strings.ToLower(f.name)
			s.exact[f.name] = f
			if s.folded[lower] == nil {
				s.folded[lower] = f
			}
			h := nameHash([]byte(lower))
			s.may[h>>6] |= 1 << (h & 63)
		}
	default:
		panic("no records are made of " + t.String())
	}
	return s
}

// nameHash is the same for keys that differ in case.
func nameHash(key []byte) uint8 {
	if len(key) == 0 {
		return 0
	}
	return (key[0]|0x20)*7 + (key[len(key)-1]|0x20)*31 + uint8(len(key))*13
}

// field is the field for a key, nil when there is none.
func (s *jsonShape) field(key []byte) *shapeField {
	if h := nameHash(key); s.may[h>>6]&(1<<(h&63)) != 0 {
		if f := s.exact[string(key)]; f != nil {
			return f
		}
		var room [64]byte
		lower := append(room[:0], key...)
		for i, c := range lower {
			if 'A' <= c && c <= 'Z' {
				lower[i] = c | 0x20
			}
		}
		if f := s.folded[string(lower)]; f != nil {
			return f
		}
	}
	for _, c := range key {
		if c >= utf8.RuneSelf { // two letters of other alphabets fold to ASCII
			for i := range s.fields {
				if strings.EqualFold(s.fields[i].name, string(key)) {
					return &s.fields[i]
				}
			}
			break
		}
	}
	return nil
}

// value fills v from the value at i.
func (d *jsonDecoder) value(i int, shape *jsonShape, v reflect.Value) int {
	if shape.kind == shapeOwn {
		return v.Addr().Interface().(fromJSON).fromJSON(d, i)
	}
	c := d.s.b[i]
	if c == 'n' && shape.kind != shapeRaw {
		switch shape.kind {
		case shapePointer, shapeList, shapeMap:
			v.SetZero()
		}
		return d.s.literal(i, "null")
	}
	switch shape.kind {
	case shapeStruct:
		if c != '{' {
			return d.mismatch(i, "an object")
		}
		return d.fill(i, shape, v)
	case shapeString:
		if c != '"' {
			return d.mismatch(i, "a string")
		}
		text, end := d.text(i)
		v.SetString(text)
		return end
	case shapePointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.value(i, shape.elem, v.Elem())
	case shapeList:
		if c != '[' {
			return d.mismatch(i, "a list")
		}
		return d.list(i, shape, v)
	case shapeMap:
		if c != '{' {
			return d.mismatch(i, "an object")
		}
		return d.entries(i, shape, v)
	case shapeRaw:
		end := d.s.skip(i, 0)
		if end >= 0 {
			v.SetBytes(bytes.Clone(d.s.b[i:end]))
		}
		return end
	case shapeBool:
		if c != 't' && c != 'f' {
			return d.mismatch(i, "true or false")
		}
		v.SetBool(c == 't')
		return d.s.skip(i, 0)
	}
	return d.number(i, shape, v)
}

func (d *jsonDecoder) number(i int, shape *jsonShape, v reflect.Value) int {
	if c := d.s.b[i]; c != '-' && !isDigit(c) {
		return d.mismatch(i, "a number")
	}
	end := d.s.number(i)
	if end < 0 {
		return end
	}
	text := string(d.s.b[i:end])
	var err error
	switch shape.kind {
	case shapeInt:
		var n int64
		if n, err = strconv.ParseInt(text, 10, shape.bits); err == nil {
			v.SetInt(n)
		}
	case shapeUint:
		var n uint64
		if n, err = strconv.ParseUint(text, 10, shape.bits); err == nil {
			v.SetUint(n)
		}
	default:
		var f float64
		if f, err = strconv.ParseFloat(text, 64); err == nil {
			v.SetFloat(f)
		}
	}
	if err != nil {
		return d.mismatch(i, "one that fits")
	}
	return end
}

func (d *jsonDecoder) fill(i int, shape *jsonShape, v reflect.Value) int {
	value, end := d.s.member(i, true)
	for value >= 0 {
		f := shape.field(d.s.name())
		switch {
		case f == nil:
			i = d.s.skip(value, 0)
		case len(f.at) == 1:
			d.name = f.name
			i = d.value(value, f.shape, v.Field(f.at[0]))
		default:
			d.name = f.name
			i = d.value(value, f.shape, v.FieldByIndex(f.at))
		}
		if i < 0 {
			return -1
		}
		value, end = d.s.member(i, false)
	}
	return end
}

func (d *jsonDecoder) list(i int, shape *jsonShape, v reflect.Value) int {
	n := 0
	value, end := d.s.element(i, true)
	for value >= 0 {
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		e := v.Index(n)
		e.SetZero()
		if i = d.value(value, shape.elem, e); i < 0 {
			return -1
		}
		n++
		value, end = d.s.element(i, false)
	}
	if n == 0 {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	} else {
		v.SetLen(n)
	}
	return end
}

func (d *jsonDecoder) entries(i int, shape *jsonShape, v reflect.Value) int {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	value, end := d.s.member(i, true)
	for value >= 0 {
		key := string(d.s.bytes(d.s.key))
		e := reflect.New(v.Type().Elem()).Elem()
		d.name = key
		if i = d.value(value, shape.elem, e); i < 0 {
			return -1
		}
		v.SetMapIndex(reflect.ValueOf(key), e)
		value, end = d.s.member(i, false)
	}
	return end
}

// Package tablefile writes rows of Go values as Parquet or CSV, one at a time. It knows no database.
package tablefile

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// Column is a column of the file. Values are of Type: string, bool, a number, time.Time, []string or another type that JSON can write; a
// pointer is null where nil.
type Column struct {
	Name string
	Type reflect.Type
}

// Writer takes rows; Close ends the file and leaves the underlying writer open.
type Writer interface {
	Row(values []any) error
	Close() error
}

// Formats are the names that New knows.
var Formats = []string{"parquet", "csv"}

// New starts a file.
func New(w io.Writer, format string, columns []Column) (Writer, error) {
	switch format {
	case "parquet":
		return newParquet(w, columns), nil
	case "csv":
		c := &csvWriter{csv.NewWriter(w), make([]string, len(columns))}
		for i, col := range columns {
			c.line[i] = col.Name
		}
		return c, c.w.Write(c.line)
	}
	return nil, fmt.Errorf("format %q is not %s", format, strings.Join(Formats, " or "))
}

type csvWriter struct {
	w    *csv.Writer
	line []string
}

func (c *csvWriter) Row(values []any) error {
	for i, v := range values {
		c.line[i] = text(v)
	}
	return c.w.Write(c.line)
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// text writes lists with ; between. A text that a spreadsheet would run as a formula is prefixed with an apostrophe.
func text(v any) string {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return ""
		}
		v = r.Elem().Interface()
	}
	switch x := v.(type) {
	case string:
		return defuse(x)
	case []string:
		return defuse(strings.Join(x, ";"))
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	if r = reflect.ValueOf(v); r.Kind() == reflect.Map || r.Kind() == reflect.Slice {
		b, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(b)
	}
	return fmt.Sprint(v)
}

func defuse(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// rowGroup bounds the rows held in memory.
const rowGroup = 100_000

type parquetWriter struct {
	w     *parquet.GenericWriter[any]
	kinds []kind // by leaf, in the file's order
	row   parquet.Row
	held  int
}

type kind struct {
	value    int // index in a row
	optional bool
	repeated bool
	convert  func(reflect.Value) parquet.Value
}

func newParquet(w io.Writer, columns []Column) *parquetWriter {
	group, byName := parquet.Group{}, map[string]kind{}
	for i, c := range columns {
		t, k := c.Type, kind{value: i}
		if t.Kind() == reflect.Pointer {
			t, k.optional = t.Elem(), true
		}
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String {
			t, k.repeated = t.Elem(), true
		}
		node, convert := leaf(t)
		k.convert = convert
		switch {
		case k.repeated:
			node = parquet.Repeated(node)
		case k.optional:
			node = parquet.Optional(node)
		}
		group[c.Name], byName[c.Name] = node, k
	}
	schema := parquet.NewSchema("rows", group)
	p := &parquetWriter{w: parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Zstd))}
	for _, path := range schema.Columns() {
		p.kinds = append(p.kinds, byName[path[0]])
	}
	return p
}

// leaf is the file's type for a Go type: times as UTC microseconds, what has no type of its own as JSON.
func leaf(t reflect.Type) (parquet.Node, func(reflect.Value) parquet.Value) {
	if t == reflect.TypeFor[time.Time]() {
		return parquet.Timestamp(parquet.Microsecond), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.Interface().(time.Time).UnixMicro()) }
	}
	switch t.Kind() {
	case reflect.String:
		return parquet.String(), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.String()) }
	case reflect.Bool:
		return parquet.Leaf(parquet.BooleanType), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.Bool()) }
	case reflect.Float32, reflect.Float64:
		return parquet.Leaf(parquet.DoubleType), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.Float()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return parquet.Int(64), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.Int()) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return parquet.Uint(64), func(v reflect.Value) parquet.Value { return parquet.ValueOf(v.Uint()) }
	}
	return parquet.JSON(), func(v reflect.Value) parquet.Value {
		b, err := json.Marshal(v.Interface())
		if err != nil {
			b = []byte("null")
		}
		return parquet.ValueOf(b)
	}
}

func (p *parquetWriter) Row(values []any) error {
	p.row = p.row[:0]
	for column, k := range p.kinds {
		v := reflect.ValueOf(values[k.value])
		switch {
		case k.optional && v.IsNil():
			p.row = append(p.row, parquet.NullValue().Level(0, 0, column))
		case k.optional:
			p.row = append(p.row, k.convert(v.Elem()).Level(0, 1, column))
		case k.repeated && v.Len() == 0:
			p.row = append(p.row, parquet.NullValue().Level(0, 0, column))
		case k.repeated:
			for i := range v.Len() {
				p.row = append(p.row, k.convert(v.Index(i)).Level(min(i, 1), 1, column))
			}
		default:
			p.row = append(p.row, k.convert(v).Level(0, 0, column))
		}
	}
	if _, err := p.w.WriteRows([]parquet.Row{p.row}); err != nil {
		return err
	}
	if p.held++; p.held == rowGroup {
		p.held = 0
		return p.w.Flush()
	}
	return nil
}

func (p *parquetWriter) Close() error { return p.w.Close() }

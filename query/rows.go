package query

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// scanAll takes all rows of an answer into structs whose fields are tagged ch with the names of columns. It is what the driver's Select is, but
// looks at the struct once, not for every row: of answers of thousands of rows that is a third of the time.
func scanAll[R any](rows driver.Rows, err error) ([]R, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var row R
	fields := map[string]any{}
	v := reflect.ValueOf(&row).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name, ok := f.Tag.Lookup("ch"); ok {
			fields[name] = v.FieldByIndex(f.Index).Addr().Interface()
		}
	}
	into := make([]any, len(rows.Columns()))
	for i, name := range rows.Columns() {
		if into[i] = fields[name]; into[i] == nil {
			return nil, fmt.Errorf("column %s: %T has no field for it", name, row)
		}
	}
	var out []R
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// Lists come from SQL as formatRow('RowBinary', list), one String each: an Array the driver reads value by value through reflection, which
// takes ten times as long.

// texts is an Array(String) so written.
type texts []string

// Scan reads the list; part of sql.Scanner. Its values are parts of the string that is read.
func (t *texts) Scan(from any) error {
	s, ok := from.(string)
	if !ok {
		return fmt.Errorf("a list is a %T, not a string", from)
	}
	length := func() (n int, err error) {
		for shift := 0; len(s) > 0 && shift < 32; shift += 7 {
			b := s[0]
			s = s[1:]
			if n |= int(b&0x7f) << shift; b < 0x80 {
				return n, nil
			}
		}
		return 0, errPacked
	}
	n, err := length()
	if err != nil || n > len(s) {
		return errPacked
	}
	*t = nil
	if n > 0 {
		*t = make(texts, n)
	}
	for i := range *t {
		n, err := length()
		if err != nil || n > len(s) {
			return errPacked
		}
		(*t)[i], s = s[:n], s[n:]
	}
	return nil
}

// numbers is an Array of numbers so written.
type numbers[T int32 | uint32 | int64 | uint64 | float64] []T

// UnmarshalBinary reads the list; part of encoding.BinaryUnmarshaler.
func (l *numbers[T]) UnmarshalBinary(b []byte) error {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)) {
		return errPacked
	}
	*l = nil
	if n > 0 {
		*l = make(numbers[T], n)
	}
	if used, err := binary.Decode(b[k:], binary.LittleEndian, []T(*l)); err != nil || used != len(b)-k {
		return errPacked
	}
	return nil
}

var errPacked = errors.New("a list is not as formatRow('RowBinary', list) writes it")

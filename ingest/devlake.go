package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// DevLake keeps what it collected from other tools in raw tables. As CSV they have these columns; data holds one JSON record as the
// tool's API gave it, url the request. Their own fields (params, input) are DevLake's and are not read.
const devLakeHeader = "id,params,data,url,input,created_at"

// isDevLake tells from the start of a file whether it is such a table.
func isDevLake(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(trimBOM(head), " \t\r\n"), []byte("\n"))
	return strings.ReplaceAll(strings.TrimSpace(string(line)), `"`, "") == devLakeHeader
}

// devLake hands out the data column. A line that is no CSV, or data that is no JSON, costs that record.
func (w *jsonWalk) devLake(r io.Reader) {
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	_, _ = c.Read() // the header, known
	for {
		cell, err := c.Read()
		if err == io.EOF {
			return
		}
		w.n++
		var syntax *csv.ParseError
		var raw []byte
		if len(cell) > 3 {
			raw, w.url = []byte(strings.TrimSpace(cell[2])), cell[3]
		}
		ok := true
		switch {
		case errors.As(err, &syntax):
			ok = w.yield(jsonRecord{}, reject(w.file, w.n, "malformed CSV line", syntax.Err.Error()))
		case err != nil:
			w.yield(jsonRecord{}, fmt.Errorf("%s: %w", w.in.Path, err))
			return
		default:
			valid := false
			if len(raw) > 0 {
				ok, valid = w.unwrap(raw, false)
			}
			if !valid {
				ok = w.yield(jsonRecord{}, reject(w.file, w.n, "column data is not JSON", string(raw)))
			}
		}
		if !ok {
			return
		}
	}
}

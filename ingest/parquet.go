package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// maxParquet bounds a Parquet file that can only be read in one go (from an archive): it is held in memory, because its table of
// contents is at its end.
const maxParquet = 256 << 20

// maxParquetFooter bounds that table of contents.
const maxParquetFooter = 16 << 20

func (in Input) isParquet() bool { return string(in.head(4)) == "PAR1" }

// parquetFile opens the only file for reading at any place.
func (in Input) parquetFile() (r io.ReaderAt, size int64, closeFile func(), err error) {
	f, err := in.Open(in.single())
	if err != nil {
		return nil, 0, nil, err
	}
	closeFile = func() { f.Close() }
	var inner any = f
	if c, ok := inner.(*countingFile); ok {
		inner = c.File
	}
	if o, ok := inner.(*openFile); ok {
		inner = o.ReadCloser
	}
	if at, ok := inner.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}); ok {
		if info, err := at.Stat(); err == nil && info.Size() > 0 {
			return at, info.Size(), closeFile, nil
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxParquet+1))
	if err == nil && len(b) > maxParquet {
		err = fail(in, "is a compressed or archived Parquet file of more than 256 MiB", "unpack it and load the file itself")
	}
	if err != nil {
		closeFile()
		return nil, 0, nil, err
	}
	return bytes.NewReader(b), int64(len(b)), closeFile, nil
}

// sound runs a step of the library, which panics on some broken files.
func sound(step func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("is no sound Parquet file")
		}
	}()
	return step()
}

// readActivityParquet streams the rows of a Parquet file.
func readActivityParquet(e *emitter) {
	r, size, closeFile, err := e.in.parquetFile()
	if err != nil {
		e.err(err)
		return
	}
	defer closeFile()
	var trailer [8]byte
	if size < 12 {
		e.err(fail(e.in, "ends in the middle (truncated?)", "copy it again"))
		return
	}
	if _, err := r.ReadAt(trailer[:], size-8); err != nil || string(trailer[4:]) != "PAR1" {
		e.err(fail(e.in, "ends in the middle (truncated?)", "copy it again"))
		return
	}
	if n := int64(binary.LittleEndian.Uint32(trailer[:4])); n > maxParquetFooter || n > size-12 {
		e.err(fail(e.in, "is no sound Parquet file", "write it again"))
		return
	}
	var groups []parquet.RowGroup
	var columns map[int]parquetColumn
	var header []string
	err = sound(func() error {
		f, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
		if err == nil {
			err = checkPages(r, size, f)
		}
		if err == nil {
			groups = f.RowGroups()
			columns, header = activityColumns(f)
		}
		return err
	})
	if err != nil {
		e.err(fmt.Errorf("%s: %w; write it again", e.in.Path, err))
		return
	}
	if missing := missingActivity(columns); len(missing) > 0 {
		e.err(fmt.Errorf("%s: columns are missing: %s; the file has: %s; rename them in the query that writes it",
			e.in.Path, strings.Join(missing, ", "), strings.Join(header, ", ")))
		return
	}
	line := 0
	for _, group := range groups {
		if !parquetRows(e, group, columns, &line) {
			return
		}
	}
}

func missingActivity(columns map[int]parquetColumn) []string {
	var missing []string
	for cell, want := range activityFields {
		found := !want.required
		for _, c := range columns {
			found = found || c.cell == cell
		}
		if !found {
			missing = append(missing, want.name)
		}
	}
	return missing
}

// parquetColumn says which of our fields a leaf column holds.
type parquetColumn struct {
	cell int // place in activityFields
	kind parquet.Type
}

func activityColumns(f *parquet.File) (columns map[int]parquetColumn, header []string) {
	columns = map[int]parquetColumn{}
	taken := map[string]bool{}
	for _, path := range f.Schema().Columns() {
		leaf, ok := f.Schema().Lookup(path...)
		if !ok {
			continue
		}
		header = append(header, strings.Join(path, "."))
		for cell, want := range activityFields {
			names := append([]string{want.name}, want.synonyms...)
			for _, name := range names {
				if foldHeader(path[0]) == foldHeader(name) && !taken[want.name] && (len(path) == 1 || want.name == "incident_ref") {
					taken[want.name] = true
					columns[leaf.ColumnIndex] = parquetColumn{cell, leaf.Node.Type()}
				}
			}
		}
	}
	return columns, header
}

// parquetRows sends the rows of one group; false when reading is over.
func parquetRows(e *emitter, group parquet.RowGroup, columns map[int]parquetColumn, line *int) bool {
	var rows parquet.Rows
	buf := make([]parquet.Row, 64)
	var batch []activityRecord
	defer func() {
		if rows != nil {
			_ = sound(rows.Close)
		}
	}()
	for {
		batch = batch[:0]
		err := sound(func() error {
			if rows == nil {
				rows = group.Rows()
			}
			n, err := rows.ReadRows(buf)
			for _, row := range buf[:n] {
				*line++
				batch = append(batch, parquetRecord(*line, row, columns))
			}
			if err == nil && n == 0 {
				err = io.EOF
			}
			return err
		})
		for _, r := range batch {
			e.n = r.line
			sendActivity(e, &r)
			if e.stopped {
				return false
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			e.err(fmt.Errorf("%s: record %d: %w; write it again", e.in.Path, *line+1, err))
			return false
		}
	}
}

func parquetRecord(line int, row parquet.Row, columns map[int]parquetColumn) activityRecord {
	r := activityRecord{line: line}
	for _, v := range row {
		c, ok := columns[v.Column()]
		if !ok || v.IsNull() {
			continue
		}
		text := parquetText(v, c.kind)
		if c.cell == cellRef {
			r.refs = append(r.refs, splitList(text)...)
		} else {
			r.cells[c.cell] = text
		}
	}
	return r
}

// parquetText spells a value as a CSV would: stamps as RFC 3339, or without a zone where the column has none.
func parquetText(v parquet.Value, t parquet.Type) string {
	if l := t.LogicalType(); l != nil {
		switch x := l.Value.(type) {
		case *format.TimestampType:
			if x.Unit.Value == nil {
				return ""
			}
			per := int64(time.Second / x.Unit.Value.Duration())
			at := time.Unix(floorDiv(v.Int64(), per), (v.Int64()-floorDiv(v.Int64(), per)*per)*int64(x.Unit.Value.Duration())).UTC()
			if x.IsAdjustedToUTC {
				return at.Format(time.RFC3339Nano)
			}
			return at.Format("2006-01-02T15:04:05.999999999")
		case *format.DateType:
			return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
		}
	}
	if c := t.ConvertedType(); c != nil {
		switch *c {
		case deprecated.TimestampMillis:
			return time.UnixMilli(v.Int64()).UTC().Format(time.RFC3339Nano)
		case deprecated.TimestampMicros:
			return time.UnixMicro(v.Int64()).UTC().Format(time.RFC3339Nano)
		}
	}
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32:
		return strconv.FormatInt(int64(v.Int32()), 10)
	case parquet.Int64:
		return strconv.FormatInt(v.Int64(), 10)
	case parquet.Int96: // nanoseconds of the day and the Julian day, as Spark and Impala write stamps
		x := v.Int96()
		const epoch = 2440588 // Julian day of 1970-01-01
		return time.Unix((int64(x[2])-epoch)*86400, int64(uint64(x[1])<<32|uint64(x[0]))).UTC().Format(time.RFC3339Nano)
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'f', -1, 32)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'f', -1, 64)
	}
	return strings.ToValidUTF8(string(v.ByteArray()), "\uFFFD")
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

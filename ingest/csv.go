package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// field is one column of a CSV kind: our name, what other tools call it, and whether a file without it makes sense.
type field struct {
	name     string
	synonyms []string
	required bool
}

// csvRecord is one line by our field names.
type csvRecord struct {
	line int // of the file, where the record starts
	at   map[string]int
	cell []string
}

// get is the trimmed value of one of our fields, "" when the column or the cell is missing.
func (r csvRecord) get(name string) string {
	i, ok := r.at[name]
	if !ok || i >= len(r.cell) {
		return ""
	}
	v := strings.TrimSpace(r.cell[i])
	switch strings.ToLower(v) {
	case "none", "null", "n/a", "nan": // how spreadsheets and scripts write nothing
		return ""
	}
	return v
}

// foldHeader makes headers comparable: letters and digits only, lower case, so startDate, start_date and "Start Date" are one.
func foldHeader(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// matchHeader says which column holds each field, and which fields lack one: required ones, and those that mapped (--map, our
// field to their column) sends to a column that does not exist.
func matchHeader(header []string, fields []field, mapped map[string]string) (at map[string]int, missing []string) {
	folded := make([]string, len(header))
	for i, h := range header {
		folded[i] = foldHeader(h)
	}
	at = map[string]int{}
	for _, f := range fields {
		names := append([]string{f.name}, f.synonyms...)
		m, isMapped := mappedColumn(mapped, f.name)
		if isMapped {
			names = []string{m}
		}
		for _, n := range names {
			if i := slices.Index(folded, foldHeader(n)); i >= 0 {
				at[f.name] = i
				break
			}
		}
		if _, ok := at[f.name]; !ok && (f.required || isMapped) {
			missing = append(missing, f.name)
		}
	}
	return at, missing
}

// mappedColumn is the column that --map names for a field, which may be written like any header.
func mappedColumn(mapped map[string]string, name string) (string, bool) {
	for k, v := range mapped {
		if foldHeader(k) == foldHeader(name) {
			return v, true
		}
	}
	return "", false
}

// delimiter is the separator a header line uses most.
func delimiter(line string) rune {
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t', '|'} {
		if n := strings.Count(line, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// header reads the first line of the only file as CSV headers, for Detect; nil when it does not look like any.
func (in Input) header() []string {
	head := in.head(headSize)
	if len(head) == 0 || head[0] == '{' || head[0] == '[' {
		return nil
	}
	r, _ := utf8Reader(strings.NewReader(string(head)))
	b, _ := io.ReadAll(r)
	line, _, _ := strings.Cut(string(b), "\n")
	c := csv.NewReader(strings.NewReader(line))
	c.Comma, c.LazyQuotes = delimiter(line), true
	h, err := c.Read()
	if err != nil {
		return nil
	}
	return h
}

// csvHas says whether the only file is a CSV whose header has every required field.
func (in Input) csvHas(fields []field) bool {
	h := in.header()
	if len(h) < 2 {
		return false
	}
	_, missing := matchHeader(h, fields, in.Map)
	return len(missing) == 0
}

// csvMostly says whether the only file is a CSV whose header has every required field and is ours for at least half of its
// columns: how the kinds with few and common words for columns (name, start, value) leave other tables alone.
func (in Input) csvMostly(fields []field) bool {
	h := in.header()
	if len(h) < 2 {
		return false
	}
	at, missing := matchHeader(h, fields, in.Map)
	return len(missing) == 0 && 2*len(at) >= len(h)
}

// csvRecords streams the only file. A malformed line is a *RowError and reading goes on; a file without a required column
// ends at once with an error that lists what it has, what it needs, and the --map that would do.
func csvRecords(in Input, fields []field) iter.Seq2[csvRecord, error] {
	return func(yield func(csvRecord, error) bool) {
		name := in.single()
		f, err := in.Open(name)
		if err != nil {
			yield(csvRecord{}, err)
			return
		}
		defer f.Close()
		text, encoding := utf8Reader(f)
		lines := newLineReader(text)
		first, err := lines.peekLine()
		if err != nil && !errors.Is(err, io.EOF) {
			yield(csvRecord{}, fmt.Errorf("%s: %w", in.Path, err))
			return
		}
		c := csv.NewReader(lines)
		c.Comma, c.FieldsPerRecord, c.ReuseRecord, c.LazyQuotes = delimiter(first), -1, true, true
		header, err := c.Read()
		if err != nil {
			yield(csvRecord{}, fail(in, "is empty", "it needs a header line and records"))
			return
		}
		at, missing := matchHeader(header, fields, in.Map)
		if len(missing) > 0 {
			yield(csvRecord{}, missingColumns(in, header, missing))
			return
		}
		if encoding != "" && !yield(csvRecord{}, &Notice{File: name, Line: 1, Reason: "text read as " + encoding}) {
			return
		}
		width := len(header)
		for {
			cell, err := c.Read()
			if err == io.EOF {
				return
			}
			line, _ := c.FieldPos(0)
			var syntax *csv.ParseError
			switch {
			case errors.As(err, &syntax):
				if !yield(csvRecord{}, reject(name, syntax.StartLine, "malformed CSV line", syntax.Err.Error())) {
					return
				}
				continue
			case err != nil:
				yield(csvRecord{}, fmt.Errorf("%s: %w", in.Path, err))
				return
			case len(cell) > width:
				if strings.TrimSpace(strings.Join(cell[width:], "")) != "" {
					if !yield(csvRecord{}, reject(name, line, "more cells than the header has", fmt.Sprintf("%d cells, %d headers", len(cell), width))) {
						return
					}
					continue
				}
			case strings.TrimSpace(strings.Join(cell, "")) == "":
				continue
			}
			if !yield(csvRecord{line: line, at: at, cell: cell}, nil) {
				return
			}
		}
	}
}

func missingColumns(in Input, header, missing []string) error {
	remedy := make([]string, len(missing))
	for i, m := range missing {
		remedy[i] = "--map " + m + "=COLUMN"
	}
	return fmt.Errorf("%s: required columns are missing: %s; the file has: %s; name theirs with %s",
		in.Path, strings.Join(missing, ", "), strings.Join(header, ", "), strings.Join(remedy, " "))
}

package query

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// WriteCSV writes the result with a header line. Texts that a spreadsheet would run as a formula are prefixed with an apostrophe.
func (r Result) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	line := make([]string, len(r.Columns))
	for i, col := range r.Columns {
		line[i] = col.Name
	}
	if err := c.Write(line); err != nil {
		return err
	}
	for _, row := range r.Rows {
		for i, v := range row {
			line[i] = CellText(v)
			switch v.(type) {
			case string, []string:
				line[i] = Defuse(line[i])
			}
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// window is how windows of weeks are written: "+2..+4 weeks" begins like a formula, but there is nothing in it to run.
var window = regexp.MustCompile(`^[+-][0-9]+\.\.[+-][0-9]+ weeks( \(declared\))?$`)

// Defuse keeps a spreadsheet from running a text as a formula.
func Defuse(s string) string {
	if s != "" && !window.MatchString(s) && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// CellText writes one cell of a result as plain text: nothing for null, numbers in full, lists joined with ;.
func CellText(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case []string:
		return strings.Join(x, ";")
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	default:
		return fmt.Sprint(x)
	}
}

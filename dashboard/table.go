package dashboard

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

// table is what a panel shows as a table: beside a chart for those who cannot see it, or by itself.
type table struct {
	Caption string
	Head    []headCell
	Rows    [][]tableCell
	RowHead bool   // the first cell of each row is its heading
	More    int    // rows that are only in the CSV
	All     string // URL of all rows
}

type headCell struct {
	Text, Title string
	URL         string // sorts by this column
	Sort        string // ascending, descending or ""
	Number      bool
}

type tableCell struct {
	Text   string
	URL    string
	Title  string
	Number bool
	Words  bool   // a sentence: it may wrap in any window
	Whole  bool   // it does not wrap
	Quiet  bool   // says again what is above it
	Was    string // the same number of the period before
	Time   string // RFC 3339, where Text is a time
}

// mostTableRows bounds a table within a page, so that the page stays small; the CSV has the rest.
const mostTableRows = 36

// resultTable shows a result as it is: the named columns, or all. A value's interval, two columns whose names end with low and high behind
// it, is in the value's cell.
func resultTable(r query.Result, names ...string) *table {
	t := &table{Caption: r.Title}
	in := columnsOf(r)
	if len(names) == 0 {
		for _, c := range r.Columns {
			names = append(names, c.Name)
		}
	}
	var values []string
	ends := map[string][2]string{} // of intervals, by value
	for i := 0; i < len(names); i++ {
		values = append(values, names[i])
		if i+2 < len(names) && strings.HasSuffix(names[i+1], "low") && strings.HasSuffix(names[i+2], "high") {
			ends[names[i]] = [2]string{names[i+1], names[i+2]}
			i += 2
		}
	}
	for _, n := range values {
		c := r.Columns[in[n]]
		h := headCell{Text: heading(c.Name), Title: c.Unit, Number: c.Type == "int" || c.Type == "float"}
		if _, ok := ends[n]; ok {
			h.Title = strings.TrimSpace(h.Title + " with its 95% interval")
		}
		t.Head = append(t.Head, h)
	}
	for i, row := range r.Rows {
		if i == mostTableRows {
			t.More = len(r.Rows) - i
			break
		}
		cells := make([]tableCell, len(values))
		for j, n := range values {
			cells[j] = resultCell(r.Columns[in[n]], row[in[n]])
			e, ok := ends[n]
			if low, high := row[in[e[0]]], row[in[e[1]]]; ok && low != nil && high != nil {
				c := r.Columns[in[n]]
				cells[j].Text = fmt.Sprintf("%s (%s–%s)", cells[j].Text, strings.TrimSuffix(resultCell(c, low).Text, "%"), resultCell(c, high).Text)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// columnsOf finds columns by name.
func columnsOf(r query.Result) map[string]int {
	in := make(map[string]int, len(r.Columns))
	for i, c := range r.Columns {
		in[c.Name] = i
	}
	return in
}

// distinct are the values of a column, sorted.
func distinct(r query.Result, column string) (list []string) {
	i := columnsOf(r)[column]
	for _, row := range r.Rows {
		list = append(list, text(row[i]))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func resultCell(c query.Column, v any) tableCell {
	switch {
	case v == nil:
		return tableCell{Text: "–", Title: "not known, or too few to say", Number: c.Type == "int" || c.Type == "float"}
	case c.Type == "time":
		return timeCell(v.(string))
	case c.Type == "incident":
		return tableCell{Text: text(v), URL: incidentURL(text(v))}
	case strings.HasPrefix(c.Unit, "share"):
		if n, ok := number(v); ok {
			return tableCell{Text: query.Percent(n), Number: true}
		}
	case c.Type == "list":
		return tableCell{Text: strings.ReplaceAll(text(v), ";", ", ")}
	}
	if n, ok := number(v); ok {
		return tableCell{Text: decimal(n), Number: true}
	}
	return tableCell{Text: text(v)}
}

func timeCell(rfc3339 string) tableCell {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return tableCell{Text: rfc3339}
	}
	return tableCell{Text: t.UTC().Format("2006-01-02 15:04"), Time: rfc3339}
}

// heading makes a column's name readable.
func heading(name string) string {
	s := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// text is a result's cell as text.
func text(v any) string { return query.CellText(v) }

// number is a result's cell as a number.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case uint8:
		return float64(x), true
	case uint32:
		return float64(x), true
	case int32:
		return float64(x), true
	case uint64:
		return float64(x), true
	case int64:
		return float64(x), true
	case int:
		return float64(x), true
	}
	return 0, false
}

// count writes a whole number with groups of three.
func count[N ~int | ~int64 | ~uint64 | ~uint32](n N) string { return decimal(float64(n)) }

// decimal writes a number with groups of three and at most one decimal, two below one.
func decimal(n float64) string {
	prec := 1
	if math.Abs(n) < 1 {
		prec = 2
	}
	s := strconv.FormatFloat(n, 'f', prec, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	whole, rest, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + rest
	}
	return whole
}

// humanDay writes a date as people read it, unbreakable: Tue 18 Aug 2026.
func humanDay(date string) string {
	t, err := time.Parse("2006-01-02", date)
	if err != nil {
		return date
	}
	return strings.ReplaceAll(t.Format("Mon 2 Jan 2006"), " ", "\u00a0")
}

// plural writes "1 incident", "1,200 incidents", "2 people".
func plural[N ~int | ~int64 | ~uint64](n N, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "person":
		return count(n) + " people"
	}
	return count(n) + " " + noun + "s"
}

// duration writes minutes as people say them.
func duration(minutes float64) string {
	switch m := int(math.Round(minutes)); {
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m < 48*60:
		return fmt.Sprintf("%d h %02d min", m/60, m%60)
	default:
		return fmt.Sprintf("%.1f days", minutes/60/24)
	}
}

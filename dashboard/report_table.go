package dashboard

import (
	"fmt"
	"math"
	"time"

	"github.com/orgheat/orgheat/query"
)

// cells is a row of a result by the names of its columns.
type cells struct {
	in  map[string]int
	row []any
}

func (c cells) text(name string) string { return text(c.row[c.in[name]]) }

func (c cells) number(name string) (float64, bool) { return number(c.row[c.in[name]]) }

// amount is a number, 0 where it is not known.
func (c cells) amount(name string) float64 {
	v, _ := c.number(name)
	return v
}

// unknown stands where a number cannot be told.
const unknown = "–"

func (c cells) write(name string, as func(float64) string) string {
	if v, ok := c.number(name); ok {
		return as(v)
	}
	return unknown
}

func (c cells) share(name string) string   { return c.write(name, query.Percent) }
func (c cells) decimal(name string) string { return c.write(name, decimal) }

// reviewColumn is a column of a table of the review: its heading, with the unit, and how it is told of a row.
type reviewColumn struct {
	Head   string
	Number bool
	Cell   func(cells) string
}

func plainText(head, name string) reviewColumn {
	return reviewColumn{head, false, func(c cells) string { return c.text(name) }}
}

func shareOf(head, name string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string { return c.share(name) }}
}

func number1(head, name string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string { return c.decimal(name) }}
}

func number0(head, name string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string { return c.write(name, whole) }}
}

func number2(head, name string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string { return c.write(name, func(v float64) string { return fmt.Sprintf("%.2f", v) }) }}
}

func whole(v float64) string { return decimal(math.Round(v)) }

// chance is a probability; what is not nothing is never written 0.
func chance(head, name string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string {
		return c.write(name, func(p float64) string {
			if p < .001 {
				return "< 0.001"
			}
			return fmt.Sprintf("%.2g", p)
		})
	}}
}

// between is an interval.
func between(head, low, high string, as func(float64) string) reviewColumn {
	return reviewColumn{head, true, func(c cells) string {
		l, ok := c.number(low)
		h, too := c.number(high)
		if !ok || !too {
			return unknown
		}
		return as(l) + "–" + as(h)
	}}
}

// day is the date of a time in a zone, or a date.
func day(head, name string, zone *time.Location) reviewColumn {
	return reviewColumn{head, false, func(c cells) string {
		if at, err := time.Parse(time.RFC3339, c.text(name)); err == nil {
			return at.In(zone).Format(time.DateOnly)
		}
		return c.text(name)
	}}
}

// longestWhole is up to how many characters a cell does not wrap: a quarter, a month, a date.
const longestWhole = 10

// reviewTable is a table of those rows that keep says; nil if there are none.
func reviewTable(r query.Result, caption string, keep func(cells) bool, columns ...reviewColumn) *table {
	t := &table{Caption: caption, RowHead: true}
	for _, col := range columns {
		t.Head = append(t.Head, headCell{Text: col.Head, Number: col.Number})
	}
	in := columnsOf(r)
	for _, row := range r.Rows {
		c := cells{in, row}
		if keep != nil && !keep(c) {
			continue
		}
		line := make([]tableCell, len(columns))
		for i, col := range columns {
			s := col.Cell(c)
			line[i] = tableCell{Text: s, Number: col.Number, Whole: len(s) <= longestWhole}
		}
		t.Rows = append(t.Rows, line)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// add puts a table into the section, or says why there is none.
func (s *reviewSection) add(t *table, lack string) {
	if t == nil {
		s.Lacks = append(s.Lacks, lack)
		return
	}
	s.Tables = append(s.Tables, t)
}

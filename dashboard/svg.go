package dashboard

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/orgheat/orgheat/query"
)

// Small charts drawn on the server, for tiles, findings and the review that opens without scripts. Colours are classes of app.css; texts
// are escaped here. Shapes, not metrics.

// figureText writes a number of a kind: share, ratio, hours, count, people.
func figureText(kind string, v float64) string {
	switch kind {
	case "share":
		return query.Percent(v)
	case "ratio":
		return fmt.Sprintf("%.2f", v)
	}
	return count(int(math.Round(v)))
}

// svgBox opens a drawing of a size; label is what it shows, in words.
func svgBox(b *strings.Builder, width, height int, label string) {
	fmt.Fprintf(b, `<svg class="mini" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`, width, height, width, height, template.HTMLEscapeString(label))
}

func svgText(b *strings.Builder, x, y float64, class, s string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, template.HTMLEscapeString(s))
}

// trendSVG is a line of estimates by period from zero up, with their intervals, the first and last period named.
func trendSVG(series []query.Estimate, kind, label string, width, height int) template.HTML {
	top, told := 0.0, 0
	for _, e := range series {
		if e.Value != nil {
			top, told = math.Max(top, *e.Value), told+1
		}
		if e.High != nil {
			top = math.Max(top, *e.High)
		}
	}
	if told < 2 || top == 0 {
		return ""
	}
	const left, right, foot, head = 8, 40, 16, 6
	x := func(i int) float64 {
		return left + float64(i)*float64(width-left-right)/float64(len(series)-1)
	}
	y := func(v float64) float64 { return float64(height-foot) - v/top*float64(height-foot-head) }
	var b strings.Builder
	words := label
	for _, e := range series {
		if e.Value != nil {
			words += fmt.Sprintf("; %s: %s", e.Period, figureText(kind, *e.Value))
		}
	}
	svgBox(&b, width, height, words)
	fmt.Fprintf(&b, `<path class="axis" d="M%d %d H%d"/>`, left, height-foot, width-right)
	path, pen := "", "M"
	last := -1
	for i, e := range series {
		if e.Value == nil {
			pen = "M" // a gap stays one
			continue
		}
		if e.Low != nil && e.High != nil {
			fmt.Fprintf(&b, `<path class="range" d="M%.1f %.1f V%.1f"/>`, x(i), y(*e.Low), y(*e.High))
		}
		path += fmt.Sprintf("%s%.1f %.1f", pen, x(i), y(*e.Value))
		pen, last = "L", i
	}
	fmt.Fprintf(&b, `<path class="line" d="%s"/><circle class="dot" cx="%.1f" cy="%.1f" r="3.5"/>`, path, x(last), y(*series[last].Value))
	svgText(&b, x(last)+7, y(*series[last].Value)+4, "value", figureText(kind, *series[last].Value))
	svgText(&b, left, float64(height-3), "label", series[0].Period)
	svgText(&b, x(len(series)-1), float64(height-3), "label end", series[len(series)-1].Period)
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// marksSVG are bars with their names: rows up to six, else columns of which the first and the last are named.
func marksSVG(marks []query.Mark, unit string) template.HTML {
	top := 0.0
	for _, m := range marks {
		top = math.Max(top, m.Value)
	}
	if len(marks) == 0 || top == 0 {
		return ""
	}
	value := func(m query.Mark) string {
		if m.Share {
			return query.Percent(m.Value)
		}
		return decimal(m.Value)
	}
	words := unit
	for _, m := range marks {
		words += fmt.Sprintf("; %s: %s", m.Label, value(m))
	}
	var b strings.Builder
	if len(marks) > 6 {
		return columnsSVG(marks, value, top, words)
	}
	const width, line, name, most = 360, 22, 150, 160
	svgBox(&b, width, line*len(marks)+18, words)
	svgText(&b, name+8, 11, "label", unit)
	for i, m := range marks {
		y := float64(18 + i*line)
		class := "mark soft"
		if i == 0 {
			class = "mark"
		}
		svgText(&b, name, y+14, "name end", shorten(m.Label, 26))
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%.1f" width="%.1f" height="14" rx="2"/>`, class, name+8, y+3, math.Max(1, m.Value/top*most))
		svgText(&b, name+14+math.Max(1, m.Value/top*most), y+14, "value", value(m))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// labelWidth is about how wide a number over a column is.
const labelWidth = 32

func columnsSVG(marks []query.Mark, value func(query.Mark) string, top float64, words string) template.HTML {
	const width, height, foot, head = 360, 96, 16, 16
	var b strings.Builder
	svgBox(&b, width, height, words)
	step := float64(width) / float64(len(marks))
	for i, m := range marks {
		class := "mark soft"
		if i == len(marks)-1 {
			class = "mark"
		}
		h := m.Value / top * (height - foot - head)
		fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, float64(i)*step+2, height-foot-h, step-4, math.Max(1, h))
		ends := i == 0 || i == len(marks)-1
		if room := step >= labelWidth || i > 1 && i < len(marks)-2; ends || m.Value == top && room {
			x, over := min(max(float64(i)*step+step/2, labelWidth/2), width-labelWidth/2), m.Value
			for j, o := range marks { // a number stands over all the columns that it reaches
				if float64(j+1)*step > x-labelWidth/2 && float64(j)*step < x+labelWidth/2 {
					over = max(over, o.Value)
				}
			}
			svgText(&b, x, height-foot-over/top*(height-foot-head)-4, "value mid", value(m))
		}
	}
	svgText(&b, 2, height-3, "label", marks[0].Label)
	svgText(&b, width-2, height-3, "label end", marks[len(marks)-1].Label)
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

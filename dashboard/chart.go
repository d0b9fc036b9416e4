package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// chart is one drawing: go-echarts' options, which static/app.js draws, and what the drawing needs beside them.
type chart struct {
	ID     string
	Title  string // above it, where a panel has several
	Label  string // what a screen reader says of it
	Height int    // pixels
	Wide   bool   // on a narrow screen it is scrolled sideways within the panel
	Block  block
	shape  shape // what drew it, where it can show the past beside it
}

// block is the data block of a chart in the page, read by static/app.js.
type block struct {
	Option map[string]any    `json:"option"` // of ECharts, by go-echarts
	Height int               `json:"height"`
	Tip    string            `json:"tip,omitempty"`    // name of the tooltip's function in app.js
	Unit   string            `json:"unit,omitempty"`   // of the values, for the tooltip
	Format string            `json:"format,omitempty"` // name of the formatter of the values, for the tooltip
	Names  map[string]string `json:"names,omitempty"`
	Drill  *drill            `json:"drill,omitempty"`
	Cases  [][]string        `json:"cases,omitempty"` // names of what marks stand for, and the ends of their addresses where they are others
}

// drill says where a click on a mark leads: to Base with the parameters of the mark's coordinates, within the mark's time, or to the mark's own URL.
type drill struct {
	Base string     `json:"base,omitempty"` // a path of this site with parameters
	X    *drillAxis `json:"x,omitempty"`
	Y    *drillAxis `json:"y,omitempty"`
	URLs []string   `json:"urls,omitempty"` // by index of the mark
	// Within is "period" where a mark leads to Base within the quarter, month or year of its step's name, "week" where it leads to Base
	// within the week in the middle of which it stands.
	Within string `json:"within,omitempty"`
	Back   int    `json:"back,omitempty"` // months by which the period begins earlier
	// Cases: the address is Base and that of the mark's case.
	Cases bool `json:"cases,omitempty"`
	// Series are the URLs of marks by the name of their series.
	Series map[string][]string `json:"series,omitempty"`
}

// inPeriod leads a mark to base within the period of its step.
func inPeriod(base string) *drill {
	if base == "" {
		return nil
	}
	return &drill{Base: base, Within: "period"}
}

// drillAxis is the parameter of one coordinate; without Values the coordinate is the value. Without a name the values are parameters:
// "date=2026-03-04&hour=10".
type drillAxis struct {
	Name   string `json:"name,omitempty"`
	Values []any  `json:"values,omitempty"`
}

type legendItem struct {
	Class string // of the swatch, in app.css
	Text  string
}

// newChart finishes a chart; option comes from go-echarts.
func newChart(id, label string, height int, option map[string]any, b block) chart {
	delete(option, "color") // the theme's, in app.js
	b.Option, b.Height = compact(option), height
	return chart{ID: id, Label: label, Height: height, Block: b}
}

// compact is the option without what says nothing, and with numbers as exact as a drawing needs: half the bytes of the page.
func compact(option map[string]any) map[string]any {
	text, err := json.Marshal(option)
	if err != nil {
		return option // go-echarts' own types: they marshal
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tidy map[string]any
	if err := d.Decode(&tidy); err != nil {
		return option
	}
	return shorter(tidy).(map[string]any)
}

func shorter(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for name, part := range x {
			if part = shorter(part); part == nil {
				delete(x, name)
			} else if m, ok := part.(map[string]any); ok && len(m) == 0 {
				delete(x, name)
			} else {
				x[name] = part
			}
		}
	case []any:
		for i := range x {
			x[i] = shorter(x[i])
		}
	case json.Number:
		if f, err := x.Float64(); err == nil && strings.ContainsAny(x.String(), ".eE") {
			if math.Abs(f) >= 1e4 {
				return json.Number(strconv.FormatFloat(f, 'f', 0, 64))
			}
			return json.Number(strconv.FormatFloat(f, 'g', 5, 64))
		}
	}
	return v
}

// classes is how many steps a colour scale has at most; app.css has a colour for each.
const classes = 7

// scale cuts positive counts into classes whose upper ends grow with a power: small differences among small counts stay visible beside
// large ones. Zero is in no class: it is left blank.
type scale struct{ ends []int } // upper ends, included, rising

// Powers of scales: hours of a week differ a hundredfold, days and months less.
const (
	square = 2.0
	gentle = 1.5
)

// newScale is the scale of counts up to most.
func newScale(most int, power float64) scale {
	var s scale
	for i := 1; i <= classes; i++ {
		end := most
		if i < classes {
			end = nice(math.Pow(float64(i)/classes, power) * float64(most))
		}
		if end > 0 && end <= most && (len(s.ends) == 0 || end > s.ends[len(s.ends)-1]) {
			s.ends = append(s.ends, end)
		}
	}
	return s
}

// nice rounds to two significant digits.
func nice(f float64) int {
	if f < 10 {
		return int(math.Round(f))
	}
	step := math.Pow(10, math.Floor(math.Log10(f))-1)
	return int(math.Round(f/step) * step)
}

// step is the colour of a class among the seven of app.css: few classes are spread over all of them.
func (s scale) step(class int) int {
	if len(s.ends) <= 1 {
		return classes / 2
	}
	return int(math.Round(float64(class) * (classes - 1) / float64(len(s.ends)-1)))
}

// legend explains the colours.
func (s scale) legend() []legendItem { return s.legendIn(count[int]) }

// legendIn explains the colours of what is not counted in ones.
func (s scale) legendIn(write func(int) string) []legendItem {
	items := []legendItem{{"zero", "none"}}
	from := 1
	for i, end := range s.ends {
		words := write(end)
		if end > from {
			words = fmt.Sprintf("%s–%s", write(from), write(end))
		}
		items, from = append(items, legendItem{stepName(s.step(i)), words}), end+1
	}
	return items
}

// stepName is a colour of the sequential scale, as app.css and app.js call it.
func stepName(step int) string { return fmt.Sprintf("ramp-%d", step) }

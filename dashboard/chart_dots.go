package dashboard

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// dots is a distribution: every case is a dot in its column, beside the column's median and quartiles.
type dots struct {
	ID, Label string
	Columns   []string
	Dots      []dot
	Boxes     []box
	Log       bool   // of the value axis; values below 1 are drawn at 1
	Labels    string // name of a formatter of app.js for the columns' names
	Format    string // of the values
	Unit      string
	Height    int
	Base      string // what the cases' addresses begin with
	Cases     []dotCase
	Then      [][]any // medians of the past, with their columns
}

type dot struct {
	Column int
	Value  float64
	Case   int // of Cases
}

// dotCase is who or what a dot, or several, stand for; URL goes on where Base ends.
type dotCase struct{ Name, URL string }

// box is the quartiles and the median of a column, and how many cases it has.
type box struct {
	Column        int
	P25, P50, P75 float64
	N             int
}

func (d dots) chart() chart {
	plot := charts.NewScatter()
	scale, least := "value", any(0)
	if d.Log {
		scale, least = "log", nil
	}
	plot.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: d.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "16", Top: "12", Bottom: "4"}))
	var points, boxes [][]any
	for _, p := range d.Dots {
		one := d.Cases[p.Case]
		point := []any{math.Round(100*(float64(p.Column)+0.5+spread(one.URL))) / 100, p.Value, p.Case}
		if d.Log && p.Value < 1 {
			point[1], point = 1, append(point, p.Value)
		}
		points = append(points, point)
	}
	for _, b := range d.Boxes {
		boxes = append(boxes, []any{float64(b.Column) + 0.5, max(b.P25, 1e-9), max(b.P50, 1e-9), max(b.P75, 1e-9), b.N})
	}
	plot.MultiSeries = charts.MultiSeries{
		{Name: "dots", Type: types.ChartScatter, Data: points, SymbolSize: 6, XAxisIndex: 1, ItemStyle: &opts.ItemStyle{Color: "cat-0"}},
	}
	drawn := custom("box", "ink", boxes)
	drawn.XAxisIndex = 1
	plot.MultiSeries = append(plot.MultiSeries, drawn)
	for _, was := range wasSeries(d.Then, false) {
		was.XAxisIndex = 1
		plot.MultiSeries = append(plot.MultiSeries, was)
	}
	plot.Validate()
	labels := &opts.AxisLabel{Formatter: types.FuncStr(d.Labels)}
	if len(d.Columns) < 4 {
		labels.Interval = "0" // all of them
	}
	plot.XAxisList[0] = opts.XAxis{Type: "category", Data: d.Columns, AxisLabel: labels}
	// Dots lie beside each other within a column: they stand on an axis of numbers behind that of names.
	plot.XAxisList = append(plot.XAxisList, opts.XAxis{Type: "value", Min: 0, Max: len(d.Columns), Show: opts.Bool(false)})
	plot.YAxisList[0] = opts.YAxis{Type: scale, Min: least, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(d.Format)}}
	b := block{Tip: "dot", Unit: d.Unit, Format: d.Format, Drill: &drill{Base: d.Base, Cases: true}}
	for _, one := range d.Cases {
		if one.URL == one.Name {
			b.Cases = append(b.Cases, []string{one.Name})
			continue
		}
		b.Cases = append(b.Cases, []string{one.Name, one.URL})
	}
	c := newChart(d.ID, d.Label, d.Height, plot.JSON(), b)
	c.shape = d
	return c
}

func (d dots) beside(then shape, p past) (chart, bool) {
	o, ok := then.(dots)
	for i := range d.Columns {
		j := slices.Index(o.Columns, d.Columns[i])
		if j < 0 {
			j = p.at(d.Columns, o.Columns, i)
		}
		for _, b := range o.Boxes {
			if b.Column == j {
				d.Then = append(d.Then, []any{float64(i) + 0.5, b.P50})
			}
		}
	}
	return d.chart(), ok && len(d.Then) > 0
}

// mostDots bounds the dots of one chart: more would lie on top of each other, and make the page large.
const mostDots = 360

// thin leaves at most about mostDots dots: of each column as many as its share, at even steps of rank, the least and the greatest among them,
// so that what is left is spread as all are. It says how many of how many are left in words; "" where all are.
func (d *dots) thin() string {
	all := len(d.Dots)
	if all <= mostDots {
		return ""
	}
	columns := make([][]dot, len(d.Columns))
	for _, p := range d.Dots {
		columns[p.Column] = append(columns[p.Column], p)
	}
	d.Dots = nil
	for _, in := range columns {
		slices.SortStableFunc(in, func(a, b dot) int { return cmp.Compare(a.Value, b.Value) })
		keep := min(len(in), max(2, mostDots*len(in)/all))
		for i := range keep {
			d.Dots = append(d.Dots, in[i*(len(in)-1)/max(keep-1, 1)])
		}
	}
	var cases []dotCase
	at := map[int]int{}
	for i := range d.Dots {
		was := d.Dots[i].Case
		if _, ok := at[was]; !ok {
			at[was], cases = len(cases), append(cases, d.Cases[was])
		}
		d.Dots[i].Case = at[was]
	}
	d.Cases = cases
	return fmt.Sprintf("%s of %s dots are drawn, at even steps of rank", count(len(d.Dots)), count(all))
}

// spread is a sideways step within -0.3 to 0.3, always the same for the same case.
func spread(name string) float64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	x := h.Sum32()
	x ^= x >> 16 // short names differ in the low bits only
	x *= 0x7feb352d
	x ^= x >> 15
	return float64(x%1000)/1000*0.6 - 0.3
}

// boxOf are the quartiles of values; false without any.
func boxOf(column int, values []float64) (box, bool) {
	n := len(values)
	if n == 0 {
		return box{}, false
	}
	sorted := slices.Sorted(slices.Values(values))
	at := func(p float64) float64 {
		h := p * float64(n-1)
		i := int(h)
		if i+1 >= n {
			return sorted[n-1]
		}
		return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
	}
	return box{column, at(.25), at(.5), at(.75), n}, true
}

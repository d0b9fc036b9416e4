package dashboard

import (
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// intervals are values with their intervals from left to right, one row each, the first on top.
type intervals struct {
	ID, Label string
	Rows      []interval
	Log       bool     // of the axis; values of 0 are not drawn
	Line      *float64 // that values compare with
	Format    string   // name of a formatter of app.js
	Unit      string
	Cases     string // what N counts
	Height    int
	URLs      []string // where a click on each row leads
	Then      [][]any  // values of the past, with their rows
}

// interval is one value; Low and High are nil where too few stand behind it. Shown: it differs from the line beyond chance.
type interval struct {
	Name             string
	Value, Low, High *float64
	N                int
	Shown            bool
}

func (c intervals) chart() chart {
	plot := charts.NewScatter()
	axis := opts.XAxis{Type: "value", Min: 0, SplitNumber: 4, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(c.Format)}}
	var shown, open, whiskers [][]any
	names := make([]string, len(c.Rows))
	urls := map[bool][]string{}
	low, high := -1., 1. // powers of two at the ends of a logarithmic axis
	reach := func(v float64) {
		if v > 0 {
			low, high = min(low, math.Log2(v)), max(high, math.Log2(v))
		}
	}
	for i, row := range c.Rows {
		names[i] = row.Name
		if row.Value == nil || c.Log && *row.Value <= 0 {
			continue
		}
		reach(*row.Value)
		point := []any{*row.Value, i, "-", "-", row.N, row.Name}
		if row.Low != nil && row.High != nil {
			point[2], point[3] = *row.Low, *row.High
			from := *row.Low
			if c.Log { // 0 is infinitely far to the left: the whisker reaches far enough to see
				from = max(from, *row.Value/8)
			}
			reach(from)
			reach(*row.High)
			whiskers = append(whiskers, []any{from, i, *row.High})
		}
		if len(c.URLs) > 0 {
			urls[row.Shown] = append(urls[row.Shown], c.URLs[i])
		}
		if row.Shown {
			shown = append(shown, point)
		} else {
			open = append(open, point)
		}
	}
	for _, p := range c.Then {
		reach(p[0].(float64))
	}
	plot.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: c.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "24", Top: "8", Bottom: "4"}))
	plot.MultiSeries = charts.MultiSeries{custom("across", "cat-0", whiskers)}
	if c.Line != nil {
		plot.MultiSeries = append(plot.MultiSeries, custom("level", "ink", [][]any{{*c.Line, 0}}))
	}
	dots := func(name string, data [][]any) {
		plot.MultiSeries = append(plot.MultiSeries, charts.SingleSeries{Name: name, Type: types.ChartScatter, Data: data, Symbol: "circle", SymbolSize: 11, ItemStyle: &opts.ItemStyle{Color: "cat-0"}})
	}
	if len(c.Then) > 0 {
		plot.MultiSeries = append(plot.MultiSeries, custom("wasDot", "ink", c.Then))
	}
	dots("open", open)
	dots("shown", shown)
	plot.Validate()
	if plot.XAxisList[0] = axis; c.Log {
		plot.XAxisList[0].Type, plot.XAxisList[0].Min, plot.XAxisList[0].Max = "log", math.Exp2(math.Floor(low)), math.Exp2(math.Ceil(high))
	}
	plot.YAxisList[0] = opts.YAxis{Type: "category", Data: names, Inverse: opts.Bool(true)}
	b := block{Tip: "interval", Unit: c.Unit, Format: c.Format, Names: map[string]string{"n": c.Cases}}
	if len(c.URLs) > 0 {
		b.Drill = &drill{Series: map[string][]string{"open": urls[false], "shown": urls[true]}}
	}
	drawn := newChart(c.ID, c.Label, c.Height, plot.JSON(), b)
	drawn.shape = c
	return drawn
}

func (c intervals) beside(then shape, _ past) (chart, bool) {
	o, ok := then.(intervals)
	for i, row := range c.Rows {
		j := slices.IndexFunc(o.Rows, func(old interval) bool { return old.Name == row.Name })
		if j >= 0 && o.Rows[j].Value != nil && (!c.Log || *o.Rows[j].Value > 0) {
			c.Then = append(c.Then, []any{*o.Rows[j].Value, i})
		}
	}
	return c.chart(), ok && len(c.Then) > 0
}

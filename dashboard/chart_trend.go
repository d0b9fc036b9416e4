package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// trend is lines over named steps, each point with the interval and the number of cases behind it. What is not known is a gap.
type trend struct {
	ID, Label string
	Names     []string
	Lines     []trendLine
	Band      []pointRange // behind the lines: what chance alone gives, at each step
	Mark      *[2]int      // first and last step that are marked from top to bottom
	Labels    string       // name of a formatter of app.js for the steps' names
	Format    string       // of the values
	Unit      string       // of the values, for the tooltip
	Cases     string       // what N counts
	Min, Max  any          // of the axis; nil: from 0, and as the values have it
	Height    int
	URLs      []string // where a click on each step leads
}

// trendLine is one line.
type trendLine struct {
	Name, Color string
	Dashed      bool
	Points      []trendPoint // one for each step
}

// trendPoint is a value with its interval; nil is not known.
type trendPoint struct {
	Value *float64
	Range *pointRange
	N     int
}

// pointRange is an interval.
type pointRange struct{ Low, High float64 }

func (t trend) chart() chart {
	line := charts.NewLine()
	least := t.Min
	if least == nil {
		least = 0
	}
	line.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: t.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "16", Top: "12", Bottom: "4"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: t.Names, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(t.Labels)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: least, Max: t.Max, SplitNumber: 4, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(t.Format)}}))
	if t.Mark != nil {
		line.MultiSeries = append(line.MultiSeries, custom("mark", "cat-2", [][]any{{t.Mark[0], 0, t.Mark[1]}}))
	}
	if len(t.Band) > 0 {
		var band [][]any
		for i := range len(t.Band) - 1 {
			band = append(band, []any{i, t.Band[i].Low, t.Band[i].High, t.Band[i+1].Low, t.Band[i+1].High})
		}
		line.MultiSeries = append(line.MultiSeries, custom("band", "cat-3", band))
	}
	for _, l := range t.Lines {
		var points, ranges [][]any
		for i, p := range l.Points {
			point := []any{i, "-", "-", "-", p.N}
			if p.Value != nil {
				point[1] = *p.Value
			}
			if p.Range != nil {
				point[2], point[3] = p.Range.Low, p.Range.High
				ranges = append(ranges, []any{i, p.Range.Low, p.Range.High})
			}
			points = append(points, point)
		}
		if len(ranges) > 0 {
			line.MultiSeries = append(line.MultiSeries, custom("whisker", l.Color, ranges))
		}
		style := &opts.LineStyle{Color: l.Color, Width: 2}
		if l.Dashed {
			style.Type = "dashed"
		}
		line.MultiSeries = append(line.MultiSeries, charts.SingleSeries{Name: l.Name, Type: types.ChartLine, Data: points, SymbolSize: 8, Symbol: "circle", ShowSymbol: opts.Bool(true),
			ItemStyle: &opts.ItemStyle{Color: l.Color}, LineStyle: style})
	}
	line.Validate()
	line.XAxisList[0].Data = t.Names
	b := block{Tip: "point", Unit: t.Unit, Format: t.Format, Names: map[string]string{"n": t.Cases}}
	if len(t.URLs) > 0 {
		b.Drill = &drill{URLs: t.URLs}
	}
	return newChart(t.ID, t.Label, t.Height, line.JSON(), b)
}

// custom is a series that a function of app.js draws, named by item.
func custom(item, color string, data [][]any) charts.SingleSeries {
	return charts.SingleSeries{Name: item, Type: types.ChartCustom, Data: data, RenderItem: types.FuncStr(item), ItemStyle: &opts.ItemStyle{Color: color}}
}

// pointOf is a point of a result's row; names are those of the columns of the value and, or "", of its interval.
func pointOf(row []any, in map[string]int, value, low, high string) (p trendPoint) {
	v, ok := number(row[in[value]])
	if !ok {
		return p
	}
	p.Value = &v
	if low == "" {
		return p
	}
	a, ok1 := number(row[in[low]])
	b, ok2 := number(row[in[high]])
	if ok1 && ok2 {
		p.Range = &pointRange{a, b}
	}
	return p
}

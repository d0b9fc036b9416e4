package dashboard

import (
	"slices"

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
	Periods   string // what a click on a step leads to, within the period of the step's name
	Back      int    // months by which that begins earlier
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
	Step  string // whose it is, where that is not the step that it is drawn at
}

// pointRange is an interval.
type pointRange struct{ Low, High float64 }

func (t trend) chart() chart {
	line := charts.NewLine()
	least := t.Min
	if least == nil {
		least = 0
	}
	axis := opts.YAxis{Type: "value", Min: least, Max: t.Max, SplitNumber: 4, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(t.Format)}}
	if t.Format == "count" {
		axis.MinInterval = 1
	}
	if below, ok := t.Min.(float64); ok && below < 0 {
		axis.MaxInterval = -below / 2 // 0 and the ends are on the grid, evenly
	}
	line.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: t.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "16", Top: "12", Bottom: "4"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: t.Names, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(t.Labels)}}),
		charts.WithYAxisOpts(axis))
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
		var points [][]any
		ranged := false
		for i, p := range l.Points {
			point := []any{i, "-", "-", "-", p.N}
			if p.Value != nil {
				point[1] = *p.Value
			}
			if p.Range != nil {
				point[2], point[3], ranged = p.Range.Low, p.Range.High, true
			}
			if p.Step != "" {
				point = append(point, p.Step)
			}
			points = append(points, point)
		}
		if ranged {
			line.MultiSeries = append(line.MultiSeries, custom("whisker", l.Color, nil)) // app.js takes the intervals from the line that follows
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
	if b.Drill = inPeriod(t.Periods); b.Drill != nil {
		b.Drill.Back = t.Back
	}
	c := newChart(t.ID, t.Label, t.Height, line.JSON(), b)
	c.shape = t
	return c
}

func (t trend) beside(then shape, p past) (chart, bool) {
	o, ok := then.(trend)
	var ghosts []trendLine
	for _, old := range o.Lines {
		if !slices.ContainsFunc(t.Lines, func(l trendLine) bool { return l.Name == old.Name }) {
			continue
		}
		ghost := trendLine{Name: old.Name, Color: "muted", Dashed: true, Points: make([]trendPoint, len(t.Names))}
		for i := range t.Names {
			if j := p.at(t.Names, o.Names, i); j >= 0 {
				ghost.Points[i] = trendPoint{Value: old.Points[j].Value, N: old.Points[j].N, Step: o.Names[j]}
			}
		}
		ghosts = append(ghosts, ghost)
	}
	t.Lines = append(ghosts, t.Lines...)
	return t.chart(), ok && len(ghosts) > 0
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

package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// bars are numbers by period.
type bars struct {
	ID, Label string
	Names     []string
	Values    []float64
	Unit      string
	Periods   string  // what a click on each leads to, within the period of its name
	Then      [][]any // those of the past: place and value
	Height    int
}

func (b bars) chart() chart {
	bar := charts.NewBar()
	bar.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: b.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", MinInterval: 1, SplitNumber: 3, AxisLabel: &opts.AxisLabel{Formatter: "count"}}),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "4", Top: "12", Bottom: "4"}))
	data := make([]opts.BarData, len(b.Values))
	for i, v := range b.Values {
		data[i] = opts.BarData{Value: v}
	}
	bar.SetXAxis(b.Names).AddSeries("count", data)
	bar.MultiSeries = append(bar.MultiSeries, wasSeries(b.Then, false)...)
	bar.Validate()
	c := newChart(b.ID, b.Label, b.Height, bar.JSON(), block{Tip: "bar", Unit: b.Unit, Drill: inPeriod(b.Periods)})
	c.shape = b
	return c
}

func (b bars) beside(then shape, p past) (chart, bool) {
	o, ok := then.(bars)
	for i := range b.Names {
		if j := p.at(b.Names, o.Names, i); j >= 0 {
			b.Then = append(b.Then, []any{i, o.Values[j]})
		}
	}
	return b.chart(), ok
}

// wasSeries are dashes across the bars, or columns, of a chart at the values of the past; across: bars run from left to right.
func wasSeries(data [][]any, across bool) charts.MultiSeries {
	if len(data) == 0 {
		return nil
	}
	return charts.MultiSeries{custom(map[bool]string{false: "was", true: "wasAcross"}[across], "ink", data)}
}

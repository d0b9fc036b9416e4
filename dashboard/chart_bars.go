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
	URLs      []string // where a click on each leads
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
	bar.Validate()
	return newChart(b.ID, b.Label, b.Height, bar.JSON(), block{Tip: "bar", Unit: b.Unit, Drill: &drill{URLs: b.URLs}})
}

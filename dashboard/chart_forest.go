package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// forest is ratios with their intervals, one under the other on a logarithmic axis, beside the line at 1.
type forest struct {
	ID, Label string
	Rows      []forestRow
	Unit      string // what the ratios are of
}

// forestRow is one ratio; Strong ones are drawn in the accent's colour.
type forestRow struct {
	Name             string
	Value, Low, High float64
	Strong           bool
}

func (f forest) chart() chart {
	plot := charts.NewScatter()
	plot.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: f.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "24", Top: "8", Bottom: "4"}))
	var names []string
	low, high := .5, 2.
	var weak, strong, weakEnds, strongEnds [][]any
	for y, row := range f.Rows {
		names = append(names, row.Name)
		low, high = min(low, row.Low), max(high, row.High)
		point, ends := []any{row.Value, y, row.Low, row.High}, []any{row.Low, y, row.High}
		if row.Strong {
			strong, strongEnds = append(strong, point), append(strongEnds, ends)
		} else {
			weak, weakEnds = append(weak, point), append(weakEnds, ends)
		}
	}
	dots := func(name, color string, data [][]any) charts.SingleSeries {
		return charts.SingleSeries{Name: name, Type: types.ChartScatter, Data: data, SymbolSize: 11, ItemStyle: &opts.ItemStyle{Color: color}}
	}
	plot.MultiSeries = charts.MultiSeries{custom("upright", "line", [][]any{{1}}), custom("lying", "cat-3", weakEnds), custom("lying", "cat-2", strongEnds),
		dots("not supported", "cat-0", weak), dots("supported", "cat-2", strong)}
	plot.Validate()
	plot.XAxisList[0] = opts.XAxis{Type: "log", Min: max(low*.9, .05), Max: min(high*1.1, 20), AxisLabel: &opts.AxisLabel{Formatter: "times"}}
	plot.YAxisList[0] = opts.YAxis{Type: "category", Data: names, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Formatter: "words"}}
	return newChart(f.ID, f.Label, 48+32*len(names), plot.JSON(), block{Tip: "ratioOf", Unit: f.Unit})
}

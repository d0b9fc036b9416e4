package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"github.com/orgheat/orgheat/query/stat"
)

// lorenz is a Lorenz curve beside the line of equality.
type lorenz struct {
	ID, Label string
	Points    []stat.LorenzPoint
	Unit      string // of what is held, for the tooltip
	Height    int
}

func (l lorenz) chart() chart {
	line := charts.NewLine()
	share := opts.AxisLabel{Formatter: "share"}
	line.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: l.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "24", Top: "12", Bottom: "4"}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: 1, MinInterval: .25, MaxInterval: .25, AxisLabel: &share}))
	points := make([][2]float64, len(l.Points))
	for i, p := range l.Points {
		points[i] = [2]float64{p.Holders, p.Amount}
	}
	line.MultiSeries = charts.MultiSeries{
		{Name: "equal", Type: types.ChartLine, Data: [][2]float64{{0, 0}, {1, 1}}, Symbol: "none", LineStyle: &opts.LineStyle{Color: "cat-3", Width: 2, Type: "dashed"}},
		{Name: "held", Type: types.ChartLine, Data: points, Symbol: "circle", SymbolSize: 5, ItemStyle: &opts.ItemStyle{Color: "cat-0"}, LineStyle: &opts.LineStyle{Color: "cat-0", Width: 2.5}},
	}
	line.Validate()
	line.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, Max: 1, MinInterval: .25, MaxInterval: .25, AxisLabel: &share}
	return newChart(l.ID, l.Label, l.Height, line.JSON(), block{Tip: "lorenz", Unit: l.Unit})
}

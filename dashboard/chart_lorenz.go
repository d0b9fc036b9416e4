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
	Then      []stat.LorenzPoint // of the past
}

// mostLorenz is about how many points of a curve are drawn.
const mostLorenz = 60

func (l lorenz) chart() chart {
	line := charts.NewLine()
	share := opts.AxisLabel{Formatter: "share"}
	line.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: l.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "24", Top: "12", Bottom: "4"}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: 1, MinInterval: .25, MaxInterval: .25, AxisLabel: &share}))
	curve := func(list []stat.LorenzPoint) [][2]float64 {
		var points [][2]float64
		for i, p := range list {
			if step := len(list)/mostLorenz + 1; i%step == 0 || i == len(list)-1 { // more would not be seen
				points = append(points, [2]float64{p.Holders, p.Amount})
			}
		}
		return points
	}
	line.MultiSeries = charts.MultiSeries{
		{Name: "equal", Type: types.ChartLine, Data: [][2]float64{{0, 0}, {1, 1}}, Symbol: "none", LineStyle: &opts.LineStyle{Color: "cat-3", Width: 2}},
		{Name: "held", Type: types.ChartLine, Data: curve(l.Points), Symbol: "circle", SymbolSize: 5, ItemStyle: &opts.ItemStyle{Color: "cat-0"}, LineStyle: &opts.LineStyle{Color: "cat-0", Width: 2.5}},
	}
	if len(l.Then) > 0 {
		line.MultiSeries = append(line.MultiSeries, charts.SingleSeries{Name: "before", Type: types.ChartLine, Data: curve(l.Then), Symbol: "none", LineStyle: &opts.LineStyle{Color: "muted", Width: 2, Type: "dashed"}})
	}
	line.Validate()
	line.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, Max: 1, MinInterval: .25, MaxInterval: .25, AxisLabel: &share}
	c := newChart(l.ID, l.Label, l.Height, line.JSON(), block{Tip: "lorenz", Unit: l.Unit})
	c.shape = l
	return c
}

func (l lorenz) beside(then shape, _ past) (chart, bool) {
	o, ok := then.(lorenz)
	l.Then = o.Points
	return l.chart(), ok
}

package dashboard

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// ratioGrid is a heat map of ratios around 1: fewer than expected towards one colour, more towards the other.
type ratioGrid struct {
	ID, Label string
	X, Y      []string
	Cells     []ratioCell
	Missing   [][2]int // cells about which too little is known
	Height    int
	Unit      string
}

// ratioCell is one ratio; Outside: beyond what chance gives.
type ratioCell struct {
	X, Y     int
	Ratio    float64
	Observed float64
	Expected float64
	Outside  bool
}

// ratioEnds are the upper ends of the seven colours, even in the logarithm around 1.
var ratioEnds = []float64{.5, .67, .8, 1.25, 1.5, 2, 1e9}

func (g ratioGrid) chart() chart {
	heat := charts.NewHeatMap()
	v := opts.VisualMap{Type: "piecewise", Show: opts.Bool(false), Dimension: "2"}
	below := -1.
	for i, end := range ratioEnds {
		v.Pieces = append(v.Pieces, opts.Piece{Gt: float32(below), Lte: float32(end), Color: fmt.Sprintf("div-%d", i)})
		below = end
	}
	heat.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: g.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithVisualMapOpts(v), charts.WithGridOpts(opts.Grid{Left: "4", Right: "4", Top: "4", Bottom: "4"}))
	var data, dotted, missing [][]any
	for _, c := range g.Cells {
		data = append(data, []any{c.X, c.Y, c.Ratio, c.Observed, c.Expected})
		if c.Outside {
			dotted = append(dotted, []any{c.X, c.Y})
		}
	}
	for _, m := range g.Missing {
		missing = append(missing, []any{m[0], m[1]})
	}
	heat.MultiSeries = charts.MultiSeries{{Name: "ratio", Type: types.ChartHeatMap, Data: data}, custom("missing", "line", missing), custom("dotted", "ink", dotted)}
	heat.Validate()
	heat.XAxisList[0] = opts.XAxis{Type: "category", Data: g.X, AxisLabel: &opts.AxisLabel{Interval: "0"}}
	heat.YAxisList[0] = opts.YAxis{Type: "category", Data: g.Y, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Formatter: "words"}}
	return newChart(g.ID, g.Label, g.Height, heat.JSON(), block{Tip: "ratio", Unit: g.Unit})
}

// ratioLegend explains the colours.
func ratioLegend() []legendItem {
	return []legendItem{{"div-0", "under half of expected"}, {"div-1", "0.5–0.67"}, {"div-2", "0.67–0.8"}, {"div-3", "0.8–1.25"}, {"div-4", "1.25–1.5"}, {"div-5", "1.5–2"}, {"div-6", "over twice"}}
}

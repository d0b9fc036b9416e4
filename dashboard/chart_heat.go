package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// grid is a heat map: counts by two lists of names. Cells that are not given are none; missing cells are hatched.
type grid struct {
	ID, Label string
	X, Y      []string          // short names on the axes, the first of Y on top
	Names     map[string]string // "x", "y": how app.js writes them in the tooltip, where their names on the axes do not do
	Unit      string
	Cells     []gridCell
	Missing   [][2]int     // x, y of cells about which nothing is known
	Marked    [][2]int     // x, y of cells that carry a dot
	Frames    [][4]float64 // x0, y0, x1, y1 in cells: outlined (working hours)
	Moments   []moment     // lines from top to bottom
	Scale     scale
	Height    int
	XFormat   string  // name of a formatter of app.js for the x axis
	YFormat   string  // and for the y axis
	XRotate   float64 // degrees by which long names on the x axis are turned
	Format    string  // of the values in the tooltip; "": counts
	Drill     *drill
}

type gridCell struct{ X, Y, N int }

// moment is a line across a grid at X cells from its left edge, with a word above it.
type moment struct {
	X    float64
	Word string
}

func (g grid) chart() chart {
	around := opts.Grid{Left: "4", Right: "4", Top: "4", Bottom: "4"}
	if len(g.Moments) > 0 {
		around.Top, around.Right = "24", "24" // room for the words
	}
	heat := charts.NewHeatMap()
	heat.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{ChartID: g.ID}),
		charts.WithAnimation(false),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: g.X, AxisLabel: &opts.AxisLabel{Interval: "0", Formatter: types.FuncStr(g.XFormat), Rotate: g.XRotate}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: g.Y, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(g.YFormat)}}),
		charts.WithVisualMapOpts(g.Scale.visualMap("2")),
		charts.WithGridOpts(around),
	)
	data := make([][3]int, len(g.Cells)) // bare, where opts.HeatMapData would more than double the page
	for i, c := range g.Cells {
		data[i] = [3]int{c.X, c.Y, c.N}
	}
	heat.SetXAxis(g.X).AddSeries("count", nil)
	heat.MultiSeries[0].Data = data
	if len(g.Missing) > 0 {
		missing := make([]opts.CustomData, len(g.Missing))
		for i, m := range g.Missing {
			missing[i] = opts.CustomData{Value: m}
		}
		heat.Overlap(charts.NewCustom().AddSeries("missing", missing, charts.WithCustomChartOpts(opts.CustomChart{RenderItem: "missing"})))
	}
	if len(g.Marked) > 0 {
		marked := make([]opts.CustomData, len(g.Marked))
		for i, m := range g.Marked {
			marked[i] = opts.CustomData{Value: m}
		}
		heat.Overlap(charts.NewCustom().AddSeries("dotted", marked, charts.WithCustomChartOpts(opts.CustomChart{RenderItem: "dotted"})))
	}
	if len(g.Frames) > 0 {
		data := make([]opts.CustomData, len(g.Frames))
		for i, f := range g.Frames {
			data[i] = opts.CustomData{Value: f}
		}
		heat.Overlap(charts.NewCustom().AddSeries("frame", data, charts.WithCustomChartOpts(opts.CustomChart{RenderItem: "frame"})))
	}
	for i, m := range g.Moments {
		heat.Overlap(charts.NewCustom().AddSeries(m.Word, []opts.CustomData{{Value: [2]float64{m.X, float64(i)}}}, charts.WithCustomChartOpts(opts.CustomChart{RenderItem: "moment"})))
	}
	heat.Validate()
	heat.XAxisList[0].Data = g.X
	return newChart(g.ID, g.Label, g.Height, heat.JSON(), block{Tip: "cell", Unit: g.Unit, Format: g.Format, Names: g.Names, Drill: g.Drill})
}

// visualMap colours marks by the count in the given dimension; app.js puts the theme's colours in.
func (s scale) visualMap(dimension string) opts.VisualMap {
	v := opts.VisualMap{Type: "piecewise", Show: opts.Bool(false), Dimension: dimension}
	below := 0
	for i, end := range s.ends {
		v.Pieces = append(v.Pieces, opts.Piece{Gt: float32(below), Lte: float32(end), Color: stepName(s.step(i))})
		below = end
	}
	return v
}

package dashboard

import (
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// weekTimeline is years of weeks on one time axis: counted weeks on top, spans by lane under them, and one row for each series below.
type weekTimeline struct {
	ID, Label string
	First     time.Time // of the axis
	Last      time.Time
	Weeks     []weekCount
	Base      string // what a week leads to, within that week
	Unit      string
	Lanes     []string
	Spans     []span
	Series    []weekSeries
}

// weekCount is a week with what was expected of it. Flagged weeks are marked.
type weekCount struct {
	Monday          time.Time
	N               int
	Expected, Upper float64
	Modelled        bool // Expected and Upper are known
	Flagged         bool
}

// span is what happened in a lane; Last is its last day.
type span struct {
	Lane        int
	First, Last time.Time
	Name        string
}

// weekSeries are sums by week, in a row of their own.
type weekSeries struct {
	Name   string
	Points []seriesPoint
}

type seriesPoint struct {
	Monday time.Time
	Value  float64
}

// Heights of the timeline's rows, in pixels.
const (
	timelineTop    = 16
	timelineCounts = 200
	timelineLane   = 24
	timelineSeries = 72
	timelineGap    = 24
	timelineAxis   = 28
	timelineLeft   = 132
)

func (t weekTimeline) chart() chart {
	bar := charts.NewBar()
	bar.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: t.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}))
	bar.XAxisList, bar.YAxisList = nil, nil
	y := timelineTop
	grid := func(height int, axis opts.YAxis) int {
		i := len(bar.GridList)
		bar.GridList = append(bar.GridList, opts.Grid{Left: strconv.Itoa(timelineLeft), Right: "16", Top: strconv.Itoa(y), Height: strconv.Itoa(height)})
		axis.GridIndex = i
		bar.YAxisList = append(bar.YAxisList, axis)
		bar.XAxisList = append(bar.XAxisList, opts.XAxis{Type: "time", GridIndex: i, Min: t.First.UnixMilli(), Max: t.Last.UnixMilli(), AxisLabel: &opts.AxisLabel{Formatter: "none"}})
		y += height + timelineGap
		return i
	}
	counts := grid(timelineCounts, opts.YAxis{Type: "value", MinInterval: 1, SplitNumber: 4, AxisLabel: &opts.AxisLabel{Formatter: "count"}})
	on := func(i int, s charts.SingleSeries) {
		s.XAxisIndex, s.YAxisIndex = i, i
		bar.MultiSeries = append(bar.MultiSeries, s)
	}
	var weeks, flagged, expected, upper [][]any
	for _, w := range t.Weeks {
		at := middle(w.Monday)
		if weeks = append(weeks, []any{at, w.N}); w.Flagged {
			flagged = append(flagged, []any{at, w.N})
		}
		if w.Modelled {
			expected, upper = append(expected, []any{at, w.Expected}), append(upper, []any{at, w.Upper})
		}
	}
	on(counts, charts.SingleSeries{Name: "weeks", Type: types.ChartBar, Data: weeks, ItemStyle: &opts.ItemStyle{Color: "cat-1"}})
	on(counts, plainLine("expected", "ink", "solid", expected))
	on(counts, plainLine("upper", "muted", "dashed", upper))
	on(counts, custom("spike", "cat-2", flagged))
	if len(t.Lanes) > 0 {
		lanes := grid(timelineLane*len(t.Lanes), opts.YAxis{Type: "category", Data: t.Lanes, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Formatter: "words"}})
		var spans [][]any
		for _, s := range t.Spans {
			spans = append(spans, []any{halfDays(s.First), s.Lane, halfDays(s.Last.AddDate(0, 0, 1)), s.Name})
		}
		on(lanes, custom("span", "cat-0", spans))
	}
	for _, s := range t.Series {
		i := grid(timelineSeries, opts.YAxis{Type: "value", Name: s.Name, NameLocation: "middle", SplitNumber: 2, AxisLabel: &opts.AxisLabel{Formatter: "short"}})
		var points [][]any
		for _, p := range s.Points {
			points = append(points, []any{middle(p.Monday), p.Value})
		}
		on(i, plainLine(s.Name, "cat-4", "solid", points))
	}
	bar.XAxisList[len(bar.XAxisList)-1].AxisLabel = nil
	option := bar.JSON()
	// go-echarts writes several grids and axes as lists; app.js draws the last one's labels only.
	return newChart(t.ID, t.Label, y-timelineGap+timelineAxis, option, block{Tip: "week", Unit: t.Unit, Drill: &drill{Base: t.Base, Within: "week"}})
}

// halfDays is a time of the chart's data, in half days since 1970, which are half as long to write as milliseconds; app.js makes those of them.
func halfDays(t time.Time) int64 { return t.Unix() / (12 * 60 * 60) }

// middle is where the week that begins on a Monday stands on the axis.
func middle(monday time.Time) int64 { return halfDays(monday.Add(84 * time.Hour)) }

// plainLine is a line without points.
func plainLine(name, color, style string, data [][]any) charts.SingleSeries {
	return charts.SingleSeries{Name: name, Type: types.ChartLine, Data: data, ShowSymbol: opts.Bool(false), ItemStyle: &opts.ItemStyle{Color: color},
		LineStyle: &opts.LineStyle{Color: color, Width: 1.5, Type: style}}
}

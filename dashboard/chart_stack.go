package dashboard

import (
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// stack is bars made of parts: counts, or, as shares, bars of the same length.
type stack struct {
	ID, Label string
	Names     []string // of the bars
	Parts     []stackPart
	Share     bool   // each bar is divided by its sum
	Across    bool   // bars run from left to right, the first on top
	Format    string // name of a formatter of app.js for the bars' names
	Unit      string
	Height    int
	URLs      []string // where a click on each bar leads
	Periods   string   // or: what it leads to within the period of the bar's name
	Then      [][]any  // the past: for shares where each part but the last ended, else the whole
}

// stackPart is one part of every bar.
type stackPart struct {
	Name, Color string // a colour of app.css
	Values      []float64
}

func (s stack) chart() chart {
	bar := charts.NewBar()
	values := opts.YAxis{Type: "value", SplitNumber: 4, AxisLabel: &opts.AxisLabel{Formatter: "count"}}
	if s.Share {
		values = opts.YAxis{Type: "value", Max: 1, MinInterval: .25, MaxInterval: .25, AxisLabel: &opts.AxisLabel{Formatter: "share"}}
	}
	bar.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: s.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithGridOpts(opts.Grid{Left: "4", Right: "16", Top: "12", Bottom: "4"}))
	totals := make([]float64, len(s.Names))
	for _, part := range s.Parts {
		for i, v := range part.Values {
			totals[i] += v
		}
	}
	for _, part := range s.Parts {
		data := make([][4]float64, len(part.Values)) // x, y, the part, the whole
		for i, v := range part.Values {
			length := v
			if s.Share {
				length = v / max(totals[i], 1)
			}
			data[i] = [4]float64{float64(i), length, v, totals[i]}
			if s.Across {
				data[i][0], data[i][1] = length, float64(i)
			}
		}
		bar.MultiSeries = append(bar.MultiSeries, charts.SingleSeries{Name: part.Name, Type: types.ChartBar, Stack: "all", Data: data, ItemStyle: &opts.ItemStyle{Color: part.Color}})
	}
	bar.MultiSeries = append(bar.MultiSeries, wasSeries(s.Then, s.Across)...)
	bar.Validate()
	if s.Across {
		bar.XAxisList[0] = opts.XAxis{Type: "value", Max: values.Max, MinInterval: values.MinInterval, MaxInterval: values.MaxInterval, SplitNumber: 4, AxisLabel: values.AxisLabel}
		bar.YAxisList[0] = opts.YAxis{Type: "category", Data: s.Names, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(s.Format)}}
	} else {
		bar.XAxisList[0] = opts.XAxis{Type: "category", Data: s.Names, AxisLabel: &opts.AxisLabel{Formatter: types.FuncStr(s.Format)}}
		bar.YAxisList[0] = values
	}
	b := block{Tip: "stack", Unit: s.Unit, Names: map[string]string{"bar": "x"}}
	if s.Across {
		b.Names["bar"] = "y"
	}
	if s.Share {
		b.Format = "share"
	}
	if b.Drill = inPeriod(s.Periods); len(s.URLs) > 0 {
		b.Drill = &drill{URLs: s.URLs}
	}
	c := newChart(s.ID, s.Label, s.Height, bar.JSON(), b)
	c.shape = s
	return c
}

func (s stack) beside(then shape, p past) (chart, bool) {
	o, ok := then.(stack)
	for i, name := range s.Names {
		j := slices.IndexFunc(o.Names, func(old string) bool { return barName(old) == barName(name) })
		if !s.Across {
			j = p.at(s.Names, o.Names, i)
		}
		if j < 0 {
			continue
		}
		at, total := 0., 0.
		for _, part := range o.Parts {
			total += part.Values[j]
		}
		for k, part := range o.Parts {
			at += part.Values[j]
			end := at
			if s.Share && total > 0 {
				end /= total
			}
			if last := k == len(o.Parts)-1; total == 0 || part.Values[j] == 0 && !last || s.Share == last || s.Share && end > .999 {
				continue
			}
			if mark := []any{i, end}; s.Across {
				s.Then = append(s.Then, []any{end, i})
			} else {
				s.Then = append(s.Then, mark)
			}
		}
	}
	return s.chart(), ok && len(s.Then) > 0
}

// barName is a bar's name without the number of cases behind it.
func barName(name string) string {
	name, _, _ = strings.Cut(name, " · ")
	return name
}

// legend explains the colours of the parts that there are.
func (s stack) legend() (items []legendItem) {
	for _, p := range s.Parts {
		if !slices.ContainsFunc(p.Values, func(v float64) bool { return v > 0 }) {
			continue
		}
		items = append(items, legendItem{p.Color, p.Name})
	}
	return items
}

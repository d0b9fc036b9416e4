package dashboard

import (
	"fmt"
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// calendar is a heat map of days, a year to a row, the newest on top. Days that are not given are none.
type calendar struct {
	ID, Label string
	Unit      string
	Days      []calendarDay // rising
	Scale     scale
	Drill     *drill
	FirstDay  int // of weeks, 1 Monday to 7 Sunday
}

type calendarDay struct {
	Date string // YYYY-MM-DD
	N    int
}

const (
	mostYears      = 8
	yearHeight     = 7 * 16
	yearHeadHeight = 40
)

// chart draws the calendar. Months without any day are hatched: quiet, or not loaded.
func (c calendar) chart() (chart, error) {
	byYear := map[int][]calendarDay{}
	present := map[string]bool{}
	for _, d := range c.Days {
		year, err := strconv.Atoi(d.Date[:4])
		if err != nil {
			return chart{}, fmt.Errorf("date %q is not written YYYY-MM-DD", d.Date)
		}
		byYear[year] = append(byYear[year], d)
		present[d.Date[:7]] = true
	}
	first, err := time.Parse("2006-01-02", c.Days[0].Date)
	if err != nil {
		return chart{}, err
	}
	last, err := time.Parse("2006-01-02", c.Days[len(c.Days)-1].Date)
	if err != nil {
		return chart{}, err
	}
	heat := charts.NewHeatMap()
	heat.SetGlobalOptions(charts.WithInitializationOpts(opts.Initialization{ChartID: c.ID}), charts.WithAnimation(false), charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}), charts.WithVisualMapOpts(c.Scale.visualMap("1")))
	row := 0
	for year := last.Year(); year >= first.Year() && row < mostYears; year-- {
		from, to := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
		heat.AddCalendar(&opts.Calendar{Range: []string{from.Format("2006-01-02"), to.Format("2006-01-02")}, Top: strconv.Itoa(yearHeadHeight + row*(yearHeight+yearHeadHeight) - 12),
			Height: strconv.Itoa(yearHeight), Left: "64", Right: "8", DayLabel: &opts.CalendarLabel{FirstDay: c.FirstDay % 7}})
		// A year is its days' counts in order: app.js writes the dates, which are most of the bytes.
		data := make([]int, to.YearDay())
		for _, d := range byYear[year] {
			day, err := time.Parse("2006-01-02", d.Date)
			if err != nil {
				return chart{}, err
			}
			data[day.YearDay()-1] = d.N
		}
		heat.AddSeries("count", nil, charts.WithCoordinateSystem("calendar"), charts.WithCalendarIndex(row))
		heat.MultiSeries[len(heat.MultiSeries)-1].Data = data
		var missing []opts.CustomData
		for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
			if !present[d.Format("2006-01")] {
				missing = append(missing, opts.CustomData{Value: []any{d.Format("2006-01-02")}})
			}
		}
		if len(missing) > 0 {
			heat.Overlap(charts.NewCustom().AddSeries("missing", missing, charts.WithCoordinateSystem("calendar"), charts.WithCalendarIndex(row),
				charts.WithCustomChartOpts(opts.CustomChart{RenderItem: "missing"})))
		}
		row++
	}
	heat.Validate()
	return newChart(c.ID, c.Label, row*(yearHeight+yearHeadHeight), heat.JSON(), block{Tip: "day", Unit: c.Unit, Drill: c.Drill}), nil
}

// gaps says whether some month of the years drawn has no day.
func (c calendar) gaps() bool {
	months := map[string]bool{}
	years := map[string]bool{}
	for _, d := range c.Days {
		months[d.Date[:7]], years[d.Date[:4]] = true, true
	}
	return len(months) < 12*len(years)
}

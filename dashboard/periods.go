package dashboard

import (
	"fmt"
	"slices"
	"time"

	"github.com/orgheat/orgheat/query"
)

// byPeriod is the switch of pages whose metrics run by quarter or month.
func (r *request) byPeriod() (list []choice) {
	values := r.filter.Values()
	for _, by := range [][2]string{{"quarter", "Quarter"}, {"month", "Month"}} {
		list = append(list, choice{by[1], r.here(with(values, "by", by[0])), by[0] == r.filter.By || by[0] == "quarter" && r.filter.By == ""})
	}
	return list
}

// unbroken takes the choice of --by away, for metrics that have none.
func unbroken(f *query.Filter) { f.By = "" }

// everyPeriod are all quarters or months from the first to the last in the rows' column period, those without a row too.
func everyPeriod(result query.Result) (names []string, err error) {
	column := columnsOf(result)["period"]
	for _, row := range result.Rows {
		names = append(names, text(row[column]))
	}
	if len(names) == 0 {
		return nil, nil
	}
	first, last := slices.Min(names), slices.Max(names)
	begin, err := periodStart(first)
	if err != nil {
		return nil, err
	}
	names = nil
	for t := begin; periodName(t, first) <= last; t = nextPeriod(t, first) {
		names = append(names, periodName(t, first))
	}
	return names, nil
}

// periodStart is the first day of 2026Q3, 2026-07 or 2026.
func periodStart(name string) (time.Time, error) {
	var year, n int
	if _, err := fmt.Sscanf(name, "%dQ%d", &year, &n); err == nil {
		return time.Date(year, time.Month(3*n-2), 1, 0, 0, 0, 0, time.UTC), nil
	}
	if len(name) == 4 {
		return time.Parse("2006", name)
	}
	return time.Parse("2006-01", name)
}

// periodName is the period that t lies in, of the kind that another name is of.
func periodName(t time.Time, like string) string {
	switch {
	case len(like) == 4:
		return t.Format("2006")
	case isQuarter(like):
		return quarterName(quarterOf(t))
	}
	return t.Format("2006-01")
}

func nextPeriod(t time.Time, like string) time.Time {
	switch {
	case len(like) == 4:
		return t.AddDate(1, 0, 0)
	case isQuarter(like):
		return t.AddDate(0, 3, 0)
	}
	return t.AddDate(0, 1, 0)
}

func isQuarter(name string) bool { return len(name) > 4 && name[4] == 'Q' }

// yearBefore is the same period a year earlier.
func yearBefore(name string) string {
	t, err := periodStart(name)
	if err != nil {
		return ""
	}
	return periodName(t.AddDate(-1, 0, 0), name)
}

// incidentsBase is the list of incidents with the filter's lists, to which a chart adds a period.
func (r *request) incidentsBase() string {
	return link("/incidents", without(sticky(r.filter), "from", "to"))
}

// estimate is a share with its interval and the number of cases behind it, of one period.
type estimate struct {
	Period           string
	Value, Low, High float64
	Of               int
}

// in words: 37% (30–45%, n = 180).
func (e estimate) String() string {
	return fmt.Sprintf("%s (%s–%s, n = %s)", query.Percent(e.Value), query.Percent(e.Low), query.Percent(e.High), count(e.Of))
}

// latest are the newest of the estimates and the one to compare it with: that of the same period a year before, else the oldest. Both are
// the same when there is one.
func latest(list []estimate) (now, then estimate, ok bool) {
	if len(list) == 0 {
		return now, then, false
	}
	now, then = list[len(list)-1], list[0]
	before := yearBefore(now.Period)
	if i := slices.IndexFunc(list, func(e estimate) bool { return e.Period == before }); i >= 0 {
		then = list[i]
	}
	return now, then, true
}

// sinceFirst are the newest and the oldest of the estimates.
func sinceFirst(list []estimate) (now, then estimate, ok bool) {
	if len(list) == 0 {
		return now, then, false
	}
	return list[len(list)-1], list[0], true
}

// direction is where the value went since then; intervals that overlap show no clear change.
func (now estimate) direction(then estimate) string {
	switch {
	case now.Low > then.High:
		return "up"
	case now.High < then.Low:
		return "down"
	}
	return "no clear change"
}

// change says how now relates to then, behind a comma: intervals that overlap show no clear change. Without an earlier period it is "".
func change(now, then estimate) string {
	if now.Period == then.Period {
		return ""
	}
	return fmt.Sprintf(", %s from %s in %s", now.direction(then), query.Percent(then.Value), then.Period)
}

// pointAt finds a period's place on the axis.
func pointAt(names []string, period string) int { return slices.Index(names, period) }

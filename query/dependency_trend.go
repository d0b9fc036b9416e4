package query

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
)

var dependencyTrend = defineAsking[historyMonths, trendRow](Meta{
	ID: "dependency-trend", Title: "Dependency over time", Question: "Is the response coming to rest on fewer people?",
	Definition: "dependency of the whole organization over the six calendar months ending with each month of the range, from the sixth month of history on; the six months reach back over --from. Falling caf and rising top_share, " +
		"gini and hhi mean that fewer people carry more.",
	Unit: Count, Loads: []string{"incidents", "slack", "pagerduty"},
}, viewDependencyTrend)

// historyMonths is the months of the first and of the last incident. A month is year * 12 + month - 1.
type historyMonths struct {
	First int32 `ch:"first"`
	Last  int32 `ch:"last"`
}

// engagedStretches are somebody's stretches of engaged time, in milliseconds since 1970, and the months of their incidents.
type engagedStretches struct {
	Since  numbers[int64] `ch:"since"`
	Until  numbers[int64] `ch:"until"`
	Months numbers[int32] `ch:"months"`
}

// trendMonths is how many calendar months the dependency of one stands for.
const trendMonths = 6

type trendRow struct {
	Month      string   `col:"month"`
	CAF        *int     `col:"caf" unit:"people"`
	TopShare   *float64 `col:"top_share" unit:"share of engaged time"`
	Gini       *float64 `col:"gini" unit:"0 equal to 1 one person"`
	HHI        *float64 `col:"hhi" unit:"0 to 1 one person"`
	Responders int      `col:"responders" unit:"people"`
	Hours      float64  `col:"engaged_hours" unit:"person-hours"`
	People     uint64   `people:"n"`
}

func viewDependencyTrend(ctx context.Context, db *DB, f Filter, ask func() ([]historyMonths, error)) (table, error) {
	name := "dependency-trend.stretches"
	if f.ofResponders() || len(f.Persons) > 0 {
		name = "dependency-trend.stretches.chosen"
	}
	history, people, err := beside[engagedStretches](ctx, db, name, ask)
	if err != nil {
		return table{}, err
	}
	first, last := history[0].First+trendMonths-1, history[0].Last
	if !f.From.IsZero() {
		from := f.From.In(f.location())
		first = max(first, int32(from.Year()*12+int(from.Month())-1))
	}
	if len(people) == 0 || last < first {
		return tableOf([]trendRow{}, []string{noTrend}), nil
	}
	held := heldMinutes(people, first, last)
	if !slices.ContainsFunc(held, func(minutes []float64) bool { return len(minutes) > 0 }) {
		return tableOf([]trendRow{}, []string{noTrend}), nil
	}
	out := make([]trendRow, len(held))
	var each sync.WaitGroup
	for n := range out {
		each.Go(func() {
			m := first + int32(n)
			out[n] = trendRow{Month: fmt.Sprintf("%04d-%02d", m/12, m%12+1)}
			if o := &out[n]; len(held[n]) > 0 {
				c := concentrate(held[n])
				o.CAF, o.TopShare, o.Gini, o.HHI, o.Responders, o.Hours, o.People = &c.CAF, number(c.Top1), number(c.GiniCorr), number(c.HHI), c.N, c.Total/60, uint64(c.N)
			}
		})
	}
	each.Wait()
	return tableOf(out, nil), nil
}

const noTrend = "no six calendar months of engaged time in the range"

// heldMinutes are, for each month from first to last, the minutes that people were engaged in the incidents of the six months up to it, each person's no
// minute twice, of those who were.
func heldMinutes(people []engagedStretches, first, last int32) [][]float64 {
	held := make([][]float64, last-first+1)
	type stretch struct {
		since, until int64
		month        int32
	}
	type union struct{ end, total int64 } // of the stretches so far
	var stretches []stretch
	unions := make([]union, len(held))
	for _, p := range people {
		const none = math.MinInt64
		for n := range unions {
			unions[n] = union{end: none}
		}
		stretches = stretches[:0]
		for i, since := range p.Since {
			stretches = append(stretches, stretch{since, p.Until[i], p.Months[i]})
		}
		slices.SortFunc(stretches, func(a, b stretch) int { return cmp.Compare(a.since, b.since) })
		for _, s := range stretches {
			for m := max(s.month, first); m <= min(s.month+trendMonths-1, last); m++ {
				u := &unions[m-first]
				u.total += max(0, s.until-max(s.since, u.end))
				u.end = max(u.end, s.until)
			}
		}
		for n, u := range unions {
			if u.end != none {
				held[n] = append(held[n], float64(u.total)/60000)
			}
		}
	}
	return held
}

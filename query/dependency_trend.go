package query

import "fmt"

var dependencyTrend = define(Meta{
	ID: "dependency-trend", Title: "Dependency over time", Question: "Is the response coming to rest on fewer people?",
	Definition: "dependency of the whole organization over the six calendar months ending with each month of the range, from the sixth month of history on; the six months reach back over --from. Falling caf and rising top_share, " +
		"gini and hhi mean that fewer people carry more.",
	Unit: Count, Loads: []string{"incidents", "slack", "pagerduty"},
}, viewDependencyTrend)

type monthHolders struct {
	Month   int32     `ch:"month"` // year * 12 + month - 1
	First   int32     `ch:"first"`
	Last    int32     `ch:"last"`
	Minutes []float64 `ch:"minutes"` // by person
}

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

func viewDependencyTrend(_ *DB, _ Filter, rows []monthHolders) ([]trendRow, []string, error) {
	if len(rows) == 0 {
		return nil, []string{"no six calendar months of engaged time in the range"}, nil
	}
	var out []trendRow
	next := 0
	for m := rows[0].First; m <= rows[0].Last; m++ {
		o := trendRow{Month: fmt.Sprintf("%04d-%02d", m/12, m%12+1)}
		if next < len(rows) && rows[next].Month == m {
			r := rows[next]
			next++
			c := concentrate(r.Minutes)
			o.CAF, o.TopShare, o.Gini, o.HHI, o.Responders, o.Hours, o.People = &c.CAF, number(c.Top1), number(c.GiniCorr), number(c.HHI), c.N, c.Total/60, uint64(c.N)
		}
		out = append(out, o)
	}
	return out, nil, nil
}

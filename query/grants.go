package query

import (
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// grantList is a person's equity grants as SQL hands them over, one array per column. Starts are days since 1970-01-01.
type grantList struct {
	Starts     []int32   `ch:"grant_starts"`
	Cliffs     []uint16  `ch:"grant_cliffs"`
	Totals     []uint16  `ch:"grant_totals"`
	Periods    []uint16  `ch:"grant_periods"`
	Quantities []float64 `ch:"grant_quantities"`
}

func (l grantList) grants() []stat.Grant {
	out := make([]stat.Grant, len(l.Starts))
	for i := range out {
		out[i] = stat.Grant{Start: dayTime(l.Starts[i]), CliffMonths: int(l.Cliffs[i]), TotalMonths: max(1, int(l.Totals[i])), EveryMonths: max(1, int(l.Periods[i])), Quantity: l.Quantities[i]}
	}
	return out
}

// dayTime is a day since 1970-01-01 as midnight UTC.
func dayTime(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

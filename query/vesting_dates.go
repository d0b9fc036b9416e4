package query

import (
	"context"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

var vestingDates = defineReading(Meta{
	ID: "vesting-dates", Title: "Vesting dates ahead", Question: "When do cliffs and full vesting come, and how many at once?",
	Definition: "Of the people employed at --to (without it: the day after the last incident) who have a grant, how many reach the cliff of one, and how many become fully vested, in each calendar month after that day, 36 months " +
		"ahead; that day's own month counts from the day after. Fully vested: at least 80% of the granted quantity, and the first grant entirely; counted in the month at whose end they are and before which they were not. A grant without a cliff " +
		"has none. If nobody gets a new grant and nobody leaves.",
	Unit: Count, Loads: []string{"vesting", "roster", "incidents"},
}, viewVestingDates)

type grantHolder struct {
	Day    int32  `ch:"day"`
	Person string `ch:"person"`
}

type vestingMonth struct {
	Month     string `col:"month"`
	Cliffs    int    `col:"cliffs" unit:"people"`
	FullVests int    `col:"full_vests" unit:"people"`
	N         int    `col:"n" unit:"people employed with a grant"`
	People    uint64 `people:"n"` // who have either
}

func viewVestingDates(ctx context.Context, db *DB, _ Filter, rows []grantHolder) ([]vestingMonth, []string, error) {
	if len(rows) == 0 {
		return nil, []string{"nobody employed at the end of the range has a grant; a roster says who is employed"}, nil
	}
	all, err := db.grants(ctx)
	if err != nil {
		return nil, nil, err
	}
	// ends[0] is today; ends[i] the last day of the i-th month from today's on.
	today := dayTime(rows[0].Day)
	first := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC)
	ends := []time.Time{today}
	out := make([]vestingMonth, horizonMonths+1)
	for i := range out {
		month := first.AddDate(0, i, 0)
		ends = append(ends, month.AddDate(0, 1, -1))
		out[i] = vestingMonth{Month: month.Format("2006-01"), N: len(rows)}
	}
	for _, r := range rows {
		grants := all[r.Person]
		dated := make([]bool, len(out))
		for i, hit := range cliffMonths(grants, ends) {
			if hit {
				out[i].Cliffs++
				dated[i] = true
			}
		}
		for i, hit := range fullVestMonths(grants, ends) {
			if hit {
				out[i].FullVests++
				dated[i] = true
			}
		}
		for i, hit := range dated {
			if hit {
				out[i].People++
			}
		}
	}
	return out, nil, nil
}

// cliffMonths says for each month (ends[i], ends[i+1]] whether a grant's cliff falls into it.
func cliffMonths(grants []stat.Grant, ends []time.Time) []bool {
	out := make([]bool, len(ends)-1)
	for _, g := range grants {
		if g.CliffMonths == 0 {
			continue
		}
		cliff := g.CliffDate()
		for i := range out {
			if cliff.After(ends[i]) && !cliff.After(ends[i+1]) {
				out[i] = true
			}
		}
	}
	return out
}

// fullVestMonths says for each month (ends[i], ends[i+1]] whether the holder was not fully vested before it and is at its end. Between the
// starts of two grants bands only rise, so that each run is found without asking for every month.
func fullVestMonths(grants []stat.Grant, ends []time.Time) []bool {
	out := make([]bool, len(ends)-1)
	cuts := []int{0}
	for i := 1; i < len(ends); i++ {
		for _, g := range grants {
			if g.Start.After(ends[i-1]) && !g.Start.After(ends[i]) {
				cuts = append(cuts, i)
				break
			}
		}
	}
	cuts = append(cuts, len(ends))
	full := func(i int) int {
		if stat.VestingBandOf(grants, ends[i]) == stat.FullyVested {
			return 1
		}
		return 0
	}
	was := full(0)
	for i := 1; i < len(cuts); i++ {
		for _, s := range spells(cuts[i-1], cuts[i], full) {
			if s.band == 1 && was == 0 {
				out[s.from-1] = true
			}
			was = s.band
		}
	}
	return out
}

package query

import (
	"slices"
	"sort"

	"github.com/orgheat/orgheat/query/stat"
)

// exposureRow is one of three kinds of rows, named by Part: the incidents' starts, a person of the roster, or a band's engaged time.
type exposureRow struct {
	Part          string   `ch:"part"`
	Band          string   `ch:"band"`
	Minutes       float64  `ch:"minutes"`
	Start         int32    `ch:"start_day"`      // days since 1970-01-01
	EmployedSince []int32  `ch:"employed_since"` // days
	EmployedUntil []int32  `ch:"employed_until"`
	PlacedSince   []int64  `ch:"placed_since"` // seconds; spells in a function of the roster
	PlacedUntil   []int64  `ch:"placed_until"`
	Took          []uint32 `ch:"took"`    // numbers of the incidents responded to
	Started       []int64  `ch:"started"` // of the incidents, milliseconds in order
}

// exposureBand is a band's participations against its share of the roster.
type exposureBand struct {
	Band           string   `col:"band"`
	Participations int      `col:"participations" unit:"responses"`
	Expected       float64  `col:"expected" unit:"responses"`
	Ratio          *float64 `col:"ratio" unit:"1 is its share of the roster"`
	CILow          *float64 `col:"ci_low" unit:"1 is its share of the roster"`
	CIHigh         *float64 `col:"ci_high" unit:"1 is its share of the roster"`
	EngagedShare   *float64 `col:"engaged_share" unit:"share of engaged time"`
	RosterShare    *float64 `col:"roster_share" unit:"share of the roster at the incidents, weighted by responders"`
	EverIn         int      `col:"people" unit:"people ever in the band"`
	N              int      `col:"n" unit:"responses in all bands"`
	Verdict        string   `col:"verdict"`
	People         uint64   `people:"n"`
}

// clock places days and instants among the incidents: both functions give the number of incidents before.
type clock struct{ started []int64 }

func (c clock) day(day int32) int       { return c.before(int64(day) * 86400_000) }
func (c clock) second(second int64) int { return c.before(second * 1000) }
func (c clock) before(ms int64) int {
	n, _ := slices.BinarySearch(c.started, ms)
	return n
}

// spell is a run of incidents [from, to) with the same band.
type spell struct{ band, from, to int }

// exposureBands compares each band's participations with its share of the roster (stats.md section 4). bandsOf lists, in order, the bands a person
// is in over all incidents; those outside employment and function do not matter.
func exposureBands(bands []string, rows []exposureRow, bandsOf func(person int, c clock) []spell) ([]exposureBand, []string, error) {
	var c clock
	minutes := map[string]float64{}
	var all float64
	for _, r := range rows {
		switch r.Part {
		case "incidents":
			c.started = r.Started
		case "band":
			minutes[r.Band] = r.Minutes
			all += r.Minutes
		}
	}
	responders := make([][]int, len(c.started))
	var stays []stat.Stay
	for person, r := range rows {
		if r.Part != "person" {
			continue
		}
		for _, i := range r.Took {
			responders[i] = append(responders[i], person)
		}
		stays = appendStays(stays, person, r, c, bandsOf(person, c))
	}
	ratios, err := stat.ParticipationRatios(len(bands), stays, responders)
	if err != nil {
		return nil, nil, err
	}
	out := make([]exposureBand, len(bands))
	var warnings []string
	if ratios[0].People == 0 {
		return []exposureBand{}, []string{"no roster names anybody with a start date in a function that responded in the range"}, nil
	}
	few := 0
	for i, x := range ratios {
		out[i] = exposureBand{Band: bands[i], Participations: int(x.Observed), Expected: x.Expected, Ratio: number(x.Ratio.Value), RosterShare: number(x.Expected / float64(x.Ratio.N)),
			EverIn: x.PeopleIn, N: x.Ratio.N, People: uint64(x.PeopleIn)}
		out[i].CILow, out[i].CIHigh = ends(x.Ratio.CI)
		out[i].EngagedShare = number(minutes[bands[i]] / all)
		if x.Conclusive {
			out[i].Verdict = verdict(*x.Ratio.CI)
		}
		if x.Ratio.CI == nil {
			few++
		}
	}
	if ratios[0].People < 100 {
		warnings = append(warnings, stat.WarnSmallRoster)
	}
	if few > 0 {
		warnings = append(warnings, counted(few, "band")+" without an interval: fewer than 5 people in it or outside it")
	}
	return out, warnings, nil
}

func verdict(ci stat.Interval) string {
	switch {
	case ci.Lo > 1:
		return "more than its share"
	case ci.Hi < 1:
		return "less than its share"
	}
	return "no difference shown"
}

// appendStays cuts a person's bands to the incidents on whose day they were employed, not before their start date, and at which they were in a function of the roster.
func appendStays(stays []stat.Stay, person int, r exposureRow, c clock, bands []spell) []stat.Stay {
	for e := range r.EmployedSince {
		from, to := c.day(max(r.EmployedSince[e], r.Start)), c.day(r.EmployedUntil[e])
		for p := range r.PlacedSince {
			from, to := max(from, c.second(r.PlacedSince[p])), min(to, c.second(r.PlacedUntil[p]))
			for _, b := range bands {
				if from, to := max(from, b.from), min(to, b.to); from < to {
					stays = append(stays, stat.Stay{Person: person, Band: b.band, From: from, To: to})
				}
			}
		}
	}
	return stays
}

// spells finds the runs of equal bands among the incidents [from, to). Within the range bands must not return to one that they have left.
func spells(from, to int, band func(i int) int) []spell {
	var out []spell
	for from < to {
		b := band(from)
		n := to - from
		if band(to-1) != b {
			n = sort.Search(n, func(k int) bool { return band(from+k) != b })
		}
		out = append(out, spell{b, from, from + n})
		from += n
	}
	return out
}

package query

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sort"

	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/query/stat"
)

// exposureRow is what somebody did while in a band.
type exposureRow struct {
	Person       string          `ch:"person"`
	Band         string          `ch:"band"`
	Took         numbers[uint64] `ch:"took"` // incidents responded to, by hash, while on the roster
	Milliseconds float64         `ch:"milliseconds"`
	Functions    texts           `ch:"functions"` // in which they responded, on the roster that day or not
}

type exposureIncident struct {
	ID      uint64 `ch:"id"`
	Started int64  `ch:"started"` // milliseconds since 1970
}

// exposed is somebody on the roster of the incidents.
type exposed struct {
	name  string
	nth   int   // among the roster's names
	start int32 // day since 1970-01-01
	spans []dayRange
	since []int64 // seconds; spells in a function of the roster
	until []int64
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
func exposureBands(ctx context.Context, db *DB, f Filter, bands []string, ask func() ([]exposureRow, error), bandsOf func(person string, start int32, c clock) []spell) ([]exposureBand, []exposed, []string, error) {
	roster, err := db.roster(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	var c clock
	nth := map[uint64]int{}
	inBand := make([][]spell, len(roster.names))
	var g errgroup.Group
	g.Go(func() error { // while the engine is at the responders
		incidents, err := asked[exposureIncident](ctx, db, "exposure")
		for i, incident := range incidents {
			c.started = append(c.started, incident.Started)
			nth[incident.ID] = i
		}
		for i, name := range roster.names {
			if start := roster.people[name].start; start != nil {
				inBand[i] = bandsOf(name, *start, c)
			}
		}
		return err
	})
	rows, err := ask()
	if err := errors.Join(err, g.Wait()); err != nil {
		return nil, nil, nil, err
	}
	took, functions, milliseconds := map[string][]uint64{}, map[string]bool{}, map[string]float64{}
	for _, r := range rows {
		took[r.Person] = append(took[r.Person], r.Took...)
		milliseconds[r.Band] += r.Milliseconds
		if p := roster.people[r.Person]; p != nil && len(p.employed) > 0 {
			for _, function := range r.Functions {
				functions[function] = true
			}
		}
	}
	var all float64
	for _, band := range slices.Sorted(maps.Keys(milliseconds)) {
		all += milliseconds[band] / 60000
	}
	on := roster.exposed(f, functions)
	responders := make([][]int, len(c.started))
	var stays []stat.Stay
	for person, p := range on {
		for _, id := range took[p.name] {
			if i, ok := nth[id]; ok {
				responders[i] = append(responders[i], person)
			}
		}
		stays = appendStays(stays, person, p, c, inBand[p.nth])
	}
	ratios, err := stat.ParticipationRatios(len(bands), stays, responders)
	if err != nil {
		return nil, nil, nil, err
	}
	out := make([]exposureBand, len(bands))
	var warnings []string
	if ratios[0].People == 0 {
		return []exposureBand{}, nil, []string{"no roster names anybody with a start date in a function that responded in the range"}, nil
	}
	few := 0
	for i, x := range ratios {
		out[i] = exposureBand{Band: bands[i], Participations: int(x.Observed), Expected: x.Expected, Ratio: number(x.Ratio.Value), RosterShare: number(x.Expected / float64(x.Ratio.N)),
			EverIn: x.PeopleIn, N: x.Ratio.N, People: uint64(x.PeopleIn)}
		out[i].CILow, out[i].CIHigh = ends(x.Ratio.CI)
		out[i].EngagedShare = number(milliseconds[bands[i]] / 60000 / all)
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
	return out, on, warnings, nil
}

// exposed are the people who have a start date and were ever employed, and in one of the functions (and the filtered teams), of the filtered people.
func (r *roster) exposed(f Filter, functions map[string]bool) (out []exposed) {
	persons := lowered(f.Persons)
	for i, name := range r.names {
		p := r.people[name]
		if p.start == nil || len(p.employed) == 0 || len(persons) > 0 && !slices.Contains(persons, name) {
			continue
		}
		e := exposed{name: name, nth: i, start: *p.start, spans: p.employed}
		for _, at := range p.placed {
			if !functions[at.function] || len(f.Teams) > 0 && !slices.Contains(f.Teams, at.team) {
				continue
			}
			if n := len(e.until) - 1; n >= 0 && e.until[n] == at.since {
				e.until[n] = at.until
				continue
			}
			e.since, e.until = append(e.since, at.since), append(e.until, at.until)
		}
		if len(e.since) > 0 {
			out = append(out, e)
		}
	}
	return out
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
func appendStays(stays []stat.Stay, person int, p exposed, c clock, bands []spell) []stat.Stay {
	for _, span := range p.spans {
		from, to := c.day(max(span.since, p.start)), c.day(span.until)
		for i := range p.since {
			from, to := max(from, c.second(p.since[i])), min(to, c.second(p.until[i]))
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

package query

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// almanac is what the organization's days hold whatever incidents are asked for, read once for a state of the data.
type almanac struct {
	observed []observedSource
	events   []calendarEvent
	teams    map[string]bool // that anybody was ever in
	series   []seriesValue
}

// observedSource is when the first and the last incident of a source started.
type observedSource struct {
	Source string    `ch:"source"`
	First  time.Time `ch:"first"`
	Last   time.Time `ch:"last"`
}

// calendarEvent is the first day of an org event, of everybody or of one team or place.
type calendarEvent struct {
	Category string `ch:"category"`
	Scope    string `ch:"scope"`
	Day      int32  `ch:"day"` // since 1970-01-01
}

// seriesValue is a value of a series at an hour or a day, in seconds since 1970 of the wall clock.
type seriesValue struct {
	What  string  `ch:"what"` // merge or series
	Name  string  `ch:"name"`
	At    int64   `ch:"at"`
	Value float64 `ch:"value"`
}

// almanac reads within the organization's zone, as ctx has it.
func (db *DB) almanac(ctx context.Context, f Filter) (*almanac, error) {
	return remember(ctx, db, "almanac "+f.location().String(), nil, func() (*almanac, error) {
		roster, err := db.roster(ctx)
		if err != nil {
			return nil, err
		}
		a := &almanac{teams: map[string]bool{}}
		for _, p := range roster.people {
			for _, at := range p.placed {
				a.teams[at.team] = at.team != ""
			}
		}
		var g errgroup.Group
		g.Go(func() (err error) {
			a.observed, err = asked[observedSource](ctx, db, "almanac.observed")
			return err
		})
		g.Go(func() (err error) {
			a.events, err = asked[calendarEvent](ctx, db, "almanac.events")
			return err
		})
		g.Go(func() (err error) {
			a.series, err = asked[seriesValue](ctx, db, "series")
			return err
		})
		if err := g.Wait(); err != nil {
			return nil, err
		}
		slices.SortFunc(a.series, func(x, y seriesValue) int {
			return cmp.Or(cmp.Compare(x.What, y.What), cmp.Compare(x.Name, y.Name), cmp.Compare(x.At, y.At))
		})
		return a, nil
	})
}

// wallRange is the range as the organization's wall clock reads it, in seconds since 1970.
func (f Filter) wallRange() (from, to int64) {
	wall := func(t time.Time) int64 {
		_, offset := t.In(f.location()).Zone()
		return t.Unix() + int64(offset)
	}
	begin, end := f.bounds()
	return wall(begin), wall(end)
}

// seriesIn are the series within the range, loaded ones by whole days. A loaded series named merges stands in place of merged pull requests.
func (a *almanac) seriesIn(f Filter) map[string]daily {
	from, to := f.wallRange()
	points := map[string][]dayValue{}
	var before seriesValue
	for _, v := range a.series { // merges first
		since, until, name := dayOfWall(from)*86400, dayOfWall(to)*86400, v.Name
		if v.What == "merge" {
			since, until, name = from, to, mergesSeries
		}
		if v.At < since || v.At >= until {
			continue
		}
		if v.What != before.What || v.Name != before.Name {
			points[name] = nil
		}
		before = v
		p, day := points[name], int(dayOfWall(v.At))
		if n := len(p) - 1; n >= 0 && p[n].day == day {
			p[n].value += v.Value
			continue
		}
		points[name] = append(p, dayValue{day, v.Value})
	}
	all := map[string]daily{}
	for name, p := range points {
		all[name] = newDaily(p)
	}
	return all
}

// eventsIn are the days, in order, on which events of each category start, of the range and, with a team filter, not of other teams.
func (a *almanac) eventsIn(f Filter) map[string][]int {
	from, to := f.wallRange()
	days := map[string][]int{}
	for _, e := range a.events {
		if int64(e.Day) >= dayOfWall(from) && int64(e.Day) < dayOfWall(to) && (len(f.Teams) == 0 || slices.Contains(f.Teams, e.Scope) || !a.teams[e.Scope]) {
			days[e.Category] = append(days[e.Category], int(e.Day))
		}
	}
	for category, all := range days {
		slices.Sort(all)
		days[category] = slices.Compact(all)
	}
	return days
}

// observedIn are the days of the first and the last incident of the filter's sources; ok is false without any.
func (a *almanac) observedIn(f Filter) (first, last int, ok bool) {
	for _, o := range a.observed {
		if len(f.Sources) > 0 && !slices.Contains(f.Sources, o.Source) {
			continue
		}
		from, to := f.dayOf(o.First), f.dayOf(o.Last)
		if !ok {
			first, last, ok = from, to, true
		}
		first, last = min(first, from), max(last, to)
	}
	return first, last, ok
}

// dayOfWall is the day since 1970-01-01 of a second of the wall clock.
func dayOfWall(second int64) int64 {
	day := second / 86400
	if second%86400 < 0 {
		day--
	}
	return day
}

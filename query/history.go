package query

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// incidentDay is how many incidents started on a day of the organization's zone.
type incidentDay struct {
	Day       int32   `ch:"day"` // since 1970-01-01
	Incidents float64 `ch:"incidents"`
}

// history is what the organization's days hold. Days are numbered from 1970-01-01.
//
// Incidents are observed from the day of the first incident that is loaded to that of the last one (of the filter's sources, whatever its
// other restrictions: a team without an incident was quiet, not unknown), cut to the whole days of the range. Days without an
// incident in between are quiet.
type history struct {
	first, end int              // observed days [first, end); empty without incidents
	counts     []float64        // incidents started on each observed day
	incidents  int              // their sum
	events     map[string][]int // category -> days on which an event of it starts, ascending
	series     map[string]daily // name -> the days from its first value to its last
}

// daily is a number for each day from first on.
type daily struct {
	first  int
	values []float64
	points int // days that have a value of their own; the others are 0
}

func (d daily) end() int { return d.first + len(d.values) }

// mergesSeries is the series that merged pull requests make; a loaded series with that name stands in their place.
const mergesSeries = "merges"

// history puts the filter's incidents into the organization's days.
func (db *DB) history(ctx context.Context, f Filter, rows []incidentDay) (history, error) {
	a, err := db.almanac(ctx, f)
	if err != nil {
		return history{}, err
	}
	h := history{events: a.eventsIn(f), series: a.seriesIn(f)}
	if first, last, ok := a.observedIn(f); ok {
		from, to := f.wholeDays()
		h.first, h.end = max(first, from), min(last+1, to)
	}
	h.end = max(h.first, h.end)
	h.counts = make([]float64, h.end-h.first)
	for _, r := range rows {
		if i := int(r.Day) - h.first; i >= 0 && i < len(h.counts) {
			h.counts[i] += r.Incidents
			h.incidents += int(r.Incidents)
		}
	}
	return h, nil
}

// dayValue is a value of a day since 1970-01-01.
type dayValue struct {
	day   int
	value float64
}

// newDaily spreads values, which come by their days, over all days between them.
func newDaily(points []dayValue) daily {
	first, last := points[0].day, points[len(points)-1].day
	d := daily{first: first, values: make([]float64, last-first+1), points: len(points)}
	for _, p := range points {
		d.values[p.day-first] += p.value
	}
	return d
}

// wholeDays are the days [from, to) of the organization's zone that lie in the range entirely.
func (f Filter) wholeDays() (from, to int) {
	from, to = math.MinInt32, math.MaxInt32
	if !f.From.IsZero() {
		if from = f.dayOf(f.From); !f.midnight(f.From) {
			from++
		}
	}
	if !f.To.IsZero() {
		to = f.dayOf(f.To)
	}
	return from, to
}

func (f Filter) midnight(t time.Time) bool {
	l := t.In(f.location())
	return l.Equal(time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, l.Location()))
}

func (f Filter) dayOf(t time.Time) int {
	y, m, d := t.In(f.location()).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// dateOf is the day as a time, for columns of type date.
func dateOf(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

// fullyObserved is a calendar in which every day counts.
func fullyObserved(counts []float64) stat.Daily {
	d := stat.Daily{Counts: counts, Exposure: make([]float64, len(counts))}
	for i := range d.Exposure {
		d.Exposure[i] = 1
	}
	return d
}

// categories are the categories of events in order of their names, with days counted from first.
func (h history) categories(first int) []stat.Category {
	var cats []stat.Category
	for _, name := range slices.Sorted(maps.Keys(h.events)) {
		cats = append(cats, stat.Category{Name: name, Days: shifted(h.events[name], first)})
	}
	return cats
}

func shifted(days []int, first int) []int {
	out := make([]int, len(days))
	for i, d := range days {
		out[i] = d - first
	}
	return out
}

// seed is that of all simulations about the same incidents and events: pages that show one scan from several sides show the same one.
func (h history) seed() uint64 {
	sum := fnv.New64a()
	put := func(n int) { _ = binary.Write(sum, binary.LittleEndian, int64(n)) }
	put(h.first)
	for _, c := range h.counts {
		put(int(c))
	}
	for _, name := range slices.Sorted(maps.Keys(h.events)) {
		sum.Write([]byte(name))
		for _, d := range h.events[name] {
			put(d)
		}
	}
	return stat.Seed("org-events", fmt.Sprintf("%x", sum.Sum64()))
}

// mondayAfter is the first Monday on or after the day: 1970-01-05 was one.
func mondayAfter(day int) int { return day + ((4-day)%7+7)%7 }

// weeks sums the complete weeks, Monday to Sunday, of [first, end), which d must cover; monday is the first day of the first one.
func (d daily) weeks(first, end int) (monday int, sums []float64) {
	monday = mondayAfter(first)
	for day := monday; day+7 <= end; day += 7 {
		var sum float64
		for _, v := range d.values[day-d.first : day-d.first+7] {
			sum += v
		}
		sums = append(sums, sum)
	}
	return monday, sums
}

// incidentDays are the observed days of incidents as a series.
func (h history) incidentDays() daily {
	return daily{first: h.first, values: h.counts, points: len(h.counts)}
}

// missing says what a comparison of events with incidents lacks; "" nothing.
func (h history) missing() string {
	switch {
	case h.incidents == 0:
		return "no incident in the range: there is nothing to compare org events with"
	case len(h.events) == 0:
		return "no org event in the range; load the organization's calendar"
	}
	return ""
}

// unknownCategory says that the filter's category is not on the calendar; "" where it is, or none is asked for.
func (h history) unknownCategory(category string) string {
	if category == "" || h.events[category] != nil {
		return ""
	}
	return fmt.Sprintf("no org event of category %q in the range; there are %s", category, strings.Join(slices.Sorted(maps.Keys(h.events)), ", "))
}

// refusal is what a statistic says when it will not answer, as a warning.
func refusal(err error) string { return strings.TrimPrefix(err.Error(), "stat: ") }

package query

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// historyRow is one fact about one day of the organization's zone, as the metrics about its calendar read them.
type historyRow struct {
	What  string  `ch:"what"` // incident, observed, event, merge or series: see history
	Name  string  `ch:"name"`
	Day   int32   `ch:"day"` // since 1970-01-01
	Value float64 `ch:"value"`
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

func newHistory(f Filter, rows []historyRow) history {
	h := history{events: map[string][]int{}, series: map[string]daily{}}
	lo, hi := math.MaxInt, math.MinInt
	for _, r := range rows {
		if r.What == "observed" {
			lo, hi = min(lo, int(r.Day)), max(hi, int(r.Day))
		}
	}
	if lo <= hi {
		from, to := f.wholeDays()
		h.first, h.end = max(lo, from), min(hi+1, to)
	}
	h.end = max(h.first, h.end)
	h.counts = make([]float64, h.end-h.first)
	merges, series := map[string][]historyRow{}, map[string][]historyRow{}
	for _, r := range rows {
		switch r.What {
		case "incident":
			if i := int(r.Day) - h.first; i >= 0 && i < len(h.counts) {
				h.counts[i] += r.Value
				h.incidents += int(r.Value)
			}
		case "event":
			h.events[r.Name] = append(h.events[r.Name], int(r.Day))
		case "merge":
			merges[mergesSeries] = append(merges[mergesSeries], r)
		case "series":
			series[r.Name] = append(series[r.Name], r)
		}
	}
	for _, days := range h.events {
		sort.Ints(days)
	}
	maps.Copy(merges, series)
	for name, points := range merges {
		h.series[name] = newDaily(points)
	}
	return h
}

func newDaily(points []historyRow) daily {
	byDay := func(a, b historyRow) int { return int(a.Day) - int(b.Day) }
	first, last := slices.MinFunc(points, byDay), slices.MaxFunc(points, byDay)
	d := daily{first: int(first.Day), values: make([]float64, last.Day-first.Day+1), points: len(points)}
	for _, p := range points {
		d.values[int(p.Day)-d.first] += p.Value
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

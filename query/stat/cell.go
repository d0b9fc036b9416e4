package stat

import (
	"fmt"
	"math"
	"slices"
)

// Daily is a calendar of days in the organization's zone, day 0 first.
type Daily struct {
	Counts   []float64 // incidents started (or merges) on each day
	Exposure []float64 // 1 observed, 0 unobserved or masked; counts of unobserved days are ignored
}

// validate names the first day that cannot be analyzed.
func (d Daily) validate() error {
	if len(d.Counts) != len(d.Exposure) {
		return fmt.Errorf("stat: %d daily counts for %d days of exposure: give one of each per day", len(d.Counts), len(d.Exposure))
	}
	for t, c := range d.Counts {
		if e := d.Exposure[t]; !(c >= 0) || math.IsInf(c, 0) || !(e >= 0) || math.IsInf(e, 0) {
			return fmt.Errorf("stat: day %d has the impossible count %v or exposure %v", t, c, e)
		}
	}
	return nil
}

// Window is a stretch of whole weeks after (or before) an event: lags Start .. Start+Len-1, where lag k is the days 7k ..
// 7k+6 after the event's first day.
type Window struct{ Start, Len int }

// Category is a kind of org event with the first days of its occurrences (indices into Daily; days before or after it
// count as neighbours).
type Category struct {
	Name     string
	Days     []int
	Declared *Window // a window fixed before looking at the data; nil scans all windows
}

const (
	minGapDays = 28 // a later occurrence of the category this close to the last kept one is dropped
	sideWeeks  = 13 // longest side of a neighbourhood
	maxLag     = 6  // the scan looks at lags -6..+6
	maxWindow  = 4  // weeks
	minCover   = 11 // of the 13 lags that a usable neighbourhood must cover
	lagCount   = 2*maxLag + 1
)

// cell is the neighbourhood of one occurrence, in weeks: the strata within which counts are compared.
type cell struct {
	day   int // of the occurrence
	first int // lag of index 0
	y, e  []float64
	n     float64 // sum of y
	exp   float64 // sum of e
}

// Dropped counts the occurrences that a scan could not use, by reason.
type Dropped struct {
	Edge  int // too little of the neighbourhood lies in observed time
	Close int // too close to the occurrence before or between its neighbours
	Empty int // no incident in the neighbourhood
}

// keepApart sorts the days and drops each that follows the last kept one within 28 days.
func keepApart(days []int) (kept []int, tooClose int) {
	for _, d := range slices.Sorted(slices.Values(days)) {
		if len(kept) > 0 && d-kept[len(kept)-1] < minGapDays {
			tooClose++
			continue
		}
		kept = append(kept, d)
	}
	return kept, tooClose
}

// buildCells cuts the calendar into one neighbourhood per kept occurrence: a gap of g days is round(g/7) weeks, of which
// the earlier occurrence takes the first half (rounded up) as lags 0, 1, ... and the later one the rest as negative lags, at
// most 13 each. Neighbourhoods are then trimmed to observed weeks. weight replaces the exposure of observed days in the
// expectation (nil: the exposure itself); it does not change which weeks belong to a cell.
func buildCells(d Daily, kept []int, weight []float64) ([]cell, Dropped) {
	var dropped Dropped
	var cells []cell
	for j, day := range kept {
		before, after := sideWeeks, sideWeeks
		if j > 0 {
			weeks := roundWeeks(day - kept[j-1])
			before = min(sideWeeks, weeks-(weeks+1)/2)
		}
		if j+1 < len(kept) {
			weeks := roundWeeks(kept[j+1] - day)
			after = min(sideWeeks, (weeks+1)/2)
		}
		if min(before, maxLag)+min(after, maxLag+1) < minCover {
			dropped.Close++
			continue
		}
		c, covered := cutCell(d, day, -before, after-1, weight)
		switch {
		case covered < minCover:
			dropped.Edge++
		case c.n == 0 || c.exp == 0:
			dropped.Empty++
		default:
			cells = append(cells, c)
		}
	}
	return cells, dropped
}

func roundWeeks(days int) int { return (days + 3) / 7 } // 3.5 days cannot occur

// cutCell reads lags lo..hi around a day, trims unobserved or incomplete weeks from the ends, and counts the observed lags
// within the scan range.
func cutCell(d Daily, day, lo, hi int, weight []float64) (cell, int) {
	observed := func(lag int) float64 {
		from := day + 7*lag
		if from < 0 || from+7 > len(d.Exposure) {
			return 0
		}
		var e float64
		for _, x := range d.Exposure[from : from+7] {
			e += x
		}
		return e
	}
	for lo <= hi && observed(lo) == 0 {
		lo++
	}
	for hi >= lo && observed(hi) == 0 {
		hi--
	}
	c := cell{day: day, first: lo}
	covered := 0
	for lag := lo; lag <= hi; lag++ {
		var y, e float64
		for t := day + 7*lag; t < day+7*lag+7; t++ {
			if d.Exposure[t] > 0 {
				y += d.Counts[t]
				if weight == nil {
					e += d.Exposure[t]
				} else {
					e += weight[t]
				}
			}
		}
		if lag >= -maxLag && lag <= maxLag && observed(lag) > 0 {
			covered++
		}
		c.y, c.e = append(c.y, y), append(c.e, e)
		c.n, c.exp = c.n+y, c.exp+e
	}
	return c, covered
}

// span clips a window to the cell's indices; empty if lo >= hi.
func (c *cell) span(w Window) (lo, hi int) {
	return max(0, w.Start-c.first), min(len(c.y), w.Start+w.Len-c.first)
}

// inWindow returns the cell's count in a window and what its share of the exposure makes expected.
func (c *cell) inWindow(w Window) (o, e float64) {
	lo, hi := c.span(w)
	for i := lo; i < hi; i++ {
		o += c.y[i]
		e += c.e[i]
	}
	return o, c.n * e / c.exp
}

// sumWindow adds inWindow over cells.
func sumWindow(cells []cell, w Window) (o, e float64) {
	for i := range cells {
		oj, ej := cells[i].inWindow(w)
		o, e = o+oj, e+ej
	}
	return o, e
}

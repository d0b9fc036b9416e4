package stat

import (
	"math"
	"slices"
)

// Span is a half-open stretch of time in seconds (any epoch).
type Span struct{ Start, End int64 }

const (
	actionSeconds = 10 * 60 // what one contributing activity is worth
	bridgeSeconds = 20 * 60 // two activities at most this far apart are one stretch
)

// EngagedSpans turns one person's contributing activities of one incident (seconds, any order) into stretches of engaged
// time: each is worth 10 minutes from its time, and two at most 20 minutes apart, time to time, are bridged.
func EngagedSpans(at []int64) []Span {
	times := slices.Sorted(slices.Values(at))
	var spans []Span
	for i, t := range times {
		if i > 0 && t-times[i-1] <= bridgeSeconds {
			spans[len(spans)-1].End = t + actionSeconds
			continue
		}
		spans = append(spans, Span{t, t + actionSeconds})
	}
	return spans
}

// UnionSeconds is the length of the union of spans, so that no second of a person over several incidents counts twice.
func UnionSeconds(spans []Span) int64 {
	s := slices.Clone(spans)
	slices.SortFunc(s, func(a, b Span) int {
		if a.Start < b.Start {
			return -1
		}
		if a.Start > b.Start {
			return 1
		}
		return 0
	})
	var total int64
	end := int64(math.MinInt64)
	for _, x := range s {
		if x.End <= end {
			continue
		}
		total += x.End - max(x.Start, end)
		end = x.End
	}
	return total
}

// PairCount is one incident's pairs of responders (or teams).
type PairCount struct{ New, Total int }

// FirstTimePairs counts, for each incident in time order, the pairs never together in an earlier one. There is no burn-in
// here: the first incidents of a history are all new, and the caller leaves them out.
func FirstTimePairs[T comparable](incidents [][]T) []PairCount {
	type pair struct{ a, b int }
	number := map[T]int{}
	met := map[pair]bool{}
	counts := make([]PairCount, len(incidents))
	for i, members := range incidents {
		ids := make([]int, 0, len(members))
		for _, m := range members {
			id, ok := number[m]
			if !ok {
				id = len(number)
				number[m] = id
			}
			ids = append(ids, id)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		for x := range ids {
			for y := x + 1; y < len(ids); y++ {
				counts[i].Total++
				if p := (pair{ids[x], ids[y]}); !met[p] {
					met[p] = true
					counts[i].New++
				}
			}
		}
	}
	return counts
}

// TimeZoneSpread is how many hours of the clock a group's UTC offsets (hours) span: 24 minus the largest gap around the
// circle. 0 for none or one.
func TimeZoneSpread(offsets []float64) float64 {
	if len(offsets) == 0 {
		return 0
	}
	at := make([]float64, len(offsets))
	for i, o := range offsets {
		at[i] = math.Mod(math.Mod(o, 24)+24, 24)
	}
	slices.Sort(at)
	gap := at[0] + 24 - at[len(at)-1]
	for i := 1; i < len(at); i++ {
		gap = math.Max(gap, at[i]-at[i-1])
	}
	return 24 - gap
}

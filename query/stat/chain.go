package stat

import (
	"fmt"
	"math"
)

// Decomposition splits an event's rate ratio of incidents into a change in the volume of work (merges) and a change in
// incidents per merge: Total = Volume x PerChange exactly.
type Decomposition struct {
	Window    Window
	LagWeeks  int     // merges act this many weeks later
	N         float64 // incidents in all neighbourhoods
	Total     float64
	Volume    float64
	PerChange Estimate // interval by Korn-Graubard at .05
	Share     float64  // ln Volume / ln Total: 1 = all through volume; NaN if Total is 1
	Warnings  []string
}

// decompose computes the split from the counts: o of n incidents in the window, e expected from calendar time, em from
// merges.
//
//	Volume = [em/(n-em)] [(n-e)/e],  PerChange = (o/em)/((n-o)/(n-em))
func decompose(o, n, e, em, phi, alpha float64) Decomposition {
	d := Decomposition{N: n, Volume: em / (n - em) * (n - e) / e}
	d.Total, _ = rateRatioInWindow(o, n, e, 1, alpha)
	ratio, ci := rateRatioInWindow(o, n, em, phi, alpha)
	d.PerChange = Estimate{Value: ratio, CI: ci, N: int(n)}
	d.Share = math.NaN()
	if d.Total > 0 && d.Total != 1 {
		d.Share = math.Log(d.Volume) / math.Log(d.Total)
	}
	return d
}

// Decompose repeats the comparison of a category's window with merges (per day, lagWeeks earlier) as exposure in place of
// time, in the same neighbourhoods. The overdispersion is that of the merge-based expectation under rotation. Errors: not one
// merge count per day, a negative one, or no neighbourhood with merges both inside and outside the window.
func Decompose(d Daily, c Category, w Window, merges []float64, lagWeeks int) (Decomposition, error) {
	if err := d.validate(); err != nil {
		return Decomposition{}, err
	}
	if len(merges) != len(d.Counts) {
		return Decomposition{}, fmt.Errorf("stat: %d days of merges for %d days of incidents", len(merges), len(d.Counts))
	}
	shifted := make([]float64, len(merges))
	for t := range shifted {
		if from := t - 7*lagWeeks; from >= 0 && from < len(merges) {
			if !(merges[from] >= 0) {
				return Decomposition{}, fmt.Errorf("stat: day %d has the impossible number of merges %v", from, merges[from])
			}
			shifted[t] = merges[from]
		}
	}
	kept, _ := keepApart(c.Days)
	all, _ := buildCells(d, kept, nil)
	byMerges, _ := buildCells(d, kept, shifted)
	cells := matching(all, byMerges)
	var n float64
	for i := range cells {
		n += cells[i].n
	}
	o, e := sumWindow(cells, w)
	_, em := sumWindow(byMerges, w)
	if !(e > 0 && e < n && em > 0 && em < n) {
		return Decomposition{}, fmt.Errorf("stat: category %q has no neighbourhood with merges inside and outside weeks %d..%d", c.Name, w.Start, w.Start+w.Len-1)
	}
	rot := newRotations(byMerges, &w)
	result := decompose(o, n, e, em, rot.dispersion(rot.from), verdictAlpha)
	result.Window, result.LagWeeks = w, lagWeeks
	if len(cells) < len(all) {
		result.Warnings = append(result.Warnings, fmt.Sprintf("%d occurrences without merges around them are left out", len(all)-len(cells)))
	}
	return result, nil
}

// matching keeps the cells whose occurrence is also in other.
func matching(cells, other []cell) []cell {
	days := map[int]bool{}
	for _, c := range other {
		days[c.day] = true
	}
	var kept []cell
	for _, c := range cells {
		if days[c.day] {
			kept = append(kept, c)
		}
	}
	return kept
}

// Chain says whether the data are consistent with event -> merges -> incidents, and which link is missing.
type Chain struct {
	Consistent bool
	Missing    []string // conditions that do not hold, in words: the constants below
}

// What a chain may miss.
const (
	NoMerges     = "no rise of merges around the event"
	NotTogether  = "merges and incidents do not rise together"
	NoIncidents  = "no supported association of the event with incidents"
	LittleVolume = "less than half of the change runs through the number of merges"
)

// minChainShare is the share of an effect that must run through volume.
const minChainShare = .5

// ConsistentWithChain checks all four links: the event is followed by more merges (p <= .05), merges and incidents are
// positively correlated (p <= .05), event and incidents are associated (supported), and at least half of that runs through
// volume. A share that was not computed (NaN) is not held against the chain: without a supported association there is nothing to
// split. Consistency is no proof of the chain.
func ConsistentWithChain(eventMerges, eventIncidents ScanResult, mergesIncidents SeriesResult, split Decomposition) Chain {
	var c Chain
	need := func(ok bool, missing string) {
		if !ok {
			c.Missing = append(c.Missing, missing)
		}
	}
	need(eventMerges.P <= verdictAlpha && eventMerges.RR > 1, NoMerges)
	need(mergesIncidents.P <= verdictAlpha && mergesIncidents.R > 0, NotTogether)
	need(eventIncidents.Verdict == Supported, NoIncidents)
	need(math.IsNaN(split.Share) || split.Share >= minChainShare, LittleVolume)
	c.Consistent = len(c.Missing) == 0
	return c
}

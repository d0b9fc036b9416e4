package stat

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// Holder is a person with the amount they hold: engaged minutes, or a number of incidents.
type Holder struct {
	Name, ID string
	Amount   float64
}

// Tier is a holder's place in the cumulated amounts (CHAOSS).
type Tier string

// Core holders make up the first 80%, regular ones the next 15%, casual ones the rest.
const (
	Core    Tier = "core"
	Regular Tier = "regular"
	Casual  Tier = "casual"
)

// RankedHolder is a holder with the share of the total it holds.
type RankedHolder struct {
	Holder
	Share float64
	Tier  Tier
}

// Concentration describes how unevenly a total is held. Shares and indices are NaN if the total is 0.
type Concentration struct {
	N           int     // holders, those with 0 included
	Total       float64 // unit of the amounts
	Ranked      []RankedHolder
	CAF         int     // contributor absence factor: fewest holders with at least half of the total
	Top1, Top3  float64 // shares
	Gini        float64 // raw: 0 equal, (n-1)/n when one holds all
	GiniCorr    float64 // Gini n/(n-1): 0..1 whatever n; NaN at n = 1
	HHI         float64 // sum of squared shares, 1/n..1
	HHIUnbiased float64 // for counts: probability that two different incidents were one person's; NaN if the total is below 2
	Warnings    []string
}

// Concentrate ranks the holders by amount, ties by name and then id, and measures how concentrated the total is:
//
//	CAF   fewest holders reaching 50% (CHAOSS contributor absence factor)
//	Gini  sum (2i - n - 1) x_i / (n sum x), x ascending; corrected by n/(n-1) (Deltas 2003)
//	HHI   sum of squared shares; unbiased for counts: sum n_i (n_i - 1) / (n (n-1)) (Simpson 1949)
//
// The caller decides whether people with nothing are holders: they raise Gini and leave HHI and CAF alone.
func Concentrate(holders []Holder) Concentration {
	c := Concentration{N: len(holders), Ranked: make([]RankedHolder, 0, len(holders)), GiniCorr: math.NaN(), HHIUnbiased: math.NaN()}
	amounts := make([]float64, len(holders))
	for i, h := range holders {
		c.Ranked = append(c.Ranked, RankedHolder{Holder: h})
		amounts[i] = h.Amount
		c.Total += h.Amount
	}
	slices.SortFunc(c.Ranked, func(a, b RankedHolder) int {
		if c := cmp.Compare(b.Amount, a.Amount); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	sort.Float64s(amounts)
	c.Gini, c.HHI, c.HHIUnbiased = gini(amounts), hhi(amounts), hhiUnbiased(amounts)
	if n := float64(c.N); n > 1 {
		c.GiniCorr = c.Gini * n / (n - 1)
	}
	if !(c.Total > 0) {
		c.Top1, c.Top3 = math.NaN(), math.NaN()
		return c
	}
	var before float64
	for i := range c.Ranked {
		h := &c.Ranked[i]
		h.Share = h.Amount / c.Total
		switch { // a hair of slack: sums of minutes must not turn 80% into 79.9999%
		case before < .8*(1-1e-12):
			h.Tier = Core
		case before < .95*(1-1e-12):
			h.Tier = Regular
		default:
			h.Tier = Casual
		}
		before += h.Share
		if i < 3 {
			c.Top3 += h.Share
		}
		if c.CAF == 0 && before >= .5*(1-1e-12) {
			c.CAF = i + 1
		}
	}
	c.Top1 = c.Ranked[0].Share
	if c.N < 5 {
		c.Warnings = append(c.Warnings, "fewer than 5 people")
	}
	return c
}

// gini of ascending amounts >= 0.
func gini(asc []float64) float64 {
	var weighted, total float64
	n := float64(len(asc))
	for i, x := range asc {
		weighted += (2*float64(i+1) - n - 1) * x
		total += x
	}
	return weighted / (n * total)
}

func hhi(xs []float64) float64 {
	var square, total float64
	for _, x := range xs {
		square += x * x
		total += x
	}
	return square / (total * total)
}

func hhiUnbiased(counts []float64) float64 {
	var pairs, total float64
	for _, x := range counts {
		pairs += x * (x - 1)
		total += x
	}
	if total < 2 {
		return math.NaN()
	}
	return pairs / (total * (total - 1))
}

// LorenzPoint says that the Holders least involved share of people holds the Amount share of the total.
type LorenzPoint struct{ Holders, Amount float64 }

// Lorenz returns the Lorenz curve of amounts >= 0, from (0, 0) to (1, 1); nil if their total is 0.
func Lorenz(amounts []float64) []LorenzPoint {
	asc := slices.Sorted(slices.Values(amounts))
	var total float64
	for _, x := range asc {
		total += x
	}
	if !(total > 0) {
		return nil
	}
	curve := make([]LorenzPoint, 1, len(asc)+1)
	var sum float64
	for i, x := range asc {
		sum += x
		curve = append(curve, LorenzPoint{float64(i+1) / float64(len(asc)), sum / total})
	}
	return curve
}

// Part is what one person holds of one incident. Persons are numbered 0..people-1.
type Part struct {
	Person int
	Amount float64 // 1 for a participation, or engaged minutes
}

// ConcentrationIntervals are basic bootstrap intervals over incidents, cut to [0, 1]; nil where the incidents are too few.
type ConcentrationIntervals struct {
	N                         int // incidents
	Gini, HHI, Unbiased, Top1 *Interval
	Seed                      uint64
}

// BootstrapConcentration resamples whole incidents (people of one incident are not independent) and returns intervals of
// the corrected Gini, HHI, unbiased HHI (meaningful for amounts of 1 only) and top share, over people with any amount.
// Measured coverage of the 95% interval of HHI: 91-94%.
func BootstrapConcentration(incidents [][]Part, people int, alpha float64, seed uint64) ConcentrationIntervals {
	sums := make([]float64, people)
	held := make([]float64, 0, people)
	ci := basicBootstrap(len(incidents), 4, func(units []int, out []float64) {
		clear(sums)
		var total float64
		for _, u := range units {
			for _, p := range incidents[u] {
				sums[p.Person] += p.Amount
				total += p.Amount
			}
		}
		held = held[:0]
		for _, s := range sums {
			if s > 0 {
				held = append(held, s)
			}
		}
		sort.Float64s(held)
		n := float64(len(held))
		out[0], out[1], out[2], out[3] = math.NaN(), hhi(held), hhiUnbiased(held), math.NaN()
		if n > 1 {
			out[0] = gini(held) * n / (n - 1)
		}
		if n > 0 {
			out[3] = held[len(held)-1] / total
		}
	}, alpha, BootstrapDraws, seed)
	for i := range ci {
		if ci[i] != nil {
			*ci[i] = ci[i].clip(0, 1)
		}
	}
	return ConcentrationIntervals{N: len(incidents), Gini: ci[0], HHI: ci[1], Unbiased: ci[2], Top1: ci[3], Seed: seed}
}

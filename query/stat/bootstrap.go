package stat

import (
	"math"
	"sort"
)

// BootstrapDraws is the number of resamples behind a bootstrap interval or a simulated null range.
const BootstrapDraws = 2000

// BasicBootstrap is the basic (reverse percentile) bootstrap interval of a statistic of n independent units: with q the
// quantiles of the statistic over resamples, [2 est - q(1-alpha/2), 2 est - q(alpha/2)] (Davison & Hinkley, Bootstrap
// Methods, 5.2.1). It corrects the upward bias of concentration in small samples, which the percentile interval doubles.
//
// statistic gets the indices 0..n-1 of the units drawn, with repetition; the slice is reused. Draws where it is NaN are
// left out; the interval is nil under 2 units or when nothing remains.
func BasicBootstrap(n int, statistic func(units []int) float64, alpha float64, draws int, seed uint64) *Interval {
	ci := basicBootstrap(n, 1, func(u []int, out []float64) { out[0] = statistic(u) }, alpha, draws, seed)
	return ci[0]
}

// basicBootstrap is BasicBootstrap for several statistics of the same resamples.
func basicBootstrap(n, stats int, statistic func(units []int, out []float64), alpha float64, draws int, seed uint64) []*Interval {
	result := make([]*Interval, stats)
	if n < 2 {
		return result
	}
	units, out := make([]int, n), make([]float64, stats)
	for i := range units {
		units[i] = i
	}
	statistic(units, out)
	estimate := append([]float64(nil), out...)
	sims := make([][]float64, stats)
	rng := newRand(seed, "bootstrap")
	for range draws {
		for i := range units {
			units[i] = rng.IntN(n)
		}
		statistic(units, out)
		for s, v := range out {
			if !math.IsNaN(v) {
				sims[s] = append(sims[s], v)
			}
		}
	}
	for s := range sims {
		if len(sims[s]) == 0 || math.IsNaN(estimate[s]) {
			continue
		}
		sort.Float64s(sims[s])
		result[s] = &Interval{2*estimate[s] - quantileSorted(sims[s], 1-alpha/2), 2*estimate[s] - quantileSorted(sims[s], alpha/2)}
	}
	return result
}

package stat

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// NegBinomialCDF is P(Y <= k) of a negative binomial count with mean mu and size r (variance mu + mu^2/r):
// I(r/(r+mu); r, k+1), the regularized incomplete beta function.
func NegBinomialCDF(k int, r, mu float64) float64 {
	if k < 0 {
		return 0
	}
	return mathext.RegIncBeta(r, float64(k)+1, r/(r+mu))
}

// negBinomialTail is P(Y >= k), without the cancellation of 1 - CDF.
func negBinomialTail(k int, r, mu float64) float64 {
	if k <= 0 {
		return 1
	}
	return mathext.RegIncBeta(float64(k), r, mu/(r+mu))
}

// NegBinomialQuantile is the smallest k with P(Y <= k) >= p, for 0 <= p < 1.
func NegBinomialQuantile(p, r, mu float64) int {
	return countQuantile(p, mu, func(k int) float64 { return NegBinomialCDF(k, r, mu) })
}

// PoissonCDF is P(Y <= k) of a Poisson count with mean mu.
func PoissonCDF(k int, mu float64) float64 {
	if k < 0 {
		return 0
	}
	return mathext.GammaIncRegComp(float64(k)+1, mu)
}

// poissonTail is P(Y >= k), without the cancellation of 1 - CDF.
func poissonTail(k int, mu float64) float64 {
	if k <= 0 {
		return 1
	}
	return mathext.GammaIncReg(float64(k), mu)
}

// PoissonQuantile is the smallest k with P(Y <= k) >= p, for 0 <= p < 1.
func PoissonQuantile(p, mu float64) int {
	return countQuantile(p, mu, func(k int) float64 { return PoissonCDF(k, mu) })
}

// BinomialQuantile is the smallest k with P(Y <= k) >= p, Y binomial with n trials of probability prob.
func BinomialQuantile(p float64, n int, prob float64) int {
	b := distuv.Binomial{N: float64(n), P: prob}
	return sort.Search(n, func(k int) bool { return b.CDF(float64(k)) >= p*(1-64*epsilon) })
}

// epsilon is the spacing of float64 at 1. Quantiles allow 64 of it, as R does, so that a CDF that equals p up to
// rounding counts as reaching p.
const epsilon = 2.220446e-16

// countQuantile searches the smallest k with cdf(k) >= p: doubling from the mean, then bisection.
func countQuantile(p, mean float64, cdf func(int) float64) int {
	target := p * (1 - 64*epsilon)
	hi := int(mean) + 1
	for cdf(hi) < target && hi < 1<<40 {
		hi *= 2
	}
	return sort.Search(hi, func(k int) bool { return cdf(k) >= target })
}

// logChoose is the logarithm of the binomial coefficient n over k.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// HypergeometricPMF is the probability of k marked items among draws items taken without replacement from a population
// of which marked are marked.
func HypergeometricPMF(k, draws, marked, population int) float64 {
	if k < max(0, draws+marked-population) || k > min(draws, marked) {
		return 0
	}
	return math.Exp(logChoose(marked, k) + logChoose(population-marked, draws-k) - logChoose(population, draws))
}

// Quantile is the sample quantile p of xs by linear interpolation at (n-1)p (Hyndman & Fan 1996, type 7: R's default and
// ClickHouse's quantileExactInclusive). xs need not be sorted and is not changed. NaN if xs is empty.
func Quantile(xs []float64, p float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return quantileSorted(s, p)
}

// QuantileSorted is Quantile of values that ascend already.
func QuantileSorted(xs []float64, p float64) float64 { return quantileSorted(xs, p) }

// quantileSorted is Quantile of a slice in ascending order.
func quantileSorted(s []float64, p float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	return interpolate(s, float64(len(s)-1)*p)
}

// interpolate reads an ascending slice at a fractional index, clamped to its ends.
func interpolate(s []float64, at float64) float64 {
	at = math.Min(math.Max(at, 0), float64(len(s)-1))
	i := int(at)
	if i == len(s)-1 {
		return s[i]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}

// Distribution summarizes durations or other skewed amounts, in the unit of the input. A mean is left out on purpose: with
// lognormal durations (sigma 1.5) the mean of 50 moves by 20% or more in two of three comparisons when nothing changed.
type Distribution struct {
	N                  int
	P25, P50, P75, P90 float64   // NaN if N = 0
	MedianCI           *Interval // order statistics, at least 95%; nil under 6 observations
	Warnings           []string
}

// Distribute computes the quantiles (type 7) of xs and the distribution-free interval of the median: the order statistics
// of ranks q and n+1-q with q the .025 quantile of Binomial(n, 1/2) (Conover, Practical Nonparametric Statistics, 3.2).
func Distribute(xs []float64) Distribution {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	d := Distribution{N: len(s), P25: quantileSorted(s, .25), P50: quantileSorted(s, .5), P75: quantileSorted(s, .75), P90: quantileSorted(s, .9)}
	if rank := BinomialQuantile(.025, len(s), .5); rank >= 1 {
		d.MedianCI = &Interval{s[rank-1], s[len(s)-rank]}
	}
	if d.N < 30 {
		d.Warnings = append(d.Warnings, WarnFewForChange)
	}
	return d
}

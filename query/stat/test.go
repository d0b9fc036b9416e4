package stat

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// sameProbability is R's tolerance when a two-sided exact test sums all outcomes "at most as likely" as the observed.
const sameProbability = 1 + 1e-7

// RateTest is a rate or a ratio of rates with its exact interval and two-sided p.
type RateTest struct {
	Estimate // Value: the ratio; N: events counted
	P        float64
}

// PoissonTest compares a count o with an expected count: Value = o/expected with Garwood's interval, P two-sided by the
// sum of all outcomes at most as likely. R: poisson.test(o, T = expected).
func PoissonTest(o int, expected, alpha float64) RateTest {
	ci := PoissonInterval(float64(o), alpha).scale(1 / expected)
	t := RateTest{Estimate: Estimate{Value: float64(o) / expected, CI: &ci, N: o}}
	pmf := func(k int) float64 { return distuv.Poisson{Lambda: expected}.Prob(float64(k)) }
	limit := pmf(o) * sameProbability
	switch {
	case float64(o) == expected:
		t.P = 1
	case float64(o) < expected:
		// Beyond the mode the probabilities only fall, so the first small enough one bounds the far tail.
		far := int(math.Ceil(expected))
		for pmf(far) > limit {
			far++
		}
		t.P = PoissonCDF(o, expected) + poissonTail(far, expected)
	default:
		far := int(math.Floor(expected))
		for far >= 0 && pmf(far) > limit {
			far--
		}
		t.P = PoissonCDF(far, expected) + poissonTail(o, expected)
	}
	t.P = math.Min(1, t.P)
	return t
}

// RateRatio compares the rates x1/t1 and x2/t2 (events per unit of exposure). Given x1+x2, x1 is binomial with
// probability t1/(t1+t2) under equal rates; the interval maps KornGraubard(x1, x1+x2, phi) to the ratio, phi >= 1 being
// the overdispersion of the counts. P is the exact two-sided binomial p and is only given for phi = 1 (else NaN: the
// interval is the inference). R: poisson.test(c(x1, x2), c(t1, t2)).
func RateRatio(x1 int, t1 float64, x2 int, t2 float64, phi, alpha float64) RateTest {
	n := x1 + x2
	pi := t1 / (t1 + t2)
	ci := oddsToRatio(KornGraubard(float64(x1), float64(n), phi, alpha), pi)
	t := RateTest{Estimate: Estimate{Value: float64(x1) / t1 / (float64(x2) / t2), CI: &ci, N: n}, P: math.NaN()}
	if phi == 1 {
		t.P = BinomialTest(x1, n, pi)
	}
	return t
}

// BinomialTest is the exact two-sided p of k successes in n trials against probability p0: the total probability of all
// outcomes at most as likely as k. R: binom.test.
func BinomialTest(k, n int, p0 float64) float64 {
	b := distuv.Binomial{N: float64(n), P: p0}
	limit := b.Prob(float64(k)) * sameProbability
	var p float64
	for i := 0; i <= n; i++ {
		if q := b.Prob(float64(i)); q <= limit {
			p += q
		}
	}
	return math.Min(1, p)
}

// FisherExact is the two-sided p of k1/n1 against k2/n2 by the sum of all tables at most as likely. R: fisher.test.
func FisherExact(k1, n1, k2, n2 int) float64 {
	limit := HypergeometricPMF(k1, n1, k1+k2, n1+n2) * sameProbability
	var p float64
	for k := 0; k <= n1; k++ {
		if q := HypergeometricPMF(k, n1, k1+k2, n1+n2); q <= limit {
			p += q
		}
	}
	return math.Min(1, p)
}

// FisherMidP is the mid-p version of Fisher's exact test of k1/n1 against k2/n2 (Lancaster 1961; Hirji 2006):
// min(1, 2 min(lower, upper)) where each tail counts the observed table half. It keeps the error rate near alpha, where the
// exact test is far below it.
func FisherMidP(k1, n1, k2, n2 int) float64 {
	var below, above float64
	for k := 0; k <= n1; k++ {
		q := HypergeometricPMF(k, n1, k1+k2, n1+n2)
		switch {
		case k < k1:
			below += q
		case k > k1:
			above += q
		default:
			below += q / 2
			above += q / 2
		}
	}
	return math.Min(1, 2*math.Min(below, above))
}

// ChiSquareTest is a chi-square statistic with one degree of freedom, its p and the direction of the trend.
type ChiSquareTest struct {
	Chi2, P   float64
	Direction int // +1 rising, -1 falling, 0 flat
}

// CochranArmitage tests a linear trend of the proportions events[i]/totals[i] over i = 1..k (Armitage, Biometrics 11
// (1955) 375-386), no continuity correction. R: prop.trend.test. Chi2 and P are NaN when nothing varies. The error names
// an impossible group.
func CochranArmitage(events, totals []int) (ChiSquareTest, error) {
	if len(events) != len(totals) {
		return ChiSquareTest{}, fmt.Errorf("stat: Cochran-Armitage has %d counts for %d totals: give one of each per group", len(events), len(totals))
	}
	var x, n, sumT, sumTT float64
	for i := range events {
		if events[i] < 0 || events[i] > totals[i] {
			return ChiSquareTest{}, fmt.Errorf("stat: Cochran-Armitage group %d has %d events of %d", i+1, events[i], totals[i])
		}
		score, m := float64(i+1), float64(totals[i])
		x += float64(events[i])
		n += m
		sumT += score * m
		sumTT += score * score * m
	}
	p := x / n
	var u float64
	for i := range events {
		u += (float64(i+1) - sumT/n) * (float64(events[i]) - float64(totals[i])*p)
	}
	v := p * (1 - p) * (sumTT - sumT*sumT/n)
	if !(v > 0) {
		return ChiSquareTest{Chi2: math.NaN(), P: math.NaN()}, nil
	}
	t := ChiSquareTest{Chi2: u * u / v}
	t.P = mathext.GammaIncRegComp(.5, t.Chi2/2)
	switch {
	case u > 0:
		t.Direction = 1
	case u < 0:
		t.Direction = -1
	}
	return t, nil
}

// BenjaminiHochberg turns p values into q values: the smallest false discovery rate at which each would be claimed,
// q(i) = min over j >= i of p(j) m/j with p ascending (JRSS B 57 (1995) 289-300). The result is in the order of ps. NaN
// is "not tested": it stays NaN and does not count in m.
func BenjaminiHochberg(ps []float64) []float64 {
	q := make([]float64, len(ps))
	order := make([]int, 0, len(ps))
	for i, p := range ps {
		q[i] = math.NaN()
		if !math.IsNaN(p) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return ps[order[a]] < ps[order[b]] })
	low, m := 1.0, float64(len(order))
	for rank := len(order); rank >= 1; rank-- {
		i := order[rank-1]
		low = math.Min(low, ps[i]*m/float64(rank))
		q[i] = low
	}
	return q
}

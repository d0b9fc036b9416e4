package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a closed interval. Its unit is that of the estimate it belongs to.
type Interval struct{ Lo, Hi float64 }

// Contains reports whether x lies in the interval, ends included.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// clip returns the interval cut to [lo, hi].
func (i Interval) clip(lo, hi float64) Interval {
	return Interval{math.Min(math.Max(i.Lo, lo), hi), math.Max(math.Min(i.Hi, hi), lo)}
}

// scale multiplies both ends by a factor >= 0.
func (i Interval) scale(f float64) Interval { return Interval{i.Lo * f, i.Hi * f} }

// zTwoSided is the standard normal quantile of 1 - alpha/2.
func zTwoSided(alpha float64) float64 { return distuv.UnitNormal.Quantile(1 - alpha/2) }

// tQuantile is the quantile p of Student's t with df degrees of freedom.
func tQuantile(df, p float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(p)
}

// tTwoSided is P(|T| >= |t|) of Student's t with df degrees of freedom: I(df/(df+t^2); df/2, 1/2), exact in the far tail.
func tTwoSided(t, df float64) float64 {
	if df <= 0 || math.IsNaN(t) {
		return math.NaN()
	}
	if math.IsInf(t, 0) {
		return 0
	}
	return mathext.RegIncBeta(df/2, .5, df/(df+t*t))
}

// normalTwoSided is P(|Z| >= |z|) of the standard normal, exact in the far tail.
func normalTwoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// betaQuantile is the quantile p of the beta distribution with shapes a, b > 0. gonum's inversion is checked against
// the distribution function and replaced by bisection where it missed (tiny shapes, far tails).
func betaQuantile(a, b, p float64) float64 {
	if p <= 0 {
		return 0
	}
	if p >= 1 {
		return 1
	}
	x := mathext.InvRegIncBeta(a, b, p)
	if x > 0 && x < 1 && math.Abs(mathext.RegIncBeta(a, b, x)-p) <= 1e-10*math.Min(p, 1-p)+1e-14 {
		return x
	}
	lo, hi := 0.0, 1.0
	for range 1100 { // enough halvings to walk through every power of two of a float64
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if mathext.RegIncBeta(a, b, mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// KornGraubard is the interval of a proportion o/n whose counts vary phi times as much as binomial ones: the exact
// Clopper-Pearson interval on the effective counts o/phi of n/phi,
//
//	lo = B(alpha/2; o/phi, (n-o)/phi + 1)    hi = B(1 - alpha/2; o/phi + 1, (n-o)/phi)
//
// with B the beta quantile; o = 0 gives lo = 0, o = n gives hi = 1, and phi = 1 is Clopper-Pearson itself. n <= 0 knows
// nothing: [0, 1]. Source: Korn & Graubard, Survey Methodology 24 (1998) 193-201.
func KornGraubard(o, n, phi, alpha float64) Interval {
	if !(n > 0) {
		return Interval{0, 1}
	}
	ci := Interval{0, 1}
	if o > 0 {
		ci.Lo = betaQuantile(o/phi, (n-o)/phi+1, alpha/2)
	}
	if o < n {
		ci.Hi = betaQuantile(o/phi+1, (n-o)/phi, 1-alpha/2)
	}
	return ci
}

// oddsToRatio maps an interval of the share p of events that fall into a window to the rate ratio window : rest, given
// the share pi of exposure in the window: [p/(1-p)] (1-pi)/pi. p = 1 maps to +Inf.
func oddsToRatio(ci Interval, pi float64) Interval {
	f := (1 - pi) / pi
	return Interval{ci.Lo / (1 - ci.Lo) * f, ci.Hi / (1 - ci.Hi) * f}
}

// PoissonInterval is the exact interval of a Poisson mean from one count o (Garwood 1936): gamma quantiles with shapes
// o (lower, 0 if o = 0) and o+1 (upper). Divide by the exposure for a rate. Same as R's poisson.test(o)$conf.int.
func PoissonInterval(o, alpha float64) Interval {
	var ci Interval
	if o > 0 {
		ci.Lo = mathext.GammaIncRegInv(o, alpha/2)
	}
	ci.Hi = mathext.GammaIncRegInv(o+1, 1-alpha/2)
	return ci
}

// Wilson is the score interval of the proportion k/n (Wilson, JASA 22 (1927) 209-212):
//
//	(k + z^2/2 -+ z sqrt(k(n-k)/n + z^2/4)) / (n + z^2)
//
// n = 0 gives [0, 1].
func Wilson(k, n int, alpha float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	z := zTwoSided(alpha)
	x, m := float64(k), float64(n)
	mid, half := x+z*z/2, z*math.Sqrt(x*(m-x)/m+z*z/4)
	ci := Interval{(mid - half) / (m + z*z), (mid + half) / (m + z*z)}
	if k == 0 { // zero exactly, not a rounding error beside it
		ci.Lo = 0
	}
	if k == n {
		ci.Hi = 1
	}
	return ci
}

// Jeffreys is the equal-tailed interval of the proportion k/n under the prior Beta(1/2, 1/2), with lo = 0 at k = 0 and
// hi = 1 at k = n (Brown, Cai & DasGupta, Statistical Science 16 (2001) 101-133). n = 0 gives [0, 1].
func Jeffreys(k, n int, alpha float64) Interval {
	ci := Interval{0, 1}
	a, b := float64(k)+.5, float64(n-k)+.5
	if k > 0 {
		ci.Lo = betaQuantile(a, b, alpha/2)
	}
	if k < n {
		ci.Hi = betaQuantile(a, b, 1-alpha/2)
	}
	return ci
}

// Newcombe is the interval of the difference k1/n1 - k2/n2 from the two Wilson intervals [l, u] (Newcombe, Statistics in
// Medicine 17 (1998) 873-890, method 10):
//
//	d - sqrt((p1-l1)^2 + (u2-p2)^2),  d + sqrt((u1-p1)^2 + (p2-l2)^2)
//
// An empty group gives [-1, 1].
func Newcombe(k1, n1, k2, n2 int, alpha float64) Interval {
	if n1 <= 0 || n2 <= 0 {
		return Interval{-1, 1}
	}
	return Difference(float64(k1)/float64(n1), Wilson(k1, n1, alpha), float64(k2)/float64(n2), Wilson(k2, n2, alpha)).clip(-1, 1)
}

// Difference is the interval of a - b from the intervals of two independent estimates: Newcombe's with intervals of any kind (MOVER; Zou
// and Donner, Statistics in Medicine 27 (2008) 1693-1702).
func Difference(a float64, ofA Interval, b float64, ofB Interval) Interval {
	return Interval{a - b - math.Hypot(a-ofA.Lo, ofB.Hi-b), a - b + math.Hypot(ofA.Hi-a, b-ofB.Lo)}
}

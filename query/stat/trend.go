package stat

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// KendallTest is the outcome of MannKendall.
type KendallTest struct {
	N     int
	S     int     // concordant minus discordant pairs
	Var   float64 // variance of S under no trend, corrected for ties
	Z     float64 // (|S|-1)/sqrt(Var) with the sign of S; 0 if S = 0
	PNorm float64 // two-sided, normal
	P     float64 // exact if Exact, else PNorm
	Exact bool
	TauB  float64
}

// exactKendall is the longest series for which the exact distribution of S is worth its cubic cost; beyond, the normal
// approximation agrees to three digits.
const exactKendall = 60

// MannKendall tests whether a series, oldest first, tends to rise or fall (Mann 1945, Kendall 1975):
// S = sum over i<j of sign(y_j - y_i). P is exact for series without ties of at most 60 values, else normal with
// continuity correction and Var = [n(n-1)(2n+5) - sum over ties t(t-1)(2t+5)]/18.
func MannKendall(y []float64) KendallTest {
	k := KendallTest{N: len(y)}
	for i := range y {
		for j := i + 1; j < len(y); j++ {
			k.S += sign(y[j] - y[i])
		}
	}
	n := float64(len(y))
	k.Var = n * (n - 1) * (2*n + 5)
	ties := tieSizes(y)
	for _, t := range ties {
		k.Var -= t * (t - 1) * (2*t + 5)
	}
	k.Var /= 18
	k.PNorm = 1
	if k.S != 0 {
		k.Z = (math.Abs(float64(k.S)) - 1) / math.Sqrt(k.Var) * float64(sign(float64(k.S)))
		k.PNorm = normalTwoSided(k.Z)
	}
	k.P = k.PNorm
	if len(ties) == 0 && len(y) <= exactKendall {
		k.P, k.Exact = exactKendallP(len(y), k.S), true
	}
	time := make([]float64, len(y))
	for i := range time {
		time[i] = float64(i)
	}
	k.TauB = TauB(time, y)
	return k
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// tieSizes returns the sizes of all groups of two or more equal values.
func tieSizes(y []float64) []float64 {
	s := append([]float64(nil), y...)
	sort.Float64s(s)
	var sizes []float64
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if j-i > 1 {
			sizes = append(sizes, float64(j-i))
		}
		i = j
	}
	return sizes
}

// exactKendallP is P(|S'| >= |s|) over all orders of n different values. S = n(n-1)/2 - 2 inversions; the number of
// inversions of a random order is a sum of independent uniforms on 0..i, whose distribution is built by convolution.
func exactKendallP(n, s int) float64 {
	prob := []float64{1}
	for i := 1; i < n; i++ {
		next := make([]float64, len(prob)+i)
		for k, p := range prob {
			for j := 0; j <= i; j++ {
				next[k+j] += p / float64(i+1)
			}
		}
		prob = next
	}
	if s < 0 {
		s = -s
	}
	pairs := n * (n - 1) / 2
	var p float64
	for inv, q := range prob {
		if d := pairs - 2*inv; d >= s || -d >= s {
			p += q
		}
	}
	return math.Min(1, p)
}

// TauB is Kendall's rank correlation with correction for ties, S / sqrt((n0-n1)(n0-n2)) with n0 all pairs and n1, n2 the
// pairs tied in x, y (Kendall 1945). NaN if x or y is constant. (gonum's stat.Kendall is tau-a and counts ties as
// concordant.)
func TauB(x, y []float64) float64 {
	var s, untiedX, untiedY int
	for i := range x {
		for j := i + 1; j < len(x); j++ {
			dx, dy := sign(x[j]-x[i]), sign(y[j]-y[i])
			s += dx * dy
			untiedX += dx * dx
			untiedY += dy * dy
		}
	}
	return float64(s) / math.Sqrt(float64(untiedX)*float64(untiedY))
}

// TheilSen is the median slope of y per step over all pairs, y oldest first and equally spaced (Theil 1950, Sen 1968). Its
// interval reads the sorted slopes at ranks (M - C)/2 and (M + C)/2 + 1, interpolated, with M slopes and C = z sqrt(Var S)
// (Gilbert, Statistical Methods for Environmental Pollution Monitoring, 16.4.2). CI is nil under 4 values.
func TheilSen(y []float64, alpha float64) Estimate {
	var slopes []float64
	for i := range y {
		for j := i + 1; j < len(y); j++ {
			slopes = append(slopes, (y[j]-y[i])/float64(j-i))
		}
	}
	sort.Float64s(slopes)
	e := Estimate{Value: quantileSorted(slopes, .5), N: len(y)}
	if len(y) < 4 {
		e.Warnings = append(e.Warnings, "fewer than 4 values: no interval")
		return e
	}
	m, c := float64(len(slopes)), zTwoSided(alpha)*math.Sqrt(MannKendall(y).Var)
	e.CI = &Interval{interpolate(slopes, (m-c)/2-1), interpolate(slopes, (m+c)/2)}
	return e
}

const (
	trendPeriods   = 6
	trendPerPeriod = 10
)

// ErrShortHistory says that a trend was refused for lack of data.
var ErrShortHistory = errors.New("stat: too short a history for a trend")

// MedianTrend is a trend of quarterly medians.
type MedianTrend struct {
	Test    KendallTest
	Slope   Estimate // units of the values per period
	Medians []float64
}

// TrendOfMedians tests the medians of consecutive periods, oldest first: Mann-Kendall and Sen's slope. It refuses, with
// ErrShortHistory, fewer than 6 periods or any with fewer than 10 values.
func TrendOfMedians(periods [][]float64, alpha float64) (MedianTrend, error) {
	if len(periods) < trendPeriods {
		return MedianTrend{}, fmt.Errorf("%w: %d periods, %d needed", ErrShortHistory, len(periods), trendPeriods)
	}
	medians := make([]float64, len(periods))
	for i, p := range periods {
		if len(p) < trendPerPeriod {
			return MedianTrend{}, fmt.Errorf("%w: period %d has %d values, %d needed", ErrShortHistory, i+1, len(p), trendPerPeriod)
		}
		medians[i] = Quantile(p, .5)
	}
	return MedianTrend{Test: MannKendall(medians), Slope: TheilSen(medians, alpha), Medians: medians}, nil
}

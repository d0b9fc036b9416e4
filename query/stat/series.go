package stat

import (
	"fmt"
	"math"
)

const (
	seriesMaxOrder = 8
	seriesMaxLag   = 6
	seriesMinWeeks = 52
	seriesLags     = seriesMaxLag + 1
)

// SeriesResult is the lagged association of a driver with incidents.
type SeriesResult struct {
	N         int                 // weeks after filtering
	Columns   int                 // regressors taken out, without the constant
	Order     int                 // of the driver's autoregression
	Lags      [seriesLags]float64 // r of the driver's week t with incidents of week t+k, k = 0..6
	LagP      [seriesLags]float64 // two-sided p of each lag by itself
	Lag       int                 // of the largest |r|
	R         float64
	CI        *Interval // of R, at the level that allows for 7 lags
	P         float64   // 1 - (1-p)^7
	DF        float64
	Warnings  []string
	Exhausted bool // no degrees of freedom left; nothing was tested
}

// CorrelateSeries asks whether weeks with more of a driver (merges, traffic) are followed by more incidents. Weekly x =
// log(driver + 1) and y = sqrt(incidents + 3/8) (Anscombe 1948) are cleared of trend, annual wave (from 104 weeks on) and 13
// dummies for lags -6..+6 of the org events, so that a common calendar does not pass for an association; both are then
// filtered by x's autoregression (Yule-Walker, order <= 8 by AIC), so that slow waves do not either (Box & Jenkins
// prewhitening). r_k is the cross-correlation at k = 0..6 weeks; P is two-sided t with df = n - columns - 2 and Sidak's
// correction for 7 lags. The interval is Fisher's z at the corrected level.
//
// events are week indices of org events. Errors: series of different length, fewer than 52 weeks, a negative or missing value,
// or a driver that does not vary.
func CorrelateSeries(driver, incidents []float64, events []int) (SeriesResult, error) {
	n := len(driver)
	if n != len(incidents) {
		return SeriesResult{}, fmt.Errorf("stat: %d weeks of the driver for %d weeks of incidents", n, len(incidents))
	}
	if n < seriesMinWeeks {
		return SeriesResult{N: n}, fmt.Errorf("stat: a correlation of series needs %d weeks, there are %d", seriesMinWeeks, n)
	}
	x, y := make([]float64, n), make([]float64, n)
	for t := range x {
		if !(driver[t] >= 0) || !(incidents[t] >= 0) {
			return SeriesResult{}, fmt.Errorf("stat: week %d has the impossible value %v or %v", t, driver[t], incidents[t])
		}
		x[t], y[t] = math.Log(driver[t]+1), math.Sqrt(incidents[t]+3./8)
	}
	basis := calendarBasis(n, events)
	varied := sumSquares(centered(x))
	x, y = residuals(x, basis), residuals(y, basis)
	if !(sumSquares(x) > 1e-9*varied) || !(sumSquares(y) > 0) {
		return SeriesResult{N: n}, fmt.Errorf("stat: nothing varies beyond trend, season and events")
	}
	r := prewhiten(x, y)
	r.Columns = len(basis) - 1
	r.test()
	return r, nil
}

// prewhiten filters both series by x's autoregression and cross-correlates them. x and y must have mean 0 or a constant one.
func prewhiten(x, y []float64) SeriesResult {
	ar := yuleWalker(x, seriesMaxOrder)
	fx, fy := arFilter(x, ar), arFilter(y, ar)
	r := SeriesResult{N: len(fx), Order: len(ar)}
	for k := range r.Lags {
		r.Lags[k] = crossCorrelation(fx, fy, k)
		if math.Abs(r.Lags[k]) > math.Abs(r.R) {
			r.Lag, r.R = k, r.Lags[k]
		}
	}
	return r
}

// test adds p values and the interval.
func (r *SeriesResult) test() {
	r.DF = float64(r.N - r.Columns - 2)
	r.P = math.NaN()
	if r.DF < 2 {
		r.Exhausted = true
		r.Warnings = append(r.Warnings, "too few weeks for the calendar effects taken out")
		return
	}
	for k, c := range r.Lags {
		r.LagP[k] = tTwoSided(c*math.Sqrt(r.DF/(1-c*c)), r.DF)
	}
	r.P = -math.Expm1(seriesLags * math.Log1p(-r.LagP[r.Lag]))
	alpha := -math.Expm1(math.Log1p(-verdictAlpha) / seriesLags)
	half := zTwoSided(alpha) / math.Sqrt(r.DF-1)
	z := math.Atanh(r.R)
	r.CI = &Interval{math.Tanh(z - half), math.Tanh(z + half)}
}

// calendarBasis is an orthonormal basis of constant, trend, annual wave and event-lag dummies; columns that add nothing to
// those before them are left out. The constant is always first.
func calendarBasis(n int, events []int) [][]float64 {
	column := func(f func(t int) float64) []float64 {
		c := make([]float64, n)
		for t := range c {
			c[t] = f(t)
		}
		return c
	}
	columns := [][]float64{
		column(func(int) float64 { return 1 }),
		column(func(t int) float64 { return float64(t) }),
	}
	if n >= seasonWeeks {
		columns = append(columns,
			column(func(t int) float64 { return math.Sin(2 * math.Pi * float64(t) / weeksPerYear) }),
			column(func(t int) float64 { return math.Cos(2 * math.Pi * float64(t) / weeksPerYear) }))
	}
	for lag := -maxLag; lag <= maxLag; lag++ {
		c := make([]float64, n)
		for _, e := range events {
			if t := e + lag; t >= 0 && t < n {
				c[t] = 1
			}
		}
		columns = append(columns, c)
	}
	var basis [][]float64
	for _, c := range columns {
		before := sumSquares(c)
		r := residuals(residuals(c, basis), basis) // twice: Gram-Schmidt loses orthogonality in one pass
		if after := sumSquares(r); after > 1e-10*before && before > 0 {
			f := 1 / math.Sqrt(after)
			for t := range r {
				r[t] *= f
			}
			basis = append(basis, r)
		}
	}
	return basis
}

// residuals is x minus its projection on an orthonormal basis.
func residuals(x []float64, basis [][]float64) []float64 {
	r := append([]float64(nil), x...)
	for _, b := range basis {
		var dot float64
		for t := range r {
			dot += b[t] * r[t]
		}
		for t := range r {
			r[t] -= dot * b[t]
		}
	}
	return r
}

func sumSquares(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v * v
	}
	return s
}

// centered is x minus its mean.
func centered(x []float64) []float64 {
	var mean float64
	for _, v := range x {
		mean += v / float64(len(x))
	}
	c := make([]float64, len(x))
	for t := range x {
		c[t] = x[t] - mean
	}
	return c
}

// yuleWalker fits an autoregression to x by the Levinson-Durbin recursion on autocovariances with divisor n, the order
// 0..maxOrder chosen by AIC = n log(variance) + 2 order (Brockwell & Davis, 5.1). R: ar.yw(x, order.max).
func yuleWalker(x []float64, maxOrder int) []float64 {
	n := len(x)
	d := centered(x)
	cov := make([]float64, maxOrder+1)
	for k := range cov {
		for t := k; t < n; t++ {
			cov[k] += d[t] * d[t-k] / float64(n)
		}
	}
	var best, ar []float64
	variance := cov[0]
	bestAIC := float64(n) * math.Log(variance)
	for order := 1; order <= maxOrder && variance > 0; order++ {
		reflection := cov[order]
		for i, a := range ar {
			reflection -= a * cov[order-1-i]
		}
		reflection /= variance
		next := make([]float64, order)
		for i, a := range ar {
			next[i] = a - reflection*ar[order-2-i]
		}
		next[order-1] = reflection
		ar = next
		variance *= 1 - reflection*reflection
		if aic := float64(n)*math.Log(variance) + 2*float64(order); aic < bestAIC {
			best, bestAIC = ar, aic
		}
	}
	return best
}

// arFilter returns x_t - sum a_i x_{t-i} from the first t that has all terms.
func arFilter(x, ar []float64) []float64 {
	out := make([]float64, 0, len(x))
	for t := len(ar); t < len(x); t++ {
		v := x[t]
		for i, a := range ar {
			v -= a * x[t-1-i]
		}
		out = append(out, v)
	}
	return out
}

// crossCorrelation of x at t with y at t+k: means, deviations and the divisor n are those of the whole series. R: ccf.
func crossCorrelation(x, y []float64, k int) float64 {
	dx, dy := centered(x), centered(y)
	var s float64
	for t := 0; t+k < len(x); t++ {
		s += dx[t] * dy[t+k]
	}
	return s / math.Sqrt(sumSquares(dx)*sumSquares(dy))
}

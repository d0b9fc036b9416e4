package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	spikeQuantile  = .99
	spikeThreshold = 2.58 // Anscombe residual above which a past spike is weighed down
	spikeMinCount  = 3    // two incidents in a quiet week are no spike, however rare
	spikeMinWeeks  = 26
	spikeMinTotal  = 30
	seasonWeeks    = 104          // two years: below, an annual wave cannot be told from a trend
	weeksPerYear   = 365.25 / 7.0 // period of the annual wave
)

// Week is one week of a spike scan.
type Week struct {
	Index    int     // position in the input
	Count    float64 // incidents
	Expected float64 // mean of the robust model
	Upper    int     // .99 quantile: counts above it are unusual
	Weight   float64 // weight in the refit; below the others where the week was a spike itself
	P        float64 // P(count or more)
	Q        float64 // Benjamini-Hochberg over all weeks
	Flagged  bool    // above Upper and at least 3
	Emphasis bool    // flagged and q < .1
}

// SpikeResult is the outcome of Spikes.
type SpikeResult struct {
	Weeks    []Week // observed weeks only
	N        int    // observed weeks
	Phi      float64
	Beta     []float64 // log scale: intercept, per week, then annual sine and cosine if fitted
	Warnings []string
}

// Spikes finds weeks with more incidents than trend and season explain: a quasi-Poisson log-linear model on complete
// weeks (trend; annual sine and cosine from 104 weeks on), refitted with past spikes weighed down by their Anscombe
// residual
//
//	r = 1.5 (y^(2/3) mu^(-1/6) - sqrt(mu)) / sqrt(phi (1-h))
//
// so that they do not hide later ones. Weight gamma/r^2 if r > 2.58, else gamma, with weights summing to n. The limit is
// the .99 quantile of a negative binomial with that mean and size mu/(phi-1), or of a Poisson if phi = 1. Source:
// Farrington et al., JRSS A 159 (1996) 547-563; residual and weights as in R's surveillance.
//
// counts are incidents per week, oldest first; observed nil means all. Unobserved weeks keep their place in time but are
// neither fitted nor judged. Errors: fewer than 26 observed weeks, fewer than 30 incidents.
func Spikes(counts []float64, observed []bool) (SpikeResult, error) {
	if observed != nil && len(observed) != len(counts) {
		return SpikeResult{}, fmt.Errorf("stat: spikes have %d weeks but %d observation marks", len(counts), len(observed))
	}
	var index []int
	var y []float64
	var total float64
	for t, c := range counts {
		if observed != nil && !observed[t] {
			continue
		}
		if !(c >= 0) || math.IsInf(c, 0) {
			return SpikeResult{}, fmt.Errorf("stat: week %d has the impossible count %v", t, c)
		}
		index, y, total = append(index, t), append(y, c), total+c
	}
	if len(y) < spikeMinWeeks || total < spikeMinTotal {
		return SpikeResult{N: len(y)}, fmt.Errorf("stat: spikes need %d weeks and %d incidents, there are %d and %.0f", spikeMinWeeks, spikeMinTotal, len(y), total)
	}
	x := spikeDesign(index)
	first, err := fitPoisson(x, y, nil)
	if err != nil {
		return SpikeResult{N: len(y)}, err
	}
	weights := spikeWeights(anscombe(y, first))
	fit, err := fitPoisson(x, y, weights)
	if err != nil {
		return SpikeResult{N: len(y)}, err
	}
	phi := math.Max(1, fit.phi)
	r := SpikeResult{Weeks: make([]Week, len(y)), N: len(y), Phi: phi, Beta: fit.beta}
	if len(y) < seasonWeeks {
		r.Warnings = append(r.Warnings, "under two years: season is not taken out")
	}
	ps := make([]float64, len(y))
	for i := range y {
		w := Week{Index: index[i], Count: y[i], Expected: fit.mu[i], Weight: weights[i]}
		w.Upper, w.P = upperCount(y[i], fit.mu[i], phi)
		w.Flagged = y[i] > float64(w.Upper) && y[i] >= spikeMinCount
		ps[i], r.Weeks[i] = w.P, w
	}
	for i, q := range BenjaminiHochberg(ps) {
		r.Weeks[i].Q = q
		r.Weeks[i].Emphasis = r.Weeks[i].Flagged && q < .1
	}
	return r, nil
}

// spikeDesign has an intercept, the week number and, from 104 weeks on, the annual wave.
func spikeDesign(index []int) *mat.Dense {
	cols := 2
	if len(index) >= seasonWeeks {
		cols = 4
	}
	x := mat.NewDense(len(index), cols, nil)
	for i, t := range index {
		a := 2 * math.Pi * float64(t) / weeksPerYear
		x.SetRow(i, []float64{1, float64(t), math.Sin(a), math.Cos(a)}[:cols])
	}
	return x
}

// anscombe returns the standardized Anscombe residuals of a fit, with its dispersion floored at 1.
func anscombe(y []float64, f *poissonFit) []float64 {
	phi := math.Max(1, f.phi)
	r := make([]float64, len(y))
	for i := range y {
		mu := f.mu[i]
		r[i] = 1.5 * (math.Pow(y[i], 2./3)*math.Pow(mu, -1./6) - math.Sqrt(mu)) / math.Sqrt(phi*(1-f.hat[i]))
	}
	return r
}

// spikeWeights turns residuals into weights that sum to their number.
func spikeWeights(r []float64) []float64 {
	w := make([]float64, len(r))
	var sum float64
	for i := range r {
		w[i] = 1
		if r[i] > spikeThreshold {
			w[i] = 1 / (r[i] * r[i])
		}
		sum += w[i]
	}
	for i := range w {
		w[i] *= float64(len(r)) / sum
	}
	return w
}

// upperCount returns the .99 quantile of a count with mean mu and variance phi mu, and P(count >= y).
func upperCount(y, mu, phi float64) (int, float64) {
	k := int(math.Ceil(y))
	if phi-1 < 1e-6 { // the negative binomial's size would exceed what its beta function can resolve
		return PoissonQuantile(spikeQuantile, mu), poissonTail(k, mu)
	}
	size := mu / (phi - 1)
	return NegBinomialQuantile(spikeQuantile, size, mu), negBinomialTail(k, size, mu)
}

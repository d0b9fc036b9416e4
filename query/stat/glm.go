package stat

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// poissonFit is a fitted log-linear model E(y) = exp(X beta), Var(y) = phi E(y).
type poissonFit struct {
	beta []float64
	cov  *mat.Dense // unscaled covariance of beta: (X'WX)^-1; multiply by the dispersion
	mu   []float64  // fitted means
	hat  []float64  // leverages
	phi  float64    // Pearson chi-square / (n - columns), not floored
	df   float64    // n - columns
}

var errNoConvergence = errors.New("stat: the log-linear model did not converge: the counts are nearly all zero or the columns are collinear")

// fitPoisson fits a quasi-Poisson model with log link by iteratively reweighted least squares (McCullagh & Nelder,
// Generalized Linear Models, 2.5), as R's glm(y ~ X - 1, quasipoisson, weights). x has one row per observation; weights
// nil means 1. Each step solves the weighted least squares of the working response by QR.
func fitPoisson(x *mat.Dense, y, weights []float64) (*poissonFit, error) {
	n, cols := x.Dims()
	if n <= cols {
		return nil, fmt.Errorf("stat: %d observations cannot fit %d coefficients", n, cols)
	}
	prior := func(i int) float64 {
		if weights == nil {
			return 1
		}
		return weights[i]
	}
	f := &poissonFit{mu: make([]float64, n), hat: make([]float64, n), df: float64(n - cols)}
	for i := range y {
		f.mu[i] = y[i] + .1 // R's start
	}
	wx, wz := mat.NewDense(n, cols, nil), mat.NewVecDense(n, nil)
	working := make([]float64, n) // weights of the current step
	var qr mat.QR
	var beta mat.VecDense
	last, converged := math.Inf(1), false
	for range 50 {
		for i := range y {
			working[i] = prior(i) * f.mu[i]
			w := math.Sqrt(working[i])
			for j := range cols {
				wx.Set(i, j, w*x.At(i, j))
			}
			wz.SetVec(i, w*(math.Log(f.mu[i])+(y[i]-f.mu[i])/f.mu[i]))
		}
		qr.Factorize(wx)
		if err := qr.SolveVecTo(&beta, false, wz); err != nil {
			return nil, errNoConvergence
		}
		var deviance float64
		for i := range y {
			f.mu[i] = math.Exp(mat.Dot(x.RowView(i), &beta))
			if y[i] > 0 {
				deviance += 2 * prior(i) * y[i] * math.Log(y[i]/f.mu[i])
			}
			deviance -= 2 * prior(i) * (y[i] - f.mu[i])
		}
		if math.IsNaN(deviance) || math.IsInf(deviance, 0) {
			return nil, errNoConvergence
		}
		if converged = math.Abs(deviance-last) < 1e-8*(math.Abs(deviance)+.1); converged {
			break
		}
		last = deviance
	}
	if !converged {
		return nil, errNoConvergence
	}
	f.beta = mat.Col(nil, 0, &beta)
	return f, f.finish(wx, y, working)
}

// finish computes covariance, leverages and dispersion. As in R, they use the weighted design of the last step: the
// difference is in the sixth digit, and it keeps our numbers equal to R's.
func (f *poissonFit) finish(wx *mat.Dense, y, working []float64) error {
	_, cols := wx.Dims()
	var info, inv mat.Dense
	info.Mul(wx.T(), wx)
	if err := inv.Inverse(&info); err != nil {
		return errNoConvergence
	}
	f.cov = &inv
	var pearson float64
	row := mat.NewVecDense(cols, nil)
	for i := range y {
		row.CopyVec(wx.RowView(i))
		f.hat[i] = mat.Inner(row, &inv, row)
		r := (y[i] - f.mu[i]) / f.mu[i]
		pearson += working[i] * r * r
	}
	f.phi = pearson / f.df
	return nil
}

// CountTrend is the multiplicative change of a count per period.
type CountTrend struct {
	Estimate         // Value: factor per period (1.1 = +10%), N: periods
	P        float64 // two-sided, t(n-2)
	Phi      float64 // dispersion, floored at 1
}

// TrendOfCounts fits log E(y_t) = a + b t with dispersion phi = max(1, Pearson) and returns exp(b) with its t(n-2)
// interval. Needs at least 4 periods and one count above zero.
func TrendOfCounts(y []float64, alpha float64) (CountTrend, error) {
	if len(y) < 4 {
		return CountTrend{}, fmt.Errorf("stat: a trend of counts needs 4 periods, there are %d", len(y))
	}
	x := mat.NewDense(len(y), 2, nil)
	for i := range y {
		x.SetRow(i, []float64{1, float64(i)})
	}
	f, err := fitPoisson(x, y, nil)
	if err != nil {
		return CountTrend{}, err
	}
	phi := math.Max(1, f.phi)
	b, se := f.beta[1], math.Sqrt(phi*f.cov.At(1, 1))
	half := tQuantile(f.df, 1-alpha/2) * se
	return CountTrend{
		Estimate: Estimate{Value: math.Exp(b), CI: &Interval{math.Exp(b - half), math.Exp(b + half)}, N: len(y)},
		P:        tTwoSided(b/se, f.df),
		Phi:      phi,
	}, nil
}

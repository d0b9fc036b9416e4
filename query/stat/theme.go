package stat

import (
	"fmt"
	"math"
)

const (
	themeMinTotal    = 10
	themeMinQuarters = 4
	minGroup         = 5
)

// ThemeTrend is the trend of one theme's share of incidents over consecutive periods.
type ThemeTrend struct {
	Shares    []Estimate // per period, Wilson; NaN under 10 incidents
	Test      ChiSquareTest
	Q         float64 // Benjamini-Hochberg across themes; NaN: not tested
	Direction int     // of the test; 0 if not tested
	Warnings  []string
}

// ThemeTrends tests each theme (rows of counts, oldest period first) for a trend of its share in totals by
// Cochran-Armitage over all periods instead of comparing adjacent ones, with Benjamini-Hochberg across themes. Under 4
// periods with at least 10 incidents nothing is tested: shares only. The error names a theme whose counts do not fit.
func ThemeTrends(counts [][]int, totals []int, alpha float64) ([]ThemeTrend, error) {
	full := 0
	for _, n := range totals {
		if n >= themeMinTotal {
			full++
		}
	}
	trends := make([]ThemeTrend, len(counts))
	ps := make([]float64, len(counts))
	for i, row := range counts {
		test, err := CochranArmitage(row, totals)
		if err != nil {
			return nil, fmt.Errorf("theme %d: %w", i+1, err)
		}
		t := &trends[i]
		for q := range row {
			t.Shares = append(t.Shares, Share(row[q], totals[q], themeMinTotal, alpha))
		}
		ps[i] = math.NaN()
		if full < themeMinQuarters {
			t.Test = ChiSquareTest{Chi2: math.NaN(), P: math.NaN()}
			t.Warnings = append(t.Warnings, fmt.Sprintf("a trend needs %d periods of %d incidents, there are %d", themeMinQuarters, themeMinTotal, full))
			continue
		}
		t.Test, t.Direction, ps[i] = test, test.Direction, test.P
	}
	for i, q := range BenjaminiHochberg(ps) {
		trends[i].Q = q
	}
	return trends, nil
}

// ShareDifference is k1/n1 - k2/n2 with Newcombe's interval and the mid-p Fisher p. Under 10 in either denominator value
// and p are NaN: counts only.
func ShareDifference(k1, n1, k2, n2 int, alpha float64) (Estimate, float64) {
	if min(n1, n2) < themeMinTotal {
		return Estimate{Value: math.NaN(), N: n1 + n2, Warnings: []string{WarnSmallGroup}}, math.NaN()
	}
	ci := Newcombe(k1, n1, k2, n2, alpha)
	return Estimate{Value: float64(k1)/float64(n1) - float64(k2)/float64(n2), CI: &ci, N: n1 + n2}, FisherMidP(k1, n1, k2, n2)
}

// Suppress marks the groups of people whose figures must not be shown: those under 5, and, if there are any, also the
// next-smallest group, so that the total minus the shown groups does not reveal them. Empty groups hide nobody and stay.
func Suppress(sizes []int) []bool {
	hide := make([]bool, len(sizes))
	small, next := false, -1
	for i, n := range sizes {
		switch {
		case n <= 0:
		case n < minGroup:
			hide[i], small = true, true
		case next < 0 || n < sizes[next]:
			next = i
		}
	}
	if small && next >= 0 {
		hide[next] = true
	}
	return hide
}

package stat

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Verdict says in one word what a scan found.
type Verdict string

const (
	// Insufficient: fewer than 4 usable occurrences or fewer than 30 incidents. Not tested.
	Insufficient Verdict = "insufficient"
	// Supported: q < .05, at least two thirds of the occurrences agree, and the interval excludes 1.
	Supported Verdict = "supported"
	// NotDetected: not supported, and a doubling would probably have been found.
	NotDetected Verdict = "not_detected"
	// Inconclusive: not supported, and only an effect above doubling would probably have been found.
	Inconclusive Verdict = "inconclusive"
	// Explained: supported alone, but nothing is left once another supported category is taken into account.
	Explained Verdict = "explained_by"
	// Inseparable: supported, but it and another category explain each other; the data cannot tell them apart.
	Inseparable Verdict = "inseparable"
)

const (
	minOccurrences = 4
	minIncidents   = 30
	verdictAlpha   = .05
	minConsistency = 2. / 3
	detectable     = 2.                // a rate ratio worth acting on
	power80        = .8416212335729143 // standard normal quantile of .80
	annualGapDays  = 300
	dominant       = .5
)

// CurvePoint is one week of the superposed-epoch curve. RR is O/E; a NaN says that no neighbourhood covers the week.
type CurvePoint struct {
	Lag            int
	N              int // neighbourhoods covering the week
	O, E, RR       float64
	NullLo, NullHi float64 // 95% of rotations of this week alone
	SimLo, SimHi   float64 // 95% of rotations have all 13 weeks inside
}

// OccurrenceResult is one usable occurrence's contribution to the window.
type OccurrenceResult struct {
	Day  int
	N    float64 // incidents in its neighbourhood
	O, E float64 // in the window
}

// ScanResult is what the scan says about one category. Fields of an inference that was not made are NaN.
type ScanResult struct {
	Category      string
	NUsed         int
	NDropped      Dropped
	Occurrences   []OccurrenceResult // usable ones
	N             float64            // incidents in all neighbourhoods
	Window        Window             // best or declared
	Declared      bool
	O, E          float64   // incidents observed and expected in the window
	RR            float64   // rate in the window / rate in the rest of the neighbourhood
	CI            *Interval // of RR; after a scan at the level that allows for having searched
	CIAlpha       float64
	Phi           float64 // overdispersion
	Z             float64
	P             float64 // allows for all windows searched
	Exact         bool    // all rotations enumerated
	Q             float64 // Benjamini-Hochberg over the tested categories
	C95           float64 // critical value of |Z|
	Consistency   float64 // share of occurrences that deviate in the direction of the whole
	DominantShare float64 // largest share of the deviation from one occurrence
	MDE           float64 // rate ratio of a 3-week effect found with 80% probability
	Verdict       Verdict
	ExplainedBy   []string // categories, strongest first; with Explained and Inseparable
	Curve         []CurvePoint
	Warnings      []string
	Seed          uint64
	Method        int
}

// Scan asks of each category of org events whether incidents are more (or less) frequent in some weeks around them: a
// stratified rotation scan.
//
// Each occurrence has a neighbourhood of weeks, divided between neighbours. Over the 46 windows of 1-4 weeks within lags
// -6..+6, O incidents are compared with E = sum N_j x (window's share of neighbourhood j's exposure); the statistic is
// max |Z|, Z = (O-E)/sqrt(V). The null distribution rotates every neighbourhood independently, so growth, season, bursts
// and overdispersion stay in it. V is its exact variance. From the best window
//
//	RR = (O/E) / ((N-O)/(N-E)),  phi = max(1, V / sum N_j p_j (1-p_j))
//	CI = KornGraubard(O, N, phi, alpha') as odds, alpha' = 2(1 - Phi(c95))
//	MDE = exp((c95 + .8416) sqrt(phi (1/E3 + 1/(N-E3)))), E3 the mean expectation of a 3-week window
//
// A category with a declared window is tested in that one alone, with alpha' = .05; the same category may be scanned as well. q is
// taken over the tested categories, and over the declared windows by themselves: who writes a hypothesis down first does not pay for
// what others look for.
// Supported categories are then tested again with another's effect as exposure: p > .05 makes it explained_by that one, or
// inseparable if it goes both ways. Sources: superposed epoch analysis (Chree 1913) with conditional-Poisson rate ratios
// (Farrington 1995), max-T over windows (Westfall & Young 1993), stratified circular shifts.
//
// Results are in the order of cats. Errors: days without exposure, impossible numbers, a window outside -6..+6.
func Scan(d Daily, cats []Category, seed uint64) ([]ScanResult, error) {
	return scan(d, cats, seed, true)
}

// ScanWindows is Scan without curves, for those who look at the windows alone: it takes half the time.
func ScanWindows(d Daily, cats []Category, seed uint64) ([]ScanResult, error) {
	return scan(d, cats, seed, false)
}

func scan(d Daily, cats []Category, seed uint64, curves bool) ([]ScanResult, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	for _, c := range cats {
		if w := c.Declared; w != nil && (w.Len < 1 || w.Start < -maxLag || w.Start+w.Len-1 > maxLag) {
			return nil, fmt.Errorf("stat: category %q declares weeks %d..%d: choose between %d and %d", c.Name, w.Start, w.Start+w.Len-1, -maxLag, maxLag)
		}
	}
	results := make([]ScanResult, len(cats))
	var each sync.WaitGroup // categories draw from generators of their own: side by side, they draw the same
	for i, c := range cats {
		each.Go(func() {
			kept, tooClose := keepApart(c.Days)
			cells, dropped := buildCells(d, kept, nil)
			dropped.Close += tooClose
			results[i] = scanCells(c, cells, seed, curves)
			results[i].NDropped = dropped
			if annual(kept) {
				results[i].Warnings = append(results[i].Warnings, WarnSeason)
			}
		})
	}
	each.Wait()
	scanned, declared := make([]float64, len(cats)), make([]float64, len(cats))
	for i, r := range results {
		scanned[i], declared[i] = math.NaN(), math.NaN()
		switch {
		case r.Verdict == Insufficient:
		case r.Declared:
			declared[i] = r.P
		default:
			scanned[i] = r.P
		}
	}
	scanned, declared = BenjaminiHochberg(scanned), BenjaminiHochberg(declared)
	for i := range results {
		if results[i].Q = scanned[i]; results[i].Declared {
			results[i].Q = declared[i]
		}
		results[i].judge()
	}
	separate(d, cats, results, seed)
	return results, nil
}

// annual reports whether occurrences come about once a year: a median gap of at least 300 days.
func annual(kept []int) bool {
	var gaps []float64
	for i := 1; i < len(kept); i++ {
		gaps = append(gaps, float64(kept[i]-kept[i-1]))
	}
	return len(gaps) > 0 && Quantile(gaps, .5) >= annualGapDays
}

// scanCells runs one category's scan on its neighbourhoods.
func scanCells(c Category, cells []cell, seed uint64, curve bool) ScanResult {
	nan := math.NaN()
	r := ScanResult{
		Category: c.Name, NUsed: len(cells), Declared: c.Declared != nil, Seed: seed, Method: MethodVersion,
		O: nan, E: nan, RR: nan, CIAlpha: nan, Phi: nan, Z: nan, P: nan, Q: nan, C95: nan, Consistency: nan, DominantShare: nan, MDE: nan,
	}
	for i := range cells {
		r.N += cells[i].n
	}
	if r.NUsed < minOccurrences || r.N < minIncidents {
		r.Verdict = Insufficient
		few := "occurrences"
		if r.NUsed >= minOccurrences {
			few = "incidents"
		}
		r.Warnings = append(r.Warnings, fmt.Sprintf("too few %s to say: %d usable with %.0f incidents around; %d and %d are needed", few, r.NUsed, r.N, minOccurrences, minIncidents))
	}
	if len(cells) == 0 {
		return r
	}
	rot := newRotations(cells, c.Declared)
	k, z := rot.best()
	null := rot.sample(newRand(seed, "scan "+c.Name), curve)
	r.Window, r.Z, r.O, r.E = rot.windows[k], z, rot.o[k], rot.exp[k]
	r.P, r.Exact, r.C95 = null.p(math.Abs(z)), null.exact, critical(null.max)
	r.Phi = rot.dispersion(k)
	r.CIAlpha = verdictAlpha
	if !r.Declared {
		r.CIAlpha = normalTwoSided(r.C95)
	}
	r.RR, r.CI = rateRatioInWindow(r.O, r.N, r.E, r.Phi, r.CIAlpha)
	e3 := meanThreeWeeks(cells)
	r.MDE = minimumDetectable(r.C95, r.Phi, e3, r.N)
	r.contributions(cells)
	if curve {
		r.Curve = rot.curve(null)
	}
	return r
}

// rateRatioInWindow is (o/e)/((n-o)/(n-e)) with its interval; NaN and nil if the window holds all or no exposure.
func rateRatioInWindow(o, n, e, phi, alpha float64) (float64, *Interval) {
	if !(e > 0) || !(e < n) {
		return math.NaN(), nil
	}
	ci := oddsToRatio(KornGraubard(o, n, phi, alpha), e/n)
	return o / e / ((n - o) / (n - e)), &ci
}

// minimumDetectable is the rate ratio of a window with expectation e of n that exceeds the critical value with probability
// .80.
func minimumDetectable(c95, phi, e, n float64) float64 {
	return math.Exp((c95 + power80) * math.Sqrt(phi*(1/e+1/(n-e))))
}

// meanThreeWeeks is the mean expectation over the 3-week windows of the scan range.
func meanThreeWeeks(cells []cell) float64 {
	var sum, n float64
	for start := -maxLag; start+2 <= maxLag; start++ {
		_, e := sumWindow(cells, Window{start, 3})
		sum, n = sum+e, n+1
	}
	return sum / n
}

// contributions fills what single occurrences add to the window's deviation.
func (r *ScanResult) contributions(cells []cell) {
	whole := r.O - r.E
	agree, largest := 0, 0.0
	for i := range cells {
		o, e := cells[i].inWindow(r.Window)
		r.Occurrences = append(r.Occurrences, OccurrenceResult{Day: cells[i].day, N: cells[i].n, O: o, E: e})
		if (o-e)*whole > 0 {
			agree++
			largest = math.Max(largest, (o-e)/whole)
		}
	}
	r.Consistency, r.DominantShare = float64(agree)/float64(len(cells)), math.Min(1, largest)
	if r.DominantShare > dominant && r.Verdict != Insufficient {
		r.Warnings = append(r.Warnings, WarnDominant)
	}
}

// judge sets the verdict from the numbers, before overlap with other categories.
func (r *ScanResult) judge() {
	switch {
	case r.Verdict == Insufficient:
	case r.Q < verdictAlpha && r.Consistency >= minConsistency && r.CI != nil && !r.CI.Contains(1):
		r.Verdict = Supported
	case r.MDE <= detectable:
		r.Verdict = NotDetected
	default:
		r.Verdict = Inconclusive
	}
}

// curve summarizes the single lags. It reorders the sample.
func (r *rotations) curve(null *nullSample) []CurvePoint {
	c := critical(null.maxLag)
	points := make([]CurvePoint, lagCount)
	for k := range points {
		p := CurvePoint{Lag: k - maxLag, O: r.o[k], E: r.exp[k], RR: math.NaN(), NullLo: math.NaN(), NullHi: math.NaN(), SimLo: math.NaN(), SimHi: math.NaN()}
		for j := range r.cells {
			cell := &r.cells[j]
			if lo, hi := cell.span(r.windows[k]); lo < hi && cell.e[lo] > 0 {
				p.N++
			}
		}
		if p.E > 0 {
			p.RR = p.O / p.E
			p.NullLo, p.NullHi = band(null.ratio[k])
			half := c * math.Sqrt(r.v[k]) / p.E
			p.SimLo, p.SimHi = math.Max(0, 1-half), 1+half
		}
		points[k] = p
	}
	return points
}

// separate applies the overlap rule to the supported categories: B is tested again with an exposure of RR_A inside A's
// window; a p above .05 means that A suffices.
func separate(d Daily, cats []Category, results []ScanResult, seed uint64) {
	var found []int
	for i := range results {
		if results[i].Verdict == Supported {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(math.Abs(results[b].Z), math.Abs(results[a].Z)) })
	explains := map[[2]int]bool{} // [a, b]: a explains b
	for _, a := range found {
		weight := effectAsExposure(d, cats[a], results[a])
		for _, b := range found {
			if cats[a].Name != cats[b].Name { // a category's declared window does not explain its own scan
				explains[[2]int{a, b}] = retest(d, cats[b], weight, seed) > verdictAlpha
			}
		}
	}
	for _, b := range found {
		var mutual, oneWay []string
		for _, a := range found {
			switch {
			case !explains[[2]int{a, b}]:
			case explains[[2]int{b, a}]:
				mutual = append(mutual, cats[a].Name)
			default:
				oneWay = append(oneWay, cats[a].Name)
			}
		}
		switch {
		case len(oneWay) > 0:
			results[b].Verdict, results[b].ExplainedBy = Explained, oneWay
		case len(mutual) > 0:
			results[b].Verdict, results[b].ExplainedBy = Inseparable, mutual
		}
	}
}

// effectAsExposure is the exposure multiplied by the category's rate ratio inside its window after every occurrence.
func effectAsExposure(d Daily, c Category, r ScanResult) []float64 {
	weight := slices.Clone(d.Exposure)
	kept, _ := keepApart(c.Days)
	rr := math.Min(math.Max(r.RR, 1e-3), 1e3) // an empty or full window has no finite ratio
	for _, day := range kept {
		from, to := day+7*r.Window.Start, day+7*(r.Window.Start+r.Window.Len)
		for t := max(0, from); t < min(to, len(weight)); t++ {
			weight[t] = d.Exposure[t] * rr
		}
	}
	return weight
}

// retest is the p of a category's scan with another exposure; NaN if no neighbourhood is left.
func retest(d Daily, c Category, weight []float64, seed uint64) float64 {
	kept, _ := keepApart(c.Days)
	cells, _ := buildCells(d, kept, weight)
	if len(cells) == 0 {
		return math.NaN()
	}
	rot := newRotations(cells, c.Declared)
	_, z := rot.best()
	return rot.sample(newRand(seed, "retest "+c.Name), false).p(math.Abs(z))
}

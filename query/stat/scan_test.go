package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// calendar lays weekly counts out as days, all on the first day of their week.
func calendar(weeks ...[]float64) Daily {
	var d Daily
	for _, part := range weeks {
		for _, y := range part {
			d.Counts = append(d.Counts, y, 0, 0, 0, 0, 0, 0)
			d.Exposure = append(d.Exposure, 1, 1, 1, 1, 1, 1, 1)
		}
	}
	return d
}

// The cells of A laid end to end are quarterly events every 91 days: 13 weeks between two, 7 for the earlier as lags 0..+6
// and 6 for the later as -6..-1. So the days give back the reference values of the cells.
func TestScanFromDays(t *testing.T) {
	var rows [][]float64
	for _, c := range cellsA() {
		rows = append(rows, c.y)
	}
	d := calendar(rows...)
	r, err := Scan(d, []Category{{Name: "A", Days: []int{42 + 273, 42, 42 + 91, 42 + 182}}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := r[0]
	same(t, "N", a.N, 141)
	same(t, "Z", a.Z, 4.24374)
	same(t, "p", a.P, 90./28561)
	same(t, "q", a.Q, 90./28561)
	if a.Verdict != Supported || a.NUsed != 4 || a.NDropped != (Dropped{}) || a.Window != (Window{2, 2}) {
		t.Errorf("%+v", a)
	}
	// O_j - E_j of the window are 11, 10, 9, 12 of 33, 32, 38... all above 2/13: every occurrence agrees, none dominates.
	same(t, "consistency", a.Consistency, 1)
	if a.DominantShare > .5 || slices.Contains(a.Warnings, WarnDominant) {
		t.Errorf("dominant share %g", a.DominantShare)
	}
	if len(a.Curve) != 13 || a.Curve[8].Lag != 2 || a.Curve[8].N != 4 {
		t.Fatalf("curve %+v", a.Curve)
	}
	same(t, "curve O", a.Curve[8].O, 6+4+5+5) // lag +2 is the 9th week of each row
	same(t, "curve E", a.Curve[8].E, 141./13)
	for _, p := range a.Curve {
		if !(p.NullLo <= 1 && 1 <= p.NullHi && p.SimLo <= p.NullLo && p.NullHi <= p.SimHi) {
			t.Errorf("bands of lag %d: %+v", p.Lag, p)
		}
	}
}

func TestCells(t *testing.T) {
	d := calendar(slices.Repeat([]float64{1}, 100))
	lags := func(days ...int) string {
		kept, _ := keepApart(days)
		cells, dropped := buildCells(d, kept, nil)
		s := ""
		for _, c := range cells {
			s += fmt.Sprintf("%d..%d ", c.first, c.first+len(c.y)-1)
		}
		return fmt.Sprintf("%s%+v", s, dropped)
	}
	// Day 350 is week 50: 13 weeks on both outer sides.
	if got := lags(350); got != "-13..12 {Edge:0 Close:0 Empty:0}" {
		t.Error(got)
	}
	// 12 weeks between: 6 after the first, 6 before the second. 13 weeks and 3 days round to 13: 7 and 6.
	if got := lags(210, 294); got != "-13..5 -6..12 {Edge:0 Close:0 Empty:0}" {
		t.Error(got)
	}
	if got := lags(210, 210+94); got != "-13..6 -6..12 {Edge:0 Close:0 Empty:0}" {
		t.Error(got)
	}
	// 8 weeks apart, 4 each side: the first covers -6..+3, the middle -4..+3, the last -4..+6, which alone is 11 lags.
	if got := lags(210, 266, 322); got != "-4..12 {Edge:0 Close:2 Empty:0}" {
		t.Error(got)
	}
	// Week 4 of the calendar: lags -4.. only: 4+7 = 11 of 13 covered. Week 3 has 10: dropped.
	if got := lags(28); got != "-4..12 {Edge:0 Close:0 Empty:0}" {
		t.Error(got)
	}
	if got := lags(21); got != "{Edge:1 Close:0 Empty:0}" {
		t.Error(got)
	}
	// 27 days after the last kept one is too close, 28 after it is not, whatever was dropped between.
	if kept, close := keepApart([]int{100, 127, 128}); fmt.Sprint(kept, close) != "[100 128] 1" {
		t.Error(kept, close)
	}
	for i := range d.Counts {
		d.Counts[i] = 0
	}
	if got := lags(350); got != "{Edge:0 Close:0 Empty:1}" {
		t.Error(got)
	}
}

// Masked weeks leave both counts and exposure: what happened in them cannot matter.
func TestMaskedDays(t *testing.T) {
	o := newOrg(rand.New(rand.NewPCG(11, 1)), baseWorld, 3, 200)
	cats := []Category{{Name: "x", Days: every(60, 91, o.days)}}
	mask := func(count float64) ScanResult {
		d := Daily{slices.Clone(o.draw(nil)), slices.Repeat([]float64{1}, o.days)}
		o.rng = rand.New(rand.NewPCG(12, 1)) // the same draw next time
		for t := 400; t < 421; t++ {
			d.Counts[t], d.Exposure[t] = count, 0
		}
		r, err := Scan(d, cats, 3)
		if err != nil {
			t.Fatal(err)
		}
		return r[0]
	}
	o.rng = rand.New(rand.NewPCG(12, 1))
	a, b := mask(0), mask(50)
	if a.P != b.P || a.O != b.O || a.N != b.N || a.E != b.E {
		t.Errorf("masked incidents change the result: %+v and %+v", a, b)
	}
}

func TestScanVerdicts(t *testing.T) {
	flat := calendar(slices.Repeat([]float64{2, 3, 1, 2, 4, 2}, 40))
	r, err := Scan(flat, []Category{
		{Name: "three", Days: []int{300, 500, 700}},
		{Name: "none"},
		{Name: "flat", Days: every(100, 91, 1600)},
		{Name: "yearly", Days: every(180, 365, 1600)},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Verdict{Insufficient, Insufficient, NotDetected, ""} {
		if want != "" && r[i].Verdict != want {
			t.Errorf("%s: %s, want %s (mde %g)", r[i].Category, r[i].Verdict, want, r[i].MDE)
		}
	}
	if !math.IsNaN(r[0].Q) || math.IsNaN(r[0].P) {
		t.Errorf("an insufficient category has p %g and q %g: shown without q", r[0].P, r[0].Q)
	}
	if !math.IsNaN(r[1].RR) || r[1].CI != nil {
		t.Errorf("no occurrences: %+v", r[1])
	}
	if !slices.Contains(r[3].Warnings, WarnSeason) || slices.Contains(r[2].Warnings, WarnSeason) {
		t.Error("annual events, and they alone, cannot be separated from season")
	}
}

// One occurrence with everything: the sum deviates, its parts do not agree.
func TestDominantOccurrence(t *testing.T) {
	quiet := "2,2,2,2,2,2,2,2,2,2,2,2,2"
	r := scanCells(Category{Name: "x"}, flatCells([]int{-6, -6, -6, -6}, quiet, quiet, quiet, "2,2,2,2,2,2,2,2,30,2,2,2,2"), 1, true)
	same(t, "consistency", r.Consistency, .25)
	same(t, "dominant", r.DominantShare, 1)
	if !slices.Contains(r.Warnings, WarnDominant) {
		t.Error("no warning")
	}
}

// A verdict needs all of its conditions.
func TestJudge(t *testing.T) {
	good := ScanResult{Q: .049, Consistency: .67, CI: &Interval{1.01, 3}, MDE: 3}
	for name, c := range map[string]struct {
		change func(*ScanResult)
		want   Verdict
	}{
		"all hold":     {func(*ScanResult) {}, Supported},
		"a decrease":   {func(r *ScanResult) { r.CI = &Interval{.3, .99} }, Supported},
		"q":            {func(r *ScanResult) { r.Q = .05 }, Inconclusive},
		"consistency":  {func(r *ScanResult) { r.Consistency = .66 }, Inconclusive},
		"interval":     {func(r *ScanResult) { r.CI = &Interval{.99, 3} }, Inconclusive},
		"no interval":  {func(r *ScanResult) { r.CI = nil }, Inconclusive},
		"sensitive":    {func(r *ScanResult) { r.Q, r.MDE = .5, 2 }, NotDetected},
		"insufficient": {func(r *ScanResult) { r.Verdict = Insufficient }, Insufficient},
	} {
		r := good
		c.change(&r)
		if r.judge(); r.Verdict != c.want {
			t.Errorf("%s: %s, want %s", name, r.Verdict, c.want)
		}
	}
}

// Fewer incidents after the event: the direction of the whole is down, and all four occurrences agree.
func TestDecrease(t *testing.T) {
	row := "6,5,6,5,6,5,6,5,0,1,5,6,5"
	r := scanCells(Category{Name: "x"}, flatCells([]int{-6, -6, -6, -6}, row, row, row, row), 1, true)
	if r.Window != (Window{2, 2}) || r.RR >= .3 || r.Z >= 0 {
		t.Errorf("%+v rr %g z %g", r.Window, r.RR, r.Z)
	}
	same(t, "consistency", r.Consistency, 1)
	same(t, "dominant", r.DominantShare, .25)
}

// A window declared beforehand has only itself to be compared with: its p is that of Z in that window.
func TestDeclaredWindow(t *testing.T) {
	w := Window{2, 2}
	scan := scanCells(Category{Name: "A"}, cellsA(), 1, true)
	one := scanCells(Category{Name: "A", Declared: &w}, cellsA(), 1, true)
	same(t, "Z", one.Z, scan.Z)
	if !(one.P < scan.P && one.C95 < scan.C95) || one.CIAlpha != .05 {
		t.Errorf("declared p %g c95 %g alpha %g, scanned %g %g", one.P, one.C95, one.CIAlpha, scan.P, scan.C95)
	}
	sameInterval(t, "CI", one.CI, 1.51087, 3.53338)
	if _, err := Scan(calendar([]float64{1}), []Category{{Declared: &Window{5, 3}}}, 1); err == nil {
		t.Error("a window that ends at lag +7 is accepted")
	}
}

// With more than 30,000 rotations the draws must agree with what enumeration of the same cells gives.
func TestDrawsAgreeWithEnumeration(t *testing.T) {
	rot := newRotations(cellsA(), nil)
	_, z := rot.best()
	exact := rot.sample(nil, false)
	sampled := &nullSample{}
	rot.draw(sampled, newRand(9, "x"), false)
	// p = .0031515: standard error sqrt(p/9999) = .00056.
	if d := math.Abs(sampled.p(z) - exact.p(z)); !exact.exact || d > .0023 {
		t.Errorf("p %g by draws, %g exactly", sampled.p(z), exact.p(z))
	}
	if d := math.Abs(critical(sampled.max) - critical(exact.max)); d > .06 {
		t.Errorf("c95 differs by %g", d)
	}
}

// Rotation keeps each cell's total, so that O - E has mean 0, and V is the variance found by enumeration.
func TestExactVariance(t *testing.T) {
	cells := cellsB()[:2]
	cells[1].e[3], cells[1].exp = .5, cells[1].exp-.5
	rot := newRotations(cells, nil)
	if n := len(rot.windows); n != 46 {
		t.Fatalf("%d windows, want 13+12+11+10", n)
	}
	for k := range rot.windows {
		var sum, square, n float64
		for s := range rot.cells[0].y {
			for u := range rot.cells[1].y {
				var to running
				to.add(rot.tables[0].row(s*len(rot.cells[1].y) + u)) // both cells in one table
				z := to.z(rot.scaled[k])
				sum, square, n = sum+z, square+z*z, n+1
			}
		}
		same(t, "mean Z", sum/n, 0)
		same(t, "variance of Z", square/n, 1)
	}
}

// An effect at lags +2..+4 of promotions; a release two weeks before each promotion shares it and must not keep it alone,
// while an unrelated category is left in peace.
func TestOverlap(t *testing.T) {
	o := newOrg(rand.New(rand.NewPCG(21, 1)), baseWorld, 4, 300)
	promotion := every(70, 182, o.days)
	var release []int
	for i, d := range promotion {
		release = append(release, d-14+7*(i%4)) // often near, never at a fixed distance
	}
	d := Daily{o.draw(plant(promotion, 4)), slices.Repeat([]float64{1}, o.days)}
	r, err := Scan(d, []Category{{Name: "promotion", Days: promotion}, {Name: "release", Days: release}, {Name: "twin", Days: promotion}}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if r[1].Verdict != Explained || !slices.Contains(r[1].ExplainedBy, "promotion") {
		t.Errorf("release: %s %v", r[1].Verdict, r[1].ExplainedBy)
	}
	if r[0].Verdict != Inseparable || !slices.Equal(r[0].ExplainedBy, []string{"twin"}) || r[2].Verdict != Inseparable {
		t.Errorf("promotion and its twin: %s %v, %s %v", r[0].Verdict, r[0].ExplainedBy, r[2].Verdict, r[2].ExplainedBy)
	}
	alone, err := Scan(d, []Category{{Name: "promotion", Days: promotion}, {Name: "release", Days: release}}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if alone[0].Verdict != Supported || alone[0].Window.Start < 1 || alone[0].Window.Start > 3 || !alone[0].CI.Contains(4) {
		t.Errorf("promotion: %s %+v rr %g %+v", alone[0].Verdict, alone[0].Window, alone[0].RR, alone[0].CI)
	}
}

// The same seed and data give the same numbers, in any order of the categories.
func TestScanRepeats(t *testing.T) {
	o := newOrg(rand.New(rand.NewPCG(31, 1)), baseWorld, 5, 150)
	d := Daily{o.draw(nil), slices.Repeat([]float64{1}, o.days)}
	cats := []Category{{Name: "a", Days: every(60, 91, o.days)}, {Name: "b", Days: every(80, 130, o.days)}}
	one, _ := Scan(d, cats, 8)
	two, _ := Scan(d, []Category{cats[1], cats[0]}, 8)
	if one[0].P != two[1].P || one[0].C95 != two[1].C95 || one[1].P != two[0].P {
		t.Error("the order of categories changes results")
	}
	if one[0].Exact {
		t.Error("20 quarters are enumerated")
	}
}

func TestScanRefuses(t *testing.T) {
	for name, d := range map[string]Daily{
		"lengths":  {[]float64{1, 2}, []float64{1}},
		"negative": {[]float64{-1}, []float64{1}},
		"NaN":      {[]float64{math.NaN()}, []float64{1}},
		"infinite": {[]float64{1}, []float64{math.Inf(1)}},
	} {
		if _, err := Scan(d, nil, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Events double the merges in weeks +2 and +3, and incidents follow merges one week later at a constant rate per merge: the
// change runs through volume.
func TestDecompose(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 1))
	days := 4 * 364
	events := every(100, 91, days)
	merges, rate := make([]float64, days), make([]float64, days)
	for t := range merges {
		merges[t] = 20
	}
	for _, e := range events {
		for t := e + 14; t < min(days, e+28); t++ {
			merges[t] = 50
		}
	}
	for t := range rate {
		rate[t] = merges[max(0, t-7)] / 40
	}
	d := Daily{make([]float64, days), slices.Repeat([]float64{1}, days)}
	for t := range d.Counts {
		d.Counts[t] = poisson(rng, rate[t])
	}
	cat := Category{Name: "x", Days: events}
	r, err := Scan(d, []Category{cat}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Decompose(d, cat, r[0].Window, merges, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "total", s.Total, r[0].RR)
	same(t, "product", s.Volume*s.PerChange.Value, s.Total)
	if s.Share < .8 || s.Share > 1.2 || !s.PerChange.CI.Contains(1) {
		t.Errorf("share %g, per merge %g %+v: all of it is volume", s.Share, s.PerChange.Value, s.PerChange.CI)
	}
	mergeScan, err := Scan(Daily{merges, d.Exposure}, []Category{cat}, 1)
	if err != nil {
		t.Fatal(err)
	}
	chain := ConsistentWithChain(mergeScan[0], r[0], SeriesResult{P: .01, R: .4}, s)
	if !chain.Consistent {
		t.Errorf("missing: %v", chain.Missing)
	}
	if c := ConsistentWithChain(mergeScan[0], r[0], SeriesResult{P: .01, R: -.4}, s); c.Consistent || len(c.Missing) != 1 {
		t.Errorf("incidents fall with merges, but %+v", c)
	}
	if _, err := Decompose(d, cat, r[0].Window, make([]float64, days), 1); err == nil {
		t.Error("no merges at all")
	}
	if _, err := Decompose(d, cat, r[0].Window, merges[1:], 1); err == nil {
		t.Error("a day of merges is missing")
	}
}

// Incidents follow a noisy driver two weeks later.
func TestCorrelateSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 1))
	const n = 156
	driver, incidents := make([]float64, n), make([]float64, n)
	for t := range driver {
		driver[t] = poisson(rng, 40*math.Exp(.5*rng.NormFloat64()))
	}
	for t := range incidents {
		incidents[t] = poisson(rng, 6*driver[max(0, t-2)]/40)
	}
	r, err := CorrelateSeries(driver, incidents, every(6, 13, n))
	if err != nil {
		t.Fatal(err)
	}
	if r.Lag != 2 || r.P > .001 || r.R < .3 || !r.CI.Contains(r.R) || r.CI.Lo <= 0 {
		t.Errorf("%+v", r)
	}
	// Events at weeks 6, 19, ... put every one of the 156 weeks at one of 13 lags: the dummies sum to the constant, and one
	// must go. Trend, sine and cosine and 12 of 13 remain.
	if r.Columns != 15 || r.DF != float64(r.N-15-2) {
		t.Errorf("%d columns, %g degrees of freedom of %d", r.Columns, r.DF, r.N)
	}
	basis := calendarBasis(n, every(6, 13, n))
	for i := range basis {
		for j := range basis {
			var dot float64
			for t := range n {
				dot += basis[i][t] * basis[j][t]
			}
			want := 0.
			if i == j {
				want = 1
			}
			if math.Abs(dot-want) > 1e-9 {
				t.Fatalf("columns %d and %d: %g", i, j, dot)
			}
		}
	}
}

func benchmarkOrg(years float64, categories int) (Daily, []Category) {
	o := newOrg(rand.New(rand.NewPCG(61, 1)), baseWorld, years, 250)
	var cats []Category
	for i := range categories {
		period := []int{91, 182, 130, 365, 91, 120, 100, 150, 91, 182}[i%10]
		cats = append(cats, Category{Name: fmt.Sprint("c", i), Days: every(40+11*i, period, o.days)})
	}
	return Daily{o.draw(plant(cats[0].Days, 3)), slices.Repeat([]float64{1}, o.days)}, cats
}

// One category of 12 occurrences: 9,999 draws.
func BenchmarkScan12(b *testing.B) {
	d, cats := benchmarkOrg(3, 1)
	for b.Loop() {
		r, err := Scan(d, cats[:1], 1)
		if err != nil || r[0].NUsed != 12 {
			b.Fatal(r[0].NUsed, err)
		}
	}
}

// A page: 8 categories, 6 years.
func BenchmarkPage(b *testing.B) {
	d, cats := benchmarkOrg(6, 8)
	for b.Loop() {
		if _, err := Scan(d, cats, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// A category may stand twice, scanned and with its declared window: each q is of its own family, and neither explains the other.
func TestDeclaredBesideScan(t *testing.T) {
	o := newOrg(rand.New(rand.NewPCG(21, 2)), baseWorld, 4, 300)
	promotion := every(70, 182, o.days)
	d := Daily{o.draw(plant(promotion, 4)), slices.Repeat([]float64{1}, o.days)}
	cats := []Category{{Name: "promotion", Days: promotion}, {Name: "promotion", Days: promotion, Declared: &Window{2, 3}}, {Name: "planning", Days: every(30, 91, o.days)}}
	r, err := Scan(d, cats, 5)
	if err != nil {
		t.Fatal(err)
	}
	// Two categories are scanned and the smaller of their p values counts double; the one declared window pays nothing.
	if r[0].Verdict != Supported || r[0].Q != min(2*r[0].P, 1) || r[1].Verdict != Supported || r[1].Q != r[1].P || !r[1].Declared {
		t.Errorf("scanned %s p %g q %g, declared %s p %g q %g", r[0].Verdict, r[0].P, r[0].Q, r[1].Verdict, r[1].P, r[1].Q)
	}
}

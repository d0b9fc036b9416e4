package stat

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// same checks six significant digits, the precision of the reference values.
func same(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 5.1e-6*math.Abs(want)+1e-12 {
		t.Errorf("%s = %.8g, want %.8g", what, got, want)
	}
}

func sameInterval(t *testing.T, what string, got *Interval, lo, hi float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: no interval, want [%g, %g]", what, lo, hi)
		return
	}
	same(t, what+" lo", got.Lo, lo)
	same(t, what+" hi", got.Hi, hi)
}

func numbers(s string) []float64 {
	var xs []float64
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		x, err := strconv.ParseFloat(f, 64)
		if err != nil {
			panic(err)
		}
		xs = append(xs, x)
	}
	return xs
}

func flatCells(starts []int, rows ...string) []cell {
	cells := make([]cell, len(rows))
	for j, row := range rows {
		c := cell{day: 1000 * j, first: starts[j], y: numbers(row)}
		for _, y := range c.y {
			c.e = append(c.e, 1)
			c.n += y
			c.exp++
		}
		cells[j] = c
	}
	return cells
}

func cellsA() []cell {
	return flatCells([]int{-6, -6, -6, -6},
		"2,1,3,2,1,2,3,2,6,5,4,2,1", "1,2,2,3,2,1,2,3,4,6,3,1,2", "3,2,1,2,2,3,1,4,5,4,5,3,2", "2,3,2,1,3,2,2,2,5,7,4,2,3")
}

func cellsB() []cell {
	return flatCells([]int{-6, -6, -5, -6},
		"0,1,0,2,1,0,1,1,9,6,7,1,0", "2,1,2,1,0,1,2,1,3,4,2,2,1,0", "1,0,1,2,1,1,0,2,8,4,5,1", "3,2,1,2,2,3,1,2,6,5,3,3,2")
}

// Independent implementation in R; A also in Go.
func TestScanGolden(t *testing.T) {
	a := scanCells(Category{Name: "A"}, cellsA(), 1, true)
	same(t, "A N", a.N, 141)
	if a.Window != (Window{2, 2}) || !a.Exact {
		t.Errorf("A window %+v exact %v", a.Window, a.Exact)
	}
	same(t, "A O", a.O, 42)
	same(t, "A E", a.E, 21.6923)
	same(t, "A Z", a.Z, 4.24374)
	same(t, "A V", math.Pow((a.O-a.E)/a.Z, 2), 22.8994)
	same(t, "A p", a.P, 90./28561)
	same(t, "A c95", a.C95, 3.22211)
	same(t, "A phi", a.Phi, 1.24758)
	same(t, "A RR", a.RR, 2.33333)
	same(t, "A alpha'", a.CIAlpha, .00127252)
	sameInterval(t, "A adjusted CI", a.CI, 1.13711, 4.51188)
	_, plain := rateRatioInWindow(a.O, a.N, a.E, a.Phi, .05)
	sameInterval(t, "A CI", plain, 1.51087, 3.53338)
	same(t, "A MDE", a.MDE, 2.47753)

	three := scanCells(Category{Name: "A3"}, cellsA()[:3], 1, true)
	same(t, "A3 Z", three.Z, 3.52157)
	same(t, "A3 p", three.P, 62./2197)
	same(t, "A2 p", scanCells(Category{Name: "A2"}, cellsA()[:2], 1, true).P, 25./169)

	b := scanCells(Category{Name: "B"}, cellsB(), 1, true)
	same(t, "B N", b.N, 112)
	if b.Window != (Window{2, 2}) {
		t.Errorf("B window %+v", b.Window)
	}
	same(t, "B O", b.O, 43)
	same(t, "B E", b.E, 17.3223)
	same(t, "B V", math.Pow((b.O-b.E)/b.Z, 2), 46.7621)
	same(t, "B Z", b.Z, 3.75499)
	same(t, "B p", b.P, 391./28392)
	same(t, "B c95", b.C95, 3.27079)
	same(t, "B phi", b.Phi, 3.19493)
	same(t, "B RR", b.RR, 3.40612)
	sameInterval(t, "B adjusted CI", b.CI, .948546, 10.9786)
	_, plain = rateRatioInWindow(b.O, b.N, b.E, b.Phi, .05)
	sameInterval(t, "B CI", plain, 1.58927, 7.04107)
	b.Q = b.P
	b.judge()
	if b.Verdict == Supported {
		t.Error("B is supported although its interval holds 1")
	}
	same(t, "MDE", minimumDetectable(3.222106, 1.247582, 141*3./13, 141), 2.47753)
}

func TestDecompositionGolden(t *testing.T) {
	d := decompose(42, 141, 141*2./13, 30, 1.247582, .05)
	same(t, "total", d.Total, 2.33333)
	same(t, "volume", d.Volume, 1.48649)
	same(t, "per change", d.PerChange.Value, 1.56970)
	same(t, "share", d.Share, .467858)
	sameInterval(t, "per change", d.PerChange.CI, 1.01641, 2.37700)
}

func TestExactTestsGolden(t *testing.T) {
	p := PoissonTest(137, 24.19893, .05)
	same(t, "poisson.test", p.Value, 5.66141)
	sameInterval(t, "poisson.test", p.CI, 4.75312, 6.69271)
	ten := PoissonInterval(10, .05)
	sameInterval(t, "poisson 10", &ten, 4.79539, 18.3904)
	smr := PoissonTest(14, 8.2, .05)
	same(t, "14/8.2", smr.Value, 1.70732)
	sameInterval(t, "14/8.2", smr.CI, .933406, 2.86459)

	r := RateRatio(11, 800, 21, 3011, 1, .05)
	same(t, "rate ratio", r.Value, 1.97149)
	same(t, "rate ratio p", r.P, .0796686)
	sameInterval(t, "rate ratio", r.CI, .858426, 4.27727)
	q := RateRatio(30, 91, 18, 92, 1, .05)
	same(t, "quarters", q.Value, 1.68498)
	sameInterval(t, "quarters", q.CI, .909239, 3.20987)
	sameInterval(t, "quarters, phi 1.8", RateRatio(30, 91, 18, 92, 1.8, .05).CI, .725521, 4.12924)

	same(t, "NB CDF", NegBinomialCDF(6, 2.5, 4), .811942)
	same(t, "mid-p", FisherMidP(12, 40, 5, 50), .0196851)
	same(t, "Fisher", FisherExact(12, 40, 5, 50), .0281927)
	same(t, "mid-p", FisherMidP(56, 70, 48, 80), .00844944)
	c, err := CochranArmitage([]int{83, 90, 129, 70}, []int{86, 93, 136, 82})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "smokers chi2", c.Chi2, 8.22492)
	same(t, "smokers p", c.P, .00413190)
	if c.Direction != -1 {
		t.Errorf("smokers direction %d: 83/86 falls to 70/82", c.Direction)
	}
}

func TestProportionsGolden(t *testing.T) {
	for _, c := range []struct {
		name   string
		ci     Interval
		lo, hi float64
	}{
		{"Wilson 81/263", Wilson(81, 263, .05), .2552885, .366210},
		{"Wilson 15/148", Wilson(15, 148, .05), .0623864, .160487},
		{"Wilson 0/20", Wilson(0, 20, .05), 0, .161125},
		{"Wilson 1/29", Wilson(1, 29, .05), .00611321, .171755},
		{"Jeffreys 15/148", Jeffreys(15, 148, .05), .0604485, .157643},
		{"Newcombe 56/70-48/80", Newcombe(56, 70, 48, 80, .05), .0524315, .333873},
		{"Newcombe 9/10-3/10", Newcombe(9, 10, 3, 10, .05), .170523, .809018},
		{"Newcombe 5/56-0/29", Newcombe(5, 56, 0, 29, .05), -.0381372, .192560},
	} {
		sameInterval(t, c.name, &c.ci, c.lo, c.hi)
	}
}

// The example of Benjamini & Hochberg 1995.
func TestBenjaminiHochbergGolden(t *testing.T) {
	q := BenjaminiHochberg(numbers(".0001,.0004,.0019,.0095,.0201,.0278,.0298,.0344,.0459,.3240,.4262,.5719,.6528,.7590,1"))
	want := numbers(".0015,.003,.0095,.035625,.0603,.0638571,.0638571,.0645,.0765,.486,.581182,.714875,.753231,.813214,1")
	for i := range want {
		same(t, fmt.Sprintf("q %d", i+1), q[i], want[i])
	}
	// NaN is not tested: m is 2, so .02 -> .04 and .03 -> .03 capped by the order: min(.02*2/1, .03*2/2) = .03.
	q = BenjaminiHochberg([]float64{.03, math.NaN(), .02})
	same(t, "q of 3rd", q[2], .03)
	same(t, "q of 1st", q[0], .03)
	if !math.IsNaN(q[1]) {
		t.Errorf("an untested p got q = %g", q[1])
	}
}

func TestSpikesGolden(t *testing.T) {
	y := numbers("3,1,4,2,5,3,2,6,3,4,2,3,5,4,3,2,4,6,3,5,4,3,14,5,4,6,3,5,7,4,6,5,3,6,4,7,5,4,6,8,5,4,6,5,7,18,6,5,4,7,6,5")
	index := make([]int, len(y))
	for i := range index {
		index[i] = i
	}
	first, err := fitPoisson(spikeDesign(index), y, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "first beta0", first.beta[0], 1.15503)
	same(t, "first beta1", first.beta[1], .0162108)
	same(t, "first phi", first.phi, 1.17828)
	r := anscombe(y, first)
	same(t, "r23", r[22], 3.33317)
	same(t, "r46", r[45], 3.48508)
	w := spikeWeights(r)
	same(t, "w23", w[22], .0932879)
	same(t, "w46", w[45], .0853322)
	same(t, "w1", w[0], 1.03643)
	refit, err := fitPoisson(spikeDesign(index), y, w)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "raw phi", refit.phi, .467866)

	s, err := Spikes(y, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "beta0", s.Beta[0], 1.13748)
	same(t, "beta1", s.Beta[1], .0140098)
	same(t, "phi", s.Phi, 1)
	for _, c := range []struct {
		week, upper int
		mu, p, q    float64
	}{{23, 10, 4.24480, 1.40203e-4, .00364527}, {46, 12, 5.85865, 4.22505e-5, .00219702}} {
		w := s.Weeks[c.week-1]
		same(t, "mu", w.Expected, c.mu)
		same(t, "p", w.P, c.p)
		same(t, "q", w.Q, c.q)
		if w.Upper != c.upper {
			t.Errorf("week %d: U = %d, want %d", c.week, w.Upper, c.upper)
		}
	}
	if got := flagged(s); fmt.Sprint(got) != "[22 45]" {
		t.Errorf("flagged %v, want weeks 23 and 46", got)
	}
}

func flagged(s SpikeResult) []int {
	var at []int
	for _, w := range s.Weeks {
		if w.Flagged {
			at = append(at, w.Index)
		}
	}
	return at
}

// R's discoveries 1860-1959, fitted without an annual wave as its values are years, not weeks; t = 1..100.
func TestSpikesDiscoveries(t *testing.T) {
	y := numbers(`5,3,0,2,0,3,2,3,6,1,2,1,2,1,3,3,3,5,2,4,4,0,2,3,7,12,3,10,9,2,3,7,7,2,3,3,6,2,4,3,5,2,2,4,0,4,2,5,2,3,
		3,6,5,8,3,6,6,0,5,2,2,2,6,3,4,4,2,2,4,7,5,3,3,0,2,2,2,1,3,4,2,2,1,1,1,2,1,4,4,3,2,1,4,1,1,1,0,0,2,0`)
	index := make([]int, len(y))
	for i := range index {
		index[i] = i + 1
	}
	first, err := fitPoisson(spikeDesign(index), y, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "beta0", first.beta[0], 1.39015)
	same(t, "beta1", first.beta[1], -.00536022)
	same(t, "phi", first.phi, 1.54141)
	same(t, "r26", anscombe(y, first)[25], 2.90748)
	s, err := Spikes(y, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "refit phi", s.Phi, 1.39909)
	same(t, "p", s.Weeks[25].P, .00230732)
	if got := flagged(s); fmt.Sprint(got) != "[25]" || s.Weeks[25].Count != 12 || s.Weeks[25].Upper != 10 {
		t.Errorf("flagged %v, U = %d, want only 1885 with U = 10", got, s.Weeks[25].Upper)
	}
	for _, w := range s.Weeks {
		if w.Q < .05 {
			t.Errorf("year %d has q = %g", 1860+w.Index, w.Q)
		}
	}
}

func TestConcentrationGolden(t *testing.T) {
	people := func(s string) []Holder {
		var h []Holder
		for i, x := range numbers(s) {
			h = append(h, Holder{Name: string(rune('A' + i)), Amount: x})
		}
		return h
	}
	c := Concentrate(people("1000,202,90,33,332,343,42,433"))
	same(t, "Gini", c.Gini, .485505)
	same(t, "corrected", c.GiniCorr, .554863)
	same(t, "HHI", c.HHI, .239505)
	same(t, "unbiased", c.HHIUnbiased, .239198)
	same(t, "top1", c.Top1, .404040)
	if c.CAF != 2 {
		t.Errorf("CAF %d, want 2", c.CAF)
	}
	c = Concentrate(people("30,12,8,5,3,1,1,0,0,0"))
	same(t, "Gini", c.Gini, .68)
	same(t, "corrected", c.GiniCorr, .755556)
	same(t, "HHI", c.HHI, .317778)
	same(t, "unbiased", c.HHIUnbiased, .306215)
	if c.CAF != 1 { // 30 of 60 is half, and half is enough
		t.Errorf("CAF %d, want 1", c.CAF)
	}
}

// 4 equal people, 5 incidents of 2 responders: 6^5 = 7776 equally likely outcomes, of which the maximum is 3, 4, 5 in 2580,
// 4230, 966; the mean of max/5 is .758488.
func TestRotaNullGolden(t *testing.T) {
	var incidents []OnCallRoster
	for range 5 {
		incidents = append(incidents, OnCallRoster{People: []int{0, 1, 2, 3}, Responders: 2})
	}
	const draws = 200_000
	var sum float64
	count := map[int]float64{}
	for _, s := range rotaTopShares(incidents, 4, draws, newRand(7, "test")) {
		sum += s
		count[int(math.Round(s*5))]++
	}
	// Standard errors: mean .12/sqrt(draws) = .00027; shares at most .5/sqrt(draws) = .0011. Four of each.
	if math.Abs(sum/draws-.758488) > .0011 {
		t.Errorf("mean top share %.5f, want .758488", sum/draws)
	}
	for max, want := range map[int]float64{3: 2580. / 7776, 4: 4230. / 7776, 5: 966. / 7776} {
		if math.Abs(count[max]/draws-want) > .0045 {
			t.Errorf("max %d in %.4f, want %.4f", max, count[max]/draws, want)
		}
	}
}

func spr(t *testing.T) BandRatio {
	t.Helper()
	var stays []Stay
	for p := range 10 { // A-J, band 0 is A-D
		stays = append(stays, Stay{Person: p, Band: min(1, p/4), From: 0, To: 12})
	}
	var responders [][]int
	for _, s := range strings.Split("AB,ABC,A,AEF,BG,ACH,D,AI,AB,CEJ,A,AFG", ",") {
		var r []int
		for _, c := range s {
			r = append(r, int(c-'A'))
		}
		responders = append(responders, r)
	}
	e, err := newExposure(2, stays, responders)
	if err != nil {
		t.Fatal(err)
	}
	return e.band(0)
}

func TestParticipationRatioGolden(t *testing.T) {
	r := spr(t)
	same(t, "O", r.Observed, 17)
	same(t, "E", r.Expected, 10.4)
	same(t, "M", float64(r.Ratio.N), 26)
	same(t, "SPR", r.Ratio.Value, 1.63462)
	same(t, "t", tQuantile(3, .975), 3.18245)
	same(t, "phi", r.Phi, 8.37142)
	adjust := math.Pow(tQuantile(3, .975)/zTwoSided(.05), 2)
	same(t, "unadjusted phi", r.Phi/adjust, 3.17521)
	same(t, "V", r.Phi/adjust*26*.4*.6, 19.8133)
	sameInterval(t, "SPR", r.Ratio.CI, .236393, 2.47250)
	naive := KornGraubard(17, 26, 1, .05).scale(26 / 10.4)
	sameInterval(t, "naive", &naive, 1.10832, 2.06964)
}

func TestTrendGolden(t *testing.T) {
	y := numbers("42,55,47,61,58,70,66,81")
	k := MannKendall(y)
	same(t, "S", float64(k.S), 22)
	same(t, "exact p", k.P, .00550595)
	same(t, "Z", k.Z, 2.59808)
	same(t, "normal p", k.PNorm, .00937477)
	s := TheilSen(y, .05)
	same(t, "Sen", s.Value, 4.625)
	sameInterval(t, "Sen", s.CI, 2.22367, 7.59829)

	k = MannKendall(numbers("3,5,5,4,6,6,7,9"))
	same(t, "ties var", k.Var, 63.3333)
	same(t, "ties Z", k.Z, 2.63878)
	same(t, "ties p", k.P, .00832051)
	if k.Exact {
		t.Error("ties cannot use the exact distribution")
	}

	c, err := TrendOfCounts(numbers("12,15,11,18,20,17,25,22"), .05)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "factor", c.Value, 1.10097)
	sameInterval(t, "factor", c.CI, 1.00459, 1.20659)
	same(t, "p", c.P, .0423821)
}

// R's Nile, 1871-1970.
func TestNile(t *testing.T) {
	y := numbers(`1120,1160,963,1210,1160,1160,813,1230,1370,1140,995,935,1110,994,1020,960,1180,799,958,1140,1100,1210,1150,1250,
		1260,1220,1030,1100,774,840,874,694,940,833,701,916,692,1020,1050,969,831,726,456,824,702,1120,1100,832,764,821,768,845,864,
		862,698,845,744,796,1040,759,781,865,845,944,984,897,822,1010,771,676,649,846,812,742,801,1040,860,874,848,890,744,749,838,
		1050,918,986,797,923,975,815,1020,906,901,1170,912,746,919,718,714,740`)
	k := MannKendall(y)
	same(t, "S", float64(k.S), -1387)
	same(t, "var", k.Var, 112728.333)
	same(t, "Z", k.Z, -4.12807)
	same(t, "p", k.P, 3.65826e-5)
	same(t, "tau-b", k.TauB, -.280741)
	same(t, "Sen", TheilSen(y, .05).Value, -2.6)
}

// R's BJsales.lead and BJsales (Box & Jenkins, series M), differenced.
func TestPrewhitenBoxJenkins(t *testing.T) {
	lead := numbers(`10.01,10.07,10.32,9.75,10.33,10.13,10.36,10.32,10.13,10.16,10.58,10.62,10.86,11.20,10.74,10.56,10.48,10.77,11.33,
		10.96,11.16,11.70,11.39,11.42,11.94,11.24,11.59,10.96,11.40,11.02,11.01,11.23,11.33,10.83,10.84,11.14,10.38,10.90,11.05,11.11,
		11.01,11.22,11.21,11.91,11.69,10.93,10.99,11.01,10.84,10.76,10.77,10.88,10.49,10.50,11.00,10.98,10.61,10.48,10.53,11.07,10.61,
		10.86,10.34,10.78,10.80,10.33,10.44,10.50,10.75,10.40,10.40,10.34,10.55,10.46,10.82,10.91,10.87,10.67,11.11,10.88,11.28,11.27,
		11.44,11.52,12.10,11.83,12.62,12.41,12.43,12.73,13.01,12.74,12.73,12.76,12.92,12.64,12.79,13.05,12.69,13.01,12.90,13.12,12.47,
		12.47,12.94,13.10,12.91,13.39,13.13,13.34,13.34,13.14,13.49,13.87,13.39,13.59,13.27,13.70,13.20,13.32,13.15,13.30,12.94,13.29,
		13.26,13.08,13.24,13.31,13.52,13.02,13.25,13.12,13.26,13.11,13.30,13.06,13.32,13.10,13.27,13.64,13.58,13.87,13.53,13.41,13.25,
		13.50,13.58,13.51,13.77,13.40`)
	sales := numbers(`200.1,199.5,199.4,198.9,199.0,200.2,198.6,200.0,200.3,201.2,201.6,201.5,201.5,203.5,204.9,207.1,210.5,210.5,209.8,
		208.8,209.5,213.2,213.7,215.1,218.7,219.8,220.5,223.8,222.8,223.8,221.7,222.3,220.8,219.4,220.1,220.6,218.9,217.8,217.7,215.0,
		215.3,215.9,216.7,216.7,217.7,218.7,222.9,224.9,222.2,220.7,220.0,218.7,217.0,215.9,215.8,214.1,212.3,213.9,214.6,213.6,212.1,
		211.4,213.1,212.9,213.3,211.5,212.3,213.0,211.0,210.7,210.1,211.4,210.0,209.7,208.8,208.8,208.8,210.6,211.9,212.8,212.5,214.8,
		215.3,217.5,218.8,220.7,222.2,226.7,228.4,233.2,235.7,237.1,240.6,243.8,245.3,246.0,246.3,247.7,247.6,247.8,249.4,249.0,249.9,
		250.5,251.5,249.0,247.6,248.8,250.4,250.7,253.0,253.7,255.0,256.2,256.0,257.4,260.4,260.0,261.3,260.4,261.6,260.8,259.8,259.0,
		258.9,257.4,257.7,257.9,257.4,257.3,257.6,258.9,257.8,257.7,257.2,257.5,256.8,257.5,257.0,257.6,257.3,257.5,259.6,261.1,262.9,
		263.3,262.8,261.8,262.2,262.7`)
	x, y := differences(lead), differences(sales)
	ar := yuleWalker(x, seriesMaxOrder)
	if len(ar) != 3 {
		t.Fatalf("AR order %d of %d values, want 3", len(ar), len(x))
	}
	same(t, "ar1", ar[0], -.527473)
	same(t, "ar2", ar[1], -.202026)
	same(t, "ar3", ar[2], -.115512)
	r := prewhiten(x, y)
	same(t, "n", float64(r.N), 146)
	same(t, "r2", r.Lags[2], .0589559)
	same(t, "r3", r.Lags[3], .678199)
	same(t, "r4", r.Lags[4], .520203)
	if r.Lag != 3 {
		t.Errorf("best lag %d, want 3", r.Lag)
	}
}

func differences(x []float64) []float64 {
	d := make([]float64, len(x)-1)
	for i := range d {
		d[i] = x[i+1] - x[i]
	}
	return d
}

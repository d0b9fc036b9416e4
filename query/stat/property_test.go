package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

func FuzzKornGraubard(f *testing.F) {
	f.Add(uint16(3), uint16(10), 1., .05)
	f.Add(uint16(0), uint16(1), 40., .001)
	f.Add(uint16(9), uint16(9), 1.5, .5)
	f.Add(uint16(1), uint16(60000), 900., .05)
	f.Fuzz(func(t *testing.T, o, n uint16, phi, alpha float64) {
		if o > n || n == 0 || !(phi >= 1 && phi < 1e3) || !(alpha >= 1e-6 && alpha <= .5) {
			t.Skip()
		}
		p := float64(o) / float64(n)
		ci := KornGraubard(float64(o), float64(n), phi, alpha)
		if !(0 <= ci.Lo && ci.Lo <= p && p <= ci.Hi && ci.Hi <= 1) {
			t.Fatalf("KG(%d, %d, %g, %g) = %+v does not hold %g", o, n, phi, alpha, ci, p)
		}
		exact := KornGraubard(float64(o), float64(n), 1, alpha)
		if phi > 1 && (ci.Lo > exact.Lo+1e-9 || ci.Hi < exact.Hi-1e-9) {
			t.Fatalf("KG(%d, %d): phi %g gives %+v, narrower than %+v without it", o, n, phi, ci, exact)
		}
	})
}

func FuzzProportionIntervals(f *testing.F) {
	f.Add(uint16(3), uint16(10), uint16(0), uint16(7), .05)
	f.Fuzz(func(t *testing.T, k1, n1, k2, n2 uint16, alpha float64) {
		if k1 > n1 || k2 > n2 || n1 == 0 || n2 == 0 || !(alpha >= 1e-6 && alpha <= .5) {
			t.Skip()
		}
		p, q := float64(k1)/float64(n1), float64(k2)/float64(n2)
		const slack = 1e-12
		for name, ci := range map[string]Interval{"Wilson": Wilson(int(k1), int(n1), alpha), "Jeffreys": Jeffreys(int(k1), int(n1), alpha)} {
			if !(0 <= ci.Lo && ci.Lo <= p+slack && p <= ci.Hi+slack && ci.Hi <= 1) {
				t.Fatalf("%s(%d, %d, %g) = %+v does not hold %g", name, k1, n1, alpha, ci, p)
			}
		}
		ci, back := Newcombe(int(k1), int(n1), int(k2), int(n2), alpha), Newcombe(int(k2), int(n2), int(k1), int(n1), alpha)
		if !(ci.Lo <= p-q+slack && p-q <= ci.Hi+slack) || math.Abs(ci.Lo+back.Hi) > slack {
			t.Fatalf("Newcombe %+v of %g, swapped %+v", ci, p-q, back)
		}
	})
}

func FuzzConcentrate(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Add([]byte{0, 0, 200})
	f.Add([]byte{7})
	f.Fuzz(func(t *testing.T, amounts []byte) {
		var holders []Holder
		var total float64
		for i, a := range amounts {
			holders = append(holders, Holder{ID: string(rune('a' + i)), Amount: float64(a)})
			total += float64(a)
		}
		if total == 0 {
			t.Skip()
		}
		c := Concentrate(holders)
		n := float64(len(amounts))
		if !(c.Gini >= -1e-12 && c.Gini <= (n-1)/n+1e-12) || c.GiniCorr > 1+1e-12 || !(c.HHI >= 1/n-1e-12 && c.HHI <= 1+1e-12) {
			t.Fatalf("bounds: %+v", c)
		}
		if !(c.Top1 <= c.Top3 && c.Top3 <= 1+1e-12) || c.CAF < 1 || c.CAF > len(amounts) {
			t.Fatalf("shares: %+v", c)
		}
		var held float64
		for _, h := range c.Ranked[:c.CAF] {
			held += h.Share
		}
		if held < .5-1e-9 || held-c.Ranked[c.CAF-1].Share >= .5 {
			t.Fatalf("CAF %d holds %g", c.CAF, held)
		}
		if c.Ranked[0].Tier != Core {
			t.Fatalf("the top person is %s", c.Ranked[0].Tier)
		}
	})
}

// Equal holders have Gini 0, one of n holding all has the corrected Gini 1.
func TestGiniEnds(t *testing.T) {
	same(t, "equal", Concentrate([]Holder{{Amount: 3}, {Amount: 3}, {Amount: 3}}).Gini, 0)
	one := Concentrate([]Holder{{Amount: 0}, {Amount: 0}, {Amount: 9}})
	same(t, "one holds all", one.GiniCorr, 1)
	same(t, "raw", one.Gini, 2./3)
}

func TestCAFTies(t *testing.T) {
	c := Concentrate([]Holder{{"Zoe", "1", 5}, {"Ann", "9", 5}, {"Ann", "2", 5}, {"Bob", "3", 5}})
	var ids []string
	for _, h := range c.Ranked {
		ids = append(ids, h.ID)
	}
	if !slices.Equal(ids, []string{"2", "9", "3", "1"}) || c.CAF != 2 {
		t.Errorf("ranked %v CAF %d: ties go by name, then id, and two of four equal people hold half", ids, c.CAF)
	}
}

func FuzzBenjaminiHochberg(f *testing.F) {
	f.Add(uint64(1), uint8(5))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		ps := make([]float64, n)
		for i := range ps {
			ps[i] = rng.Float64()
		}
		qs := BenjaminiHochberg(ps)
		for i := range ps {
			if !(ps[i] <= qs[i]+1e-15 && qs[i] <= 1) {
				t.Fatalf("p %g has q %g", ps[i], qs[i])
			}
			for j := range ps {
				if ps[i] < ps[j] && qs[i] > qs[j] {
					t.Fatalf("order is not kept: p %g, %g have q %g, %g", ps[i], ps[j], qs[i], qs[j])
				}
			}
		}
	})
}

// FuzzSelect holds the quickselect against sorting.
func FuzzSelect(f *testing.F) {
	f.Add([]byte{3, 1, 2}, .5)
	f.Add([]byte{1, 1, 1, 0, 0, 9}, .975)
	f.Fuzz(func(t *testing.T, data []byte, p float64) {
		if len(data) == 0 || !(p >= 0 && p <= 1) {
			t.Skip()
		}
		xs := make([]float64, len(data))
		for i, b := range data {
			xs[i] = float64(b)
		}
		want := Quantile(xs, p)
		s := slices.Clone(xs)
		sort.Float64s(s)
		if got := selectQuantile(slices.Clone(xs), p); got != want {
			t.Fatalf("quantile %g of %v = %g, want %g", p, data, got, want)
		}
		for n := range xs {
			if got := nthSmallest(slices.Clone(xs), n); got != s[n] {
				t.Fatalf("value %d of %v = %g, want %g", n, data, got, s[n])
			}
		}
	})
}

// R: quantile(c(1,2,3,4,10)) is 1 2 3 4 10; gonum's LinInterp gives 2.5 for the median.
func TestQuantileIsType7(t *testing.T) {
	xs := []float64{10, 2, 1, 4, 3}
	for p, want := range map[float64]float64{0: 1, .25: 2, .5: 3, .75: 4, 1: 10, .9: 7.6} { // .9: between 4 and 10 at .6
		same(t, "quantile", Quantile(xs, p), want)
	}
	if xs[0] != 10 {
		t.Error("Quantile changed its argument")
	}
	if !math.IsNaN(Quantile(nil, .5)) {
		t.Error("the quantile of nothing is a number")
	}
}

// gonum's tau-a gives 1 for a constant y and .2 for the second; tau-b is undefined and 0.
func TestTauBTies(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5}
	if tau := TauB(x, []float64{2, 2, 2, 2, 2}); !math.IsNaN(tau) {
		t.Errorf("tau-b of a constant is %g", tau)
	}
	same(t, "tau-b", TauB(x, []float64{3, 1, 1, 2, 2}), 0)
}

// Quantiles invert their distribution functions: CDF(k-1) < p <= CDF(k).
func TestCountQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		p, mu, r := rng.Float64()*.999, math.Exp(6*rng.Float64()-2), math.Exp(6*rng.Float64()-2)
		if k := PoissonQuantile(p, mu); PoissonCDF(k, mu) < p-1e-12 || PoissonCDF(k-1, mu) >= p+1e-12 {
			t.Errorf("Poisson quantile %g of mean %g is %d", p, mu, k)
		}
		k := NegBinomialQuantile(p, r, mu)
		if NegBinomialCDF(k, r, mu) < p-1e-12 || NegBinomialCDF(k-1, r, mu) >= p+1e-12 {
			t.Errorf("negative binomial quantile %g of mean %g size %g is %d", p, mu, r, k)
		}
		same(t, "upper tail", negBinomialTail(k+1, r, mu), 1-NegBinomialCDF(k, r, mu))
	}
	// R: qbinom(.025, 10, .5) = 2, qbinom(.5, 3, .5) = 1 (the CDF at 1 is .5 exactly).
	if got := BinomialQuantile(.025, 10, .5); got != 2 {
		t.Errorf("qbinom(.025, 10, .5) = %d, want 2", got)
	}
	if got := BinomialQuantile(.5, 3, .5); got != 1 {
		t.Errorf("qbinom(.5, 3, .5) = %d, want 1", got)
	}
}

func TestHypergeometricSums(t *testing.T) {
	var sum, mean float64
	for k := 0; k <= 12; k++ {
		p := HypergeometricPMF(k, 12, 9, 30)
		sum, mean = sum+p, mean+p*float64(k)
	}
	same(t, "sum", sum, 1)
	same(t, "mean", mean, 12*9./30)
	if HypergeometricPMF(10, 12, 9, 30) != 0 {
		t.Error("more marked items drawn than there are")
	}
}

// The beta quantile inverts the distribution function where gonum's inversion alone gives up: tiny shapes and far tails.
func TestBetaQuantileInverts(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 3000 {
		a, b := math.Exp(12*rng.Float64()-6), math.Exp(12*rng.Float64()-6)
		p := math.Exp(-14 * rng.Float64())
		x := betaQuantile(a, b, p)
		if x < 1e-300 || x > 1-1e-12 { // flat to machine precision there
			continue
		}
		lo, hi := mathext.RegIncBeta(a, b, x*(1-1e-7)), mathext.RegIncBeta(a, b, math.Min(1, x*(1+1e-7)))
		if lo > p*(1+1e-6) || hi < p*(1-1e-6) {
			t.Fatalf("Beta(%g, %g) quantile %g = %g, where the CDF is %g..%g", a, b, p, x, lo, hi)
		}
	}
}

// exactKendallP of all orders of 4 values by hand: S = 6, 4, 2, 0, -2, -4, -6 in 1, 3, 5, 6, 5, 3, 1 of 24.
func TestExactKendall(t *testing.T) {
	for s, want := range map[int]float64{6: 2. / 24, 4: 8. / 24, 2: 18. / 24, 0: 1, -4: 8. / 24} {
		same(t, "p", exactKendallP(4, s), want)
	}
}

func TestMedianInterval(t *testing.T) {
	// n = 10: qbinom(.025, 10, .5) = 2, so the 2nd and 9th values; P(2 <= B <= 8) = .9785 covers at least 95%.
	d := Distribute([]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1})
	sameInterval(t, "median", d.MedianCI, 2, 9)
	same(t, "median", d.P50, 5.5)
	if len(d.Warnings) == 0 {
		t.Error("ten durations carry no warning")
	}
	if d := Distribute([]float64{1, 2, 3, 4, 5}); d.MedianCI != nil { // 2 (1/2)^5 = .0625 > .05
		t.Errorf("five values have an interval %+v", d.MedianCI)
	}
}

func TestBasicBootstrap(t *testing.T) {
	// The interval of a mean of n normal values is close to +-1.96 sd/sqrt(n), and mirrors the percentile interval.
	rng := rand.New(rand.NewPCG(3, 1))
	xs := make([]float64, 400)
	var mean float64
	for i := range xs {
		xs[i] = rng.NormFloat64()
		mean += xs[i] / 400
	}
	stat := func(units []int) float64 {
		var m float64
		for _, u := range units {
			m += xs[u] / 400
		}
		return m
	}
	ci := BasicBootstrap(400, stat, .05, BootstrapDraws, 5)
	if half := (ci.Hi - ci.Lo) / 2; math.Abs(half-.098) > .012 || !ci.Contains(mean) {
		t.Errorf("interval %+v of mean %g, want a half width near .098", *ci, mean)
	}
	if again := BasicBootstrap(400, stat, .05, BootstrapDraws, 5); *again != *ci {
		t.Error("the same seed gives another interval")
	}
	if BasicBootstrap(1, stat, .05, 10, 5) != nil {
		t.Error("one unit has an interval")
	}
}

// Ten equal people, one per incident: the raw HHI of small samples is too high, the interval of the unbiased one holds .1.
func TestBootstrapConcentration(t *testing.T) {
	var incidents [][]Part
	for i := range 60 {
		incidents = append(incidents, []Part{{Person: i * 7 % 10, Amount: 1}})
	}
	ci := BootstrapConcentration(incidents, 10, .05, 1)
	if ci.Unbiased == nil || ci.HHI == nil || ci.Gini == nil || ci.Top1 == nil || ci.N != 60 {
		t.Fatalf("missing intervals: %+v", ci)
	}
	for name, i := range map[string]*Interval{"HHI": ci.HHI, "unbiased": ci.Unbiased, "Gini": ci.Gini, "top": ci.Top1} {
		if !(0 <= i.Lo && i.Lo <= i.Hi && i.Hi <= 1) {
			t.Errorf("%s %+v", name, *i)
		}
	}
}

func TestSuppress(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		want  []bool
	}{
		{[]int{9, 3, 20, 6}, []bool{false, true, false, true}}, // 3 is small; 6 is next
		{[]int{9, 5, 20}, []bool{false, false, false}},
		{[]int{4, 1, 30}, []bool{true, true, true}},
		{[]int{0, 7, 8}, []bool{false, false, false}},
	} {
		if got := Suppress(c.sizes); !slices.Equal(got, c.want) {
			t.Errorf("Suppress(%v) = %v, want %v", c.sizes, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	if e := Share(3, 9, 10, .05); !math.IsNaN(e.Value) || e.CI != nil || len(e.Warnings) == 0 {
		t.Errorf("3 of 9 is shown as %+v", e)
	}
	if _, p := ShareDifference(3, 9, 5, 40, .05); !math.IsNaN(p) {
		t.Errorf("3 of 9 was tested: p = %g", p)
	}
	if _, err := Spikes(make([]float64, 60), nil); err == nil {
		t.Error("spikes without incidents")
	}
	if _, err := Spikes(slices.Repeat([]float64{2}, 25), nil); err == nil {
		t.Error("spikes in 25 weeks")
	}
	if _, err := Spikes([]float64{-1}, nil); err == nil {
		t.Error("a negative count")
	}
	if _, err := TrendOfMedians(make([][]float64, 5), .05); err == nil {
		t.Error("a trend of 5 quarters")
	}
	if _, err := CompareWithRota(make([]OnCallRoster, 19), 3, 4, 1); err == nil {
		t.Error("a rota comparison of 19 incidents")
	}
	if _, err := CorrelateSeries(make([]float64, 51), make([]float64, 51), nil); err == nil {
		t.Error("a correlation of 51 weeks")
	}
	if _, err := CorrelateSeries(make([]float64, 60), make([]float64, 60), nil); err == nil {
		t.Error("a correlation of constants")
	}
	if _, err := CochranArmitage([]int{5}, []int{4}); err == nil {
		t.Error("5 events of 4")
	}
	trends, err := ThemeTrends([][]int{{1, 2, 3}}, []int{20, 20, 20}, .05)
	if err != nil || !math.IsNaN(trends[0].Q) || len(trends[0].Warnings) == 0 {
		t.Errorf("3 quarters were tested: %+v %v", trends, err)
	}
}

func TestThemeTrends(t *testing.T) {
	totals := []int{40, 40, 40, 40, 8}
	trends, err := ThemeTrends([][]int{{2, 6, 12, 20, 4}, {5, 6, 5, 6, 1}}, totals, .05)
	if err != nil {
		t.Fatal(err)
	}
	if trends[0].Direction != 1 || trends[0].Q > .001 || trends[1].Q < .5 {
		t.Errorf("a theme from 5%% to 50%% has q %g, a flat one %g", trends[0].Q, trends[1].Q)
	}
	if !math.IsNaN(trends[0].Shares[4].Value) || trends[0].Shares[3].Value != .5 {
		t.Errorf("shares %+v: 20 of 40 is .5 and 4 of 8 is not shown", trends[0].Shares)
	}
}

func TestSeedSeparates(t *testing.T) {
	if Seed("ab", "c") == Seed("a", "bc") || Seed("a", "1") == Seed("a", "2") {
		t.Error("different analyses or data share a seed")
	}
}

// The split sums over stays equal the definition, with people who join, leave and change bands.
func TestParticipationRatiosMatchDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	const people, incidents, bands = 40, 60, 3
	at := make([][]int, people) // band at each incident, -1 off the roster
	var stays []Stay
	for p := range at {
		at[p] = slices.Repeat([]int{-1}, incidents)
		from := rng.IntN(30)
		for b := range bands {
			to := min(incidents, from+rng.IntN(30))
			stays = append(stays, Stay{p, b, from, to})
			for i := from; i < to; i++ {
				at[p][i] = b
			}
			from = to
		}
	}
	responders := make([][]int, incidents)
	for i := range responders {
		for p := range people {
			if rng.Float64() < .1 { // some are off the roster and must not count
				responders[i] = append(responders[i], p)
			}
		}
	}
	got, err := ParticipationRatios(bands, stays, responders)
	if err != nil {
		t.Fatal(err)
	}
	for b := range bands {
		var o, e, m float64
		u := make([]float64, people)
		for i := range incidents {
			var size, in, mi float64
			x := make([]float64, people)
			for p := range people {
				if at[p][i] < 0 {
					continue
				}
				size++
				if at[p][i] == b {
					in++
				}
				if slices.Contains(responders[i], p) {
					x[p] = 1
					mi++
					if at[p][i] == b {
						o++
					}
				}
			}
			if size == 0 {
				continue
			}
			e, m = e+mi*in/size, m+mi
			for p := range people {
				if at[p][i] < 0 {
					continue
				}
				in1 := 0.
				if at[p][i] == b {
					in1 = 1
				}
				u[p] += (in1 - in/size) * (x[p] - mi/size)
			}
		}
		var ever, evIn, evOut, v float64
		for p := range people {
			in, out := slices.Contains(at[p], b), slices.ContainsFunc(at[p], func(k int) bool { return k >= 0 && k != b })
			if in {
				evIn++
			}
			if out {
				evOut++
			}
			if in || out {
				ever++
			}
			v += u[p] * u[p]
		}
		v *= ever / (ever - 1)
		tq := tQuantile(math.Min(evIn, evOut)-1, .975) / zTwoSided(.05)
		r := got[b]
		same(t, "O", r.Observed, o)
		same(t, "E", r.Expected, e)
		same(t, "M", float64(r.Ratio.N), m)
		same(t, "phi", r.Phi, math.Max(1, v/(m*e/m*(1-e/m)))*tq*tq)
		if r.Conclusive || !slices.Contains(r.Ratio.Warnings, WarnSmallRoster) {
			t.Errorf("band %d of 40 people is conclusive: %+v", b, r)
		}
	}
	if _, err := ParticipationRatios(1, []Stay{{1, 0, 0, 5}, {1, 0, 4, 6}}, make([][]int, 9)); err == nil {
		t.Error("overlapping stays are accepted")
	}
	if _, err := ParticipationRatios(1, []Stay{{1, 1, 0, 5}}, make([][]int, 9)); err == nil {
		t.Error("an unknown band is accepted")
	}
	few, err := ParticipationRatios(2, []Stay{{1, 0, 0, 3}, {2, 1, 0, 3}}, [][]int{{1}, {1}, {2}})
	if err != nil || few[0].Ratio.CI != nil || few[0].Ratio.Value != 2/1.5 {
		t.Errorf("two people: %+v %v, want the ratio 2/1.5 without interval", few, err)
	}
}

package stat

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// validate turns the quick checks of every test run into the tables of docs/statistics.md:
//
//	go test ./query/stat -run Validate -validate -timeout 60m -v
var validate = flag.Bool("validate", false, "run the full statistical validation (minutes) and print its tables")

// replicates chooses between the quick and the full number of synthetic organizations.
func replicates(quick, full int) int {
	if *validate {
		return full
	}
	return quick
}

// simulate runs f for n independent organizations on all processors. Each has its own generator, so that the result depends on
// neither their order nor the number of processors.
func simulate[T any](n int, stream uint64, f func(*rand.Rand) T) []T {
	results := make([]T, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				results[i] = f(rand.New(rand.NewPCG(uint64(i), stream)))
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}

func share(xs []bool) float64 {
	n := 0
	for _, x := range xs {
		if x {
			n++
		}
	}
	return float64(n) / float64(len(xs))
}

func scanOrg(o *org, cats []Category, effect func(int) float64) []ScanResult {
	results, err := Scan(Daily{o.draw(effect), slices.Repeat([]float64{1}, o.days)}, cats, o.rng.Uint64())
	if err != nil {
		panic(err) // the generator made days that cannot be
	}
	return results
}

// No event does anything: a claim of any category with q < .05 is false. A thousand organizations are allowed 61 such
// claims, the .95 quantile of a true rate of .05; the full run allows 276 of 5,000 by the same rule, which is the tighter rate.
func TestValidateNull(t *testing.T) {
	for _, w := range []struct {
		name  string
		world world
	}{{"base", baseWorld}, {"Poisson", poissonWorld}, {"harsh", harshWorld}} {
		if !*validate && w.name != "base" {
			continue
		}
		n, gate := replicates(60, 5000), replicates(9, 276)
		type outcome struct{ q, supported bool }
		found := simulate(n, 100, func(rng *rand.Rand) outcome {
			o := newOrg(rng, w.world, 0, 0)
			var out outcome
			for _, r := range scanOrg(o, calendarOf(rng, o.days), nil) {
				out.q = out.q || r.Q < .05
				out.supported = out.supported || r.Verdict == Supported || r.Verdict == Explained || r.Verdict == Inseparable
			}
			return out
		})
		q, supported := 0, 0
		for _, f := range found {
			if f.q {
				q++
			}
			if f.supported {
				supported++
			}
		}
		t.Logf("null, %-7s %d orgs: any q < .05 in %d (%.1f%%), any supported in %d (%.1f%%); gate %d", w.name, n, q, 100*float64(q)/float64(n), supported, 100*float64(supported)/float64(n), gate)
		if q > gate {
			t.Errorf("%s: %d of %d null organizations have a false claim, at most %d are allowed", w.name, q, n, gate)
		}
		if first := min(n, 1000); *validate {
			q = 0
			for _, f := range found[:first] {
				if f.q {
					q++
				}
			}
			t.Logf("null, %-7s the first %d alone: %d", w.name, first, q)
			if q > 61 {
				t.Errorf("%s: %d of the first %d null organizations have a false claim, at most 61 are allowed", w.name, q, first)
			}
		}
	}
}

// Promotions raise the rate in weeks +2..+4; six categories, BH over all.
func TestValidatePower(t *testing.T) {
	for _, c := range []struct {
		perYear, rr float64
		quick       bool
		least       float64 // power below which something is broken
	}{{200, 1.5, false, .15}, {200, 2, true, .7}, {200, 3, false, .95}, {50, 2, false, .12}} {
		if !*validate && !c.quick {
			continue
		}
		n := replicates(30, 500)
		type outcome struct {
			q, claimed, alone [6]bool // by category; claimed: supported before the overlap rule, alone: after it
			place             bool
		}
		var names []string
		found := simulate(n, 200, func(rng *rand.Rand) outcome {
			o := newOrg(rng, baseWorld, 4, c.perYear)
			cats := calendarOf(rng, o.days)
			var out outcome
			for i, r := range scanOrg(o, cats, plant(cats[0].Days, c.rr)) {
				out.q[i], out.alone[i] = r.Q < .05, r.Verdict == Supported
				out.claimed[i] = out.alone[i] || r.Verdict == Explained || r.Verdict == Inseparable
				if i == 0 {
					out.place = r.Q < .05 && r.RR > 1 && r.Window.Start <= 4 && r.Window.Start+r.Window.Len > 2
				}
			}
			return out
		})
		for _, cat := range calendarOf(rand.New(rand.NewPCG(0, 0)), 365) {
			names = append(names, cat.Name)
		}
		of := func(f func(outcome) bool) float64 {
			var xs []bool
			for _, o := range found {
				xs = append(xs, f(o))
			}
			return 100 * share(xs)
		}
		power, right := of(func(o outcome) bool { return o.q[0] }), of(func(o outcome) bool { return o.place })
		t.Logf("power, 4 years, %.0f/year, RR %.1f, %d orgs: q < .05 %.1f%%, with right sign and weeks %.1f%%; supported %.1f%%, standing alone %.1f%%",
			c.perYear, c.rr, n, power, right, of(func(o outcome) bool { return o.claimed[0] }), of(func(o outcome) bool { return o.alone[0] }))
		for i := 1; i < len(names); i++ {
			t.Logf("    %-8s supported without the overlap rule %.1f%%, with it %.1f%%", names[i], of(func(o outcome) bool { return o.claimed[i] }), of(func(o outcome) bool { return o.alone[i] }))
		}
		if power < 100*c.least || right < .95*power {
			t.Errorf("RR %g at %g a year: power %.1f%%, in the right place %.1f%%", c.rr, c.perYear, power, right)
		}
	}
}

// One category by itself, p <= .05.
func TestValidateSingleCategory(t *testing.T) {
	if !*validate {
		t.Skip("only with -validate; TestValidatePower covers the quick run")
	}
	n := replicates(0, 400)
	for _, design := range []struct {
		name      string
		n, period int
	}{{"quarterly", 4, 91}, {"quarterly", 8, 91}, {"quarterly", 12, 91}, {"semiannual", 8, 182}} {
		for _, perYear := range []float64{50, 200} {
			var scan, declared string
			for _, rr := range []float64{1.5, 2, 3} {
				type outcome struct{ scan, declared bool }
				var scans, declareds []bool
				for _, r := range simulate(n, 300, func(rng *rand.Rand) outcome {
					days := design.n*design.period + 91
					o := newOrg(rng, baseWorld, float64(days)/365.25, perYear)
					events := every(91, design.period, o.days-90)
					r := scanOrg(o, []Category{{Name: "x", Days: events}, {Name: "y", Days: events, Declared: &Window{2, 3}}}, plant(events, rr))
					return outcome{r[0].P <= .05, r[1].P <= .05}
				}) {
					scans, declareds = append(scans, r.scan), append(declareds, r.declared)
				}
				scan += fmt.Sprintf(" %.2f", share(scans))
				declared += fmt.Sprintf(" %.2f", share(declareds))
			}
			t.Logf("single, %s n=%d, %.0f/year, %d orgs, RR 1.5/2/3: scan%s, declared window%s", design.name, design.n, perYear, n, scan, declared)
		}
	}
}

// Weeks of an organization's incidents.
func weekly(daily []float64) []float64 {
	weeks := make([]float64, len(daily)/7)
	for t := range 7 * len(weeks) {
		weeks[t/7] += daily[t]
	}
	return weeks
}

// Merges and incidents share growth, season and a response to quarterly events, and nothing else.
func TestValidateSeries(t *testing.T) {
	n := replicates(80, 1000)
	for _, common := range []bool{false, true} {
		hits := simulate(n, 400, func(rng *rand.Rand) bool {
			incidents, merges := newOrg(rng, baseWorld, 3, 200), newOrg(rng, baseWorld, 3, 2500)
			events := every(rng.IntN(91), 91, incidents.days)
			var effect func(int) float64
			if common {
				effect = plant(events, 2)
			}
			weeks := make([]int, len(events))
			for i, e := range events {
				weeks[i] = e / 7
			}
			r, err := CorrelateSeries(weekly(merges.draw(effect)), weekly(incidents.draw(effect)), weeks)
			if err != nil {
				panic(err)
			}
			return r.P <= .05
		})
		t.Logf("series null, common event driver %v, %d orgs: p <= .05 in %.1f%%", common, n, 100*share(hits))
		// 80 orgs at 5%: more than 10 has P = .001. 1,000 orgs: more than 70 has P = .003.
		if share(hits) > float64(replicates(10, 70))/float64(n) {
			t.Errorf("common driver %v: %.1f%% false correlations", common, 100*share(hits))
		}
	}
}

func TestValidateSpikes(t *testing.T) {
	n := replicates(60, 1000)
	type outcome struct {
		false_, years float64
		found         bool
	}
	results := simulate(n, 500, func(rng *rand.Rand) outcome {
		o := newOrg(rng, baseWorld, 3, 200)
		counts := weekly(o.draw(nil))
		s, err := Spikes(counts, nil)
		if err != nil {
			panic(err)
		}
		at := rng.IntN(len(counts))
		out := outcome{false_: float64(len(flagged(s))), years: float64(len(counts)) / weeksPerYear}
		counts = weekly(o.draw(func(day int) float64 {
			if day/7 == at {
				return 5
			}
			return 1
		}))
		if s, err = Spikes(counts, nil); err != nil {
			panic(err)
		}
		out.found = slices.Contains(flagged(s), at)
		return out
	})
	var flags, years float64
	var found []bool
	for _, r := range results {
		flags, years, found = flags+r.false_, years+r.years, append(found, r.found)
	}
	t.Logf("spikes, base world, 3 years of 200, %d orgs: %.2f flags a year when nothing happened, a week of five times the rate is flagged in %.0f%%", n, flags/years, 100*share(found))
	if flags/years > 1 || share(found) < .8 {
		t.Errorf("%.2f false flags a year, %.0f%% found", flags/years, 100*share(found))
	}
}

// Involvement varies between people (log-normal), not between bands: 95% intervals should hold 1 in at least 95%.
func TestValidateExposure(t *testing.T) {
	n := replicates(150, 2000)
	type outcome struct{ covered, poisson bool }
	for _, sd := range []float64{.5, 1, 1.5} {
		results := simulate(n, 600, func(rng *rand.Rand) outcome {
			const people, incidents = 120, 100
			var stays []Stay
			weight := make([]float64, people)
			for p := range people {
				weight[p] = math.Exp(sd * rng.NormFloat64())
				stays = append(stays, Stay{p, min(1, p/30), 0, incidents}) // 30 in band 0
			}
			responders := make([][]int, incidents)
			for i := range responders {
				counts := make([]int, people)
				all := make([]int, people)
				for p := range all {
					all[p] = p
				}
				drawResponders(OnCallRoster{People: all, Hours: weight, Responders: 2 + rng.IntN(6)}, counts, rng)
				for p, c := range counts {
					if c > 0 {
						responders[i] = append(responders[i], p)
					}
				}
			}
			ratios, err := ParticipationRatios(2, stays, responders)
			if err != nil {
				panic(err)
			}
			naive := PoissonInterval(ratios[0].Observed, .05).scale(1 / ratios[0].Expected)
			return outcome{ratios[0].Ratio.CI.Contains(1), naive.Contains(1)}
		})
		var covered, naive []bool
		for _, r := range results {
			covered, naive = append(covered, r.covered), append(naive, r.poisson)
		}
		t.Logf("exposure, involvement log-normal sd %.1f, 30 of 120 people, %d orgs: interval holds 1 in %.1f%% (exact Poisson: %.1f%%)", sd, n, 100*share(covered), 100*share(naive))
		if share(covered) < .92 {
			t.Errorf("sd %g: coverage %.1f%%", sd, 100*share(covered))
		}
	}
}

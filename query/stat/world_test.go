package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// world describes how synthetic organizations behave when no event does anything (docs/statistics.md, "Validation").
type world struct {
	growth, season     [2]float64 // uniform ranges: growth a year, amplitude of the annual wave on the log scale
	weekSD, weekRho    float64    // weekly AR(1) on the log scale
	aftershocks        float64    // mean number of incidents that each incident spawns
	years, incidentsPA [2]float64 // ranges: uniform, log-uniform
}

var (
	baseWorld    = world{growth: [2]float64{0, .7}, season: [2]float64{0, .25}, weekSD: .3, weekRho: .5, aftershocks: .15, years: [2]float64{2, 5}, incidentsPA: [2]float64{25, 400}}
	poissonWorld = world{growth: [2]float64{0, .7}, season: [2]float64{0, .25}, years: [2]float64{2, 5}, incidentsPA: [2]float64{25, 400}}
	harshWorld   = world{growth: [2]float64{.5, 1}, season: [2]float64{.3, .5}, weekSD: .5, weekRho: .7, aftershocks: .35, years: [2]float64{2, 5}, incidentsPA: [2]float64{25, 400}}
)

// org is one synthetic organization: daily rates and the generator that draws from them.
type org struct {
	rng   *rand.Rand
	world world
	days  int
	rate  []float64
}

// newOrg makes an organization of some years with an expected number of incidents a year; 0 draws them from the world.
func newOrg(rng *rand.Rand, w world, years, perYear float64) *org {
	uniform := func(r [2]float64) float64 { return r[0] + (r[1]-r[0])*rng.Float64() }
	if years == 0 {
		years = uniform(w.years)
	}
	if perYear == 0 {
		perYear = math.Exp(uniform([2]float64{math.Log(w.incidentsPA[0]), math.Log(w.incidentsPA[1])}))
	}
	o := &org{rng: rng, world: w, days: int(years * 365.25)}
	g, s, phase := uniform(w.growth), uniform(w.season), 2*math.Pi*rng.Float64()
	week := w.weekSD * rng.NormFloat64()
	var sum float64
	for t := range o.days {
		if t > 0 && t%7 == 0 {
			week = w.weekRho*week + w.weekSD*math.Sqrt(1-w.weekRho*w.weekRho)*rng.NormFloat64()
		}
		year := float64(t) / 365.25
		r := math.Pow(1+g, year) * math.Exp(s*math.Sin(2*math.Pi*year+phase)+week)
		if t%7 >= 5 {
			r *= .4
		}
		o.rate = append(o.rate, r)
		sum += r
	}
	f := perYear * years / sum / (1 + w.aftershocks)
	for t := range o.rate {
		o.rate[t] *= f
	}
	return o
}

// draw returns daily counts: Poisson incidents at the rate times an effect per day (nil: none), each followed by Poisson
// aftershocks an exponential time (mean 2 days) later.
func (o *org) draw(effect func(day int) float64) []float64 {
	counts := make([]float64, o.days)
	for t, r := range o.rate {
		if effect != nil {
			r *= effect(t)
		}
		for range int(poisson(o.rng, r)) {
			counts[t]++
			for range int(poisson(o.rng, o.world.aftershocks)) {
				if at := t + int(o.rng.Float64()+2*o.rng.ExpFloat64()); at < o.days {
					counts[at]++
				}
			}
		}
	}
	return counts
}

// poisson draws a Poisson number: by multiplication for small means, else as a sum of two halves.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 20 {
		return poisson(rng, mean/2) + poisson(rng, mean/2)
	}
	n, p, limit := 0., rng.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// every lists the days from, from+period, ... before end.
func every(from, period, end int) []int {
	var days []int
	for t := from; t < end; t += period {
		days = append(days, t)
	}
	return days
}

// plant multiplies the rate by rr in weeks +2..+4 after the events.
func plant(events []int, rr float64) func(int) float64 {
	return func(t int) float64 {
		for _, e := range events {
			if t >= e+14 && t < e+35 {
				return rr
			}
		}
		return 1
	}
}

// calendarOf draws six categories of org events with the rhythms that companies have: semiannual promotions, quarterly
// planning, a yearly freeze, semiannual reviews that tend to come weeks before promotions, reorganizations at random, and
// on-sites about every four months. Dates wobble by some days.
func calendarOf(rng *rand.Rand, days int) []Category {
	regular := func(from, period, wobble int) []int {
		ds := every(from, period, days)
		for i := range ds {
			ds[i] += rng.IntN(2*wobble+1) - wobble
		}
		return ds
	}
	promotion := rng.IntN(182)
	var reorgs []int
	for t := rng.ExpFloat64() * 240; t < float64(days); t += 60 + rng.ExpFloat64()*180 {
		reorgs = append(reorgs, int(t))
	}
	cats := []Category{
		{Name: "promotion", Days: regular(promotion, 182, 3)},
		{Name: "planning", Days: regular(rng.IntN(91), 91, 3)},
		{Name: "freeze", Days: regular(rng.IntN(365), 365, 2)},
		{Name: "review", Days: regular((promotion+182-21-rng.IntN(60))%182, 182, 5)},
		{Name: "reorg", Days: reorgs},
		{Name: "onsite", Days: regular(rng.IntN(120), 122, 10)},
	}
	for i := range cats {
		slices.Sort(cats[i].Days)
	}
	return cats
}

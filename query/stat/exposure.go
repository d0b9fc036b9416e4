package stat

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Stay says that a person was on the roster, in one band (tenure, vesting), for the incidents From <= i < To. People are numbered from 0, incidents
// in time order from 0; a person has as many stays as changes of band, and they do not overlap.
type Stay struct {
	Person, Band, From, To int
}

// BandRatio is one band's standardized participation ratio.
type BandRatio struct {
	Band       int
	Observed   float64  // participations of responders in the band
	Expected   float64  // sum over incidents of responders x the band's share of the roster
	Ratio      Estimate // SPR = Observed/Expected, 1 = its share; N: all participations. CI nil: see Warnings
	Phi        float64  // overdispersion of the interval, t-adjusted
	PeopleIn   int      // ever in the band
	PeopleOut  int      // ever outside it
	People     int      // ever on the roster at an incident
	Conclusive bool     // at least 100 people on the roster and an interval: a verdict may be shown
}

const (
	exposureMinSide   = 5
	exposureMinRoster = 100
)

// ParticipationRatios compares, for every band 0..bands-1, the participations of its people with what the band's share of
// the roster at each incident makes expected (indirect standardization). With pi_i the band's share, m_i the responders on
// the roster and R_i its size at incident i, x_pi whether person p responded:
//
//	O = responders in the band, E = sum m_i pi_i, M = sum m_i, SPR = O/E
//	u_p = sum_i (1[p in band] - pi_i)(x_pi - m_i/R_i)    V = sum u_p^2 P/(P-1)
//	phi = max(1, V/(M pb (1-pb))) (t_.975,df / z_.975)^2, pb = E/M, df = min(people in, people out) - 1
//	CI = KornGraubard(O, M, phi, .05)/pb
//
// so that one busy person does not make a band look significant: the unit of variance is the person. (The exact Poisson
// interval of O/E covers only 28-81% when involvement varies between people.) responders[i] lists the people of incident i;
// those off the roster then are not counted. Time is O(stays + participations).
//
// Errors name a stay that is out of range or overlaps another one of the same person.
func ParticipationRatios(bands int, stays []Stay, responders [][]int) ([]BandRatio, error) {
	e, err := newExposure(bands, stays, responders)
	if err != nil {
		return nil, err
	}
	ratios := make([]BandRatio, bands)
	var each sync.WaitGroup
	for b := range ratios {
		each.Go(func() {
			r := e.band(b)
			switch {
			case r.PeopleIn < exposureMinSide || r.PeopleOut < exposureMinSide:
				r.Ratio.CI = nil
				r.Ratio.Warnings = append(r.Ratio.Warnings, WarnFewPeople)
			case r.People < exposureMinRoster:
				r.Ratio.Warnings = append(r.Ratio.Warnings, WarnSmallRoster)
			default:
				r.Conclusive = r.Ratio.CI != nil
			}
			ratios[b] = r
		})
	}
	each.Wait()
	return ratios, nil
}

// exposure holds what all bands share.
type exposure struct {
	stays  [][]Stay    // by person with any stay, ordered by From
	size   []float64   // roster size at each incident
	inBand [][]float64 // band -> its size at each incident
	m      []float64   // responders on the roster at each incident
	took   [][]place   // by person: participations
}

// place is a participation: at which incident, in which band.
type place struct{ incident, band int }

func newExposure(bands int, stays []Stay, responders [][]int) (*exposure, error) {
	n := len(responders)
	e := &exposure{size: make([]float64, n+1), m: make([]float64, n), inBand: make([][]float64, bands)}
	for b := range e.inBand {
		e.inBand[b] = make([]float64, n+1)
	}
	var index []int // of a person, 1 more than their place in e.stays
	for _, s := range stays {
		if s.Band < 0 || s.Band >= bands || s.From < 0 || s.To > n || s.From > s.To || s.Person < 0 {
			return nil, fmt.Errorf("stat: stay %+v is outside %d bands and %d incidents, or of nobody", s, bands, n)
		}
		if s.From == s.To {
			continue
		}
		for s.Person >= len(index) {
			index = append(index, 0)
		}
		if index[s.Person] == 0 {
			e.stays = append(e.stays, nil)
			index[s.Person] = len(e.stays)
		}
		p := index[s.Person] - 1
		e.stays[p] = append(e.stays[p], s)
		// Differences now, running sums below.
		e.size[s.From]++
		e.size[s.To]--
		e.inBand[s.Band][s.From]++
		e.inBand[s.Band][s.To]--
	}
	for i := 1; i < n; i++ {
		e.size[i] += e.size[i-1]
		for b := range e.inBand {
			e.inBand[b][i] += e.inBand[b][i-1]
		}
	}
	for _, own := range e.stays {
		slices.SortFunc(own, func(a, b Stay) int { return a.From - b.From })
		for k := 1; k < len(own); k++ {
			if own[k].From < own[k-1].To {
				return nil, fmt.Errorf("stat: person %d has overlapping stays %+v and %+v", own[k].Person, own[k-1], own[k])
			}
		}
	}
	e.took = make([][]place, len(e.stays))
	for i, people := range responders {
		for _, person := range people {
			if person < 0 || person >= len(index) || index[person] == 0 {
				continue
			}
			p := index[person] - 1
			for _, s := range e.stays[p] {
				if s.From <= i && i < s.To {
					e.m[i]++
					e.took[p] = append(e.took[p], place{i, s.Band})
				}
			}
		}
	}
	return e, nil
}

// band computes one band's ratio and interval, whatever the number of people. Each u_p is split into sums over whole stays,
// which prefix sums over incidents give at once.
func (e *exposure) band(b int) BandRatio {
	n := len(e.m)
	pi := make([]float64, n)
	perHead := make([]float64, n+1) // prefix sums of m_i/R_i
	shared := make([]float64, n+1)  // prefix sums of pi_i m_i/R_i
	var expected, total float64
	for i := range pi {
		if e.size[i] > 0 {
			pi[i] = e.inBand[b][i] / e.size[i]
			perHead[i+1] = e.m[i] / e.size[i]
		}
		shared[i+1] = shared[i] + pi[i]*perHead[i+1]
		perHead[i+1] += perHead[i]
		expected += e.m[i] * pi[i]
		total += e.m[i]
	}
	r := BandRatio{Band: b, Expected: expected, People: len(e.stays)}
	var sumSquares float64
	for p, own := range e.stays {
		var u float64
		var in, out bool
		for _, s := range own {
			u += shared[s.To] - shared[s.From]
			if s.Band == b {
				u -= perHead[s.To] - perHead[s.From]
				in = true
			} else {
				out = true
			}
		}
		for _, t := range e.took[p] {
			u -= pi[t.incident]
			if t.band == b {
				u++
				r.Observed++
			}
		}
		sumSquares += u * u
		if in {
			r.PeopleIn++
		}
		if out {
			r.PeopleOut++
		}
	}
	r.Ratio = Estimate{Value: r.Observed / expected, N: int(total)}
	df := float64(min(r.PeopleIn, r.PeopleOut) - 1)
	if df < 1 || !(expected > 0) || !(expected < total) {
		r.Phi = math.NaN()
		return r
	}
	people, share := float64(len(e.stays)), expected/total
	v := sumSquares * people / (people - 1)
	t := tQuantile(df, .975) / zTwoSided(.05)
	r.Phi = math.Max(1, v/(total*share*(1-share))) * t * t
	ci := KornGraubard(r.Observed, total, r.Phi, .05).scale(1 / share)
	r.Ratio.CI = &ci
	return r
}

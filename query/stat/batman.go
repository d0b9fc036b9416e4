package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// OnCallRoster is who could have answered one incident, and how many did.
type OnCallRoster struct {
	People     []int     // eligible people, numbered 0..people-1
	Hours      []float64 // scheduled hours of each; people without hours are never drawn. nil: equal
	Responders int       // how many responded
}

// BatmanRatio compares the top person's share of incidents with what the rota alone would make of it.
type BatmanRatio struct {
	N        int       // incidents
	Observed Estimate  // share of incidents the top person responded to, Wilson interval
	NullMean float64   // mean top share if the rota decided
	Null     *Interval // 95% range of the top share if the rota decided; not a confidence interval
	Ratio    float64   // observed / NullMean; NaN if no rota has anyone
	Seed     uint64
	Warnings []string
}

const batmanMinIncidents = 20

// CompareWithRota draws each incident's responders without replacement from its eligible on-call roster, with chances in
// proportion to scheduled hours, 2,000 times, and records the largest share of incidents that anyone gets. top is the number
// of incidents that the busiest person really responded to. The result is descriptive and has no p: people always differ.
// Error: fewer than 20 incidents.
func CompareWithRota(incidents []OnCallRoster, people, top int, seed uint64) (BatmanRatio, error) {
	if len(incidents) < batmanMinIncidents {
		return BatmanRatio{N: len(incidents)}, fmt.Errorf("stat: the rota comparison needs %d incidents, there are %d", batmanMinIncidents, len(incidents))
	}
	shares := rotaTopShares(incidents, people, BootstrapDraws, newRand(seed, "rota"))
	var sum float64
	for _, s := range shares {
		sum += s
	}
	sort.Float64s(shares)
	n := len(incidents)
	wilson := Wilson(top, n, .05)
	r := BatmanRatio{
		N: n, Seed: seed,
		Observed: Estimate{Value: float64(top) / float64(n), CI: &wilson, N: n},
		NullMean: sum / float64(len(shares)),
		Null:     &Interval{quantileSorted(shares, .025), quantileSorted(shares, .975)},
	}
	r.Ratio = math.NaN() // nobody was on call
	if r.NullMean > 0 {
		r.Ratio = r.Observed.Value / r.NullMean
	}
	short := 0
	for _, i := range incidents {
		if i.Responders > len(i.People) {
			short++
		}
	}
	if short > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d incidents had more responders than people on the rota", short))
	}
	return r, nil
}

// rotaTopShares returns the top share of each draw.
func rotaTopShares(incidents []OnCallRoster, people, draws int, rng *rand.Rand) []float64 {
	shares := make([]float64, draws)
	counts := make([]int, people)
	for d := range shares {
		clear(counts)
		for _, i := range incidents {
			drawResponders(i, counts, rng)
		}
		shares[d] = float64(slices.Max(append(counts, 0))) / float64(len(incidents))
	}
	return shares
}

// drawResponders draws one incident's responders by the smallest exponential times, -log(u)/weight: the order of sampling
// without replacement with those weights (Efraimidis & Spirakis 2006). The m smallest are kept in a short sorted array.
func drawResponders(r OnCallRoster, counts []int, rng *rand.Rand) {
	type arrival struct {
		at     float64
		person int
	}
	var buffer [16]arrival
	first := buffer[:0]
	m := min(r.Responders, len(r.People))
	for k, person := range r.People {
		w := 1.0
		if r.Hours != nil {
			w = r.Hours[k]
		}
		if !(w > 0) {
			continue
		}
		at := rng.ExpFloat64() / w
		if len(first) == m && (m == 0 || at >= first[m-1].at) {
			continue
		}
		if len(first) < m {
			first = append(first, arrival{})
		}
		j := len(first) - 1
		for ; j > 0 && first[j-1].at > at; j-- {
			first[j] = first[j-1]
		}
		first[j] = arrival{at, person}
	}
	for _, a := range first {
		counts[a.person]++
	}
}

// offCallMin is the number of participations below which a share of off-call ones says nothing about a person.
const offCallMin = 5

// Share is k/n with its Wilson interval. Under least observations the value is NaN and there is no interval; the counts
// remain with the caller.
func Share(k, n, least int, alpha float64) Estimate {
	if n < least || n <= 0 {
		return Estimate{Value: math.NaN(), N: n, Warnings: []string{fmt.Sprintf("fewer than %d in the denominator: counts only", max(least, 1))}}
	}
	ci := Wilson(k, n, alpha)
	return Estimate{Value: float64(k) / float64(n), CI: &ci, N: n}
}

// OffCallShare is the share of a person's participations of known on-call status that happened off call. Needs 5.
func OffCallShare(offCall, known int) Estimate { return Share(offCall, known, offCallMin, .05) }

package generate

import (
	"math"
	"math/rand/v2"
)

// random is one independent stream of random numbers. Every file, channel, day and incident has a stream of its own, named by
// the seed, a label and numbers, so that parts can be generated in any order, or twice, and come out the same.
type random struct {
	*rand.Rand
	pcg *rand.PCG
}

func newRandom(seed uint64, label string, ns ...int) *random {
	pcg := rand.NewPCG(0, 0)
	r := &random{rand.New(pcg), pcg}
	r.reset(seed, label, ns...)
	return r
}

// reset restarts r as the named stream, without allocating.
func (r *random) reset(seed uint64, label string, ns ...int) {
	h := mixKey(seed, label, ns...)
	r.pcg.Seed(h, mix(h+0x9e3779b97f4a7c15))
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every input bit over all output bits.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// mixKey hashes a label (FNV-1a) and numbers into 64 bits.
func mixKey(seed uint64, label string, ns ...int) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(label) {
		h = (h ^ uint64(label[i])) * 1099511628211
	}
	h = mix(h ^ mix(seed))
	for _, n := range ns {
		h = mix(h + 0x9e3779b97f4a7c15 + uint64(n))
	}
	return h
}

// share is a fixed number in [0, 1) of the key: a property that must not depend on when it is asked for.
func share(seed uint64, label string, ns ...int) float64 {
	return float64(mixKey(seed, label, ns...)>>11) / (1 << 53)
}

func (r *random) chance(p float64) bool { return r.Float64() < p }

// between is uniform in [lo, hi].
func (r *random) between(lo, hi int) int { return lo + r.IntN(hi-lo+1) }

// poisson draws a count with the mean lambda: Knuth's product for small means, the rounded normal beyond 30.
func (r *random) poisson(lambda float64) int {
	if lambda <= 0 {
		return 0
	}
	if lambda > 30 {
		return max(0, int(math.Round(lambda+math.Sqrt(lambda)*r.NormFloat64())))
	}
	limit, p, n := math.Exp(-lambda), r.Float64(), 0
	for p > limit {
		p *= r.Float64()
		n++
	}
	return n
}

// weighted draws an index with probability proportional to its weight.
func (r *random) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func pick[T any](r *random, list []T) T { return list[r.IntN(len(list))] }

const base32Digits = "0123456789ABCDEFGHJKLMNPQRSTUVWX"

// code spells a 64-bit number as n characters of upper-case letters and digits, n at most 12.
func code(x uint64, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = base32Digits[x&31]
		x >>= 5
	}
	return string(b)
}

// Package stat is orgheat's statistics: confidence intervals, tests, a log-linear model and the methods built on them
// (event scan, spikes, concentration, exposure, trends, vesting).
//
// It owns every inference that a page or metric shows. It takes plain numbers that SQL has already counted and returns
// results that carry their n, their interval and their warnings, so that no estimate can be shown without them. It
// refuses databases, files, clocks and global randomness: the same input and seed give the same numbers, on any machine.
//
// Conventions, unless a function says otherwise:
//   - alpha is the two-sided error rate of an interval (0.05 for 95%).
//   - NaN is "not computed" and a nil *Interval is "too little data to give one"; Warnings say why.
//   - Results are associations. No function of this package shows that something caused something.
//
// The expected values of the tests come from R 4.2.2 (with surveillance 1.20.3) and scipy 1.10.1; see docs/statistics.md,
// which also holds the measured false-positive rates and powers.
package stat

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
)

// MethodVersion names the generation of the methods in this package. It changes when a number on a page may change for
// the same data; store it beside the seed with every saved result.
const MethodVersion = 1

// Warnings that callers may want to compare with; all others are free text.
const (
	WarnSeason       = "cannot be separated from season: the event comes once a year"
	WarnDominant     = "one occurrence supplies more than half of the difference"
	WarnSmallRoster  = "fewer than 100 people on the roster: read the shares, draw no conclusion"
	WarnFewPeople    = "fewer than 5 people in the band or outside it: no interval"
	WarnSmallGroup   = "fewer than 10 in the denominator: counts only"
	WarnFewForChange = "fewer than 30 in a period: the change is mostly chance"
)

// Estimate is a number with what a reader needs to judge it.
type Estimate struct {
	Value    float64   // in the unit that the producing function documents; NaN: not computed
	CI       *Interval // nil: too little data for an interval
	N        int       // observations behind the value
	Warnings []string
}

// Seed derives a random seed from the name of an analysis and the version of the data it reads, so that a page shows the
// same simulated numbers until its data change. FNV-1a, 64 bits.
func Seed(analysis, dataVersion string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(analysis))
	h.Write([]byte{0}) // keeps ("ab", "c") apart from ("a", "bc")
	h.Write([]byte(dataVersion))
	return h.Sum64()
}

// newRand returns a generator for one named stream of a seed: results do not depend on the order of the streams.
func newRand(seed uint64, stream string) *rand.Rand {
	h := fnv.New64a()
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	h.Write(b[:])
	h.Write([]byte(stream))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

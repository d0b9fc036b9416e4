package stat

import (
	"fmt"
	"math"
	"time"
)

// Grant is a vesting schedule. Its dates are calendar days: only year, month and day of Start count.
type Grant struct {
	Start       time.Time
	CliffMonths int // nothing vests before
	TotalMonths int // everything has vested when the period that holds the last of them ends
	EveryMonths int // length of a period: 1 monthly, 3 quarterly, 12 yearly
	Quantity    float64
}

// Validate reports what is wrong with a grant.
func (g Grant) Validate() error {
	switch {
	case g.TotalMonths <= 0:
		return fmt.Errorf("stat: a grant vests over %d months: give a positive total", g.TotalMonths)
	case g.CliffMonths < 0 || g.CliffMonths > g.TotalMonths:
		return fmt.Errorf("stat: a cliff of %d months is outside the grant's %d", g.CliffMonths, g.TotalMonths)
	case g.EveryMonths <= 0:
		return fmt.Errorf("stat: vesting periods of %d months: give 1, 3 or 12", g.EveryMonths)
	case !(g.Quantity >= 0) || math.IsInf(g.Quantity, 0):
		return fmt.Errorf("stat: a grant of %v shares", g.Quantity)
	}
	return nil
}

// AddMonths moves a day by calendar months, clamped to the last day of the month: Jan 31 + 1 month = Feb 28 or 29. The
// result is midnight UTC.
func AddMonths(day time.Time, months int) time.Time {
	y, m, d := day.Date()
	n := y*12 + int(m) - 1 + months
	year, month := n/12, time.Month(n%12+1)
	return time.Date(year, month, min(d, lastDay(year, month)), 0, 0, 0, 0, time.UTC)
}

// MonthsBetween is the number of whole calendar months from one day to another: the largest k with AddMonths(from, k) <=
// to; negative if to is before from.
func MonthsBetween(from, to time.Time) int { return civilOf(from).monthsTo(civilOf(to)) }

// civil is a calendar day: months since the year 0, day of the month, and the last one of that month.
type civil struct{ month, day, last int }

func civilOf(t time.Time) civil {
	y, m, d := t.Date()
	return civil{y*12 + int(m) - 1, d, lastDay(y, m)}
}

func (from civil) monthsTo(to civil) int {
	k := to.month - from.month
	if to.day < from.day && to.day < to.last { // AddMonths(from, k) is the day from.day of to's month, or its last
		k--
	}
	return k
}

func (c civil) before(d civil) bool { return c.month < d.month || c.month == d.month && c.day < d.day }

// lastDay is the number of days in a month.
func lastDay(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Vested is the fraction of a grant vested on a day, that day included: 0 before the cliff, then elapsed whole periods over
// the total, at most 1. A period that the total cuts short elapses whole: 10 months in quarters have vested after 12. EveryMonths must be
// positive (Validate).
func (g Grant) Vested(day time.Time) float64 { return g.vestedAfter(MonthsBetween(g.Start, day)) }

// vestedAfter is the fraction vested after k whole months.
func (g Grant) vestedAfter(k int) float64 {
	if k < 0 || k < g.CliffMonths {
		return 0
	}
	return min(1, float64(k/g.EveryMonths*g.EveryMonths)/float64(g.TotalMonths))
}

// CliffDate is the day before which nothing vests.
func (g Grant) CliffDate() time.Time { return AddMonths(g.Start, g.CliffMonths) }

// VestedFraction is the vested share of all grants started by a day, weighted by quantity (equally if all quantities are
// 0); ok is false without one.
func VestedFraction(grants []Grant, day time.Time) (fraction float64, ok bool) {
	return vestedFraction(grants, civilOf(day))
}

func vestedFraction(grants []Grant, day civil) (fraction float64, ok bool) {
	var vested, quantity, plain, n float64
	for _, g := range grants {
		k := civilOf(g.Start).monthsTo(day)
		if k < 0 {
			continue
		}
		v := g.vestedAfter(k)
		vested, quantity = vested+g.Quantity*v, quantity+g.Quantity
		plain, n = plain+v, n+1
	}
	switch {
	case n == 0:
		return 0, false
	case quantity == 0:
		return plain / n, true
	}
	return vested / quantity, true
}

// VestingBand is where a person stands on a day.
type VestingBand string

// The vesting bands. BeforeCliff: all grants are before theirs. FullyVested: at least 80% of the granted quantity, and the first grant entirely; yearly refreshers
// would otherwise mean that nobody ever is.
const (
	NoGrant     VestingBand = "none"
	BeforeCliff VestingBand = "before_cliff"
	Vesting     VestingBand = "vesting"
	FullyVested VestingBand = "fully_vested"
)

const fullyVested = .8

// VestingBandOf is the band of a person with these grants on a day. Of several first grants of one day all must have vested.
func VestingBandOf(grants []Grant, day time.Time) VestingBand {
	on := civilOf(day)
	fraction, ok := vestedFraction(grants, on)
	if !ok {
		return NoGrant
	}
	begun, first := false, civilOf(grants[0].Start)
	for _, g := range grants {
		start := civilOf(g.Start)
		begun = begun || start.monthsTo(on) >= g.CliffMonths
		if start.before(first) {
			first = start
		}
	}
	switch {
	case !begun:
		return BeforeCliff
	case fraction < fullyVested-1e-9:
		return Vesting
	}
	for _, g := range grants {
		if start := civilOf(g.Start); start == first && g.vestedAfter(start.monthsTo(on)) < 1 {
			return Vesting
		}
	}
	return FullyVested
}

// Vestee is a person with engaged hours and grants.
type Vestee struct {
	Hours  float64
	Grants []Grant
}

// HorizonPoint is the outlook to one date.
type HorizonPoint struct {
	Months int
	Day    time.Time
	Share  float64 // of engaged hours held by people fully vested on Day (included); NaN without hours
	Newly  float64 // Share minus the share as of today
	People int     // fully vested on Day
}

// VestingHorizon says which share of the engaged hours is held by people who will be fully vested after each number of
// months from asOf, if nobody gets a new grant and nobody leaves.
func VestingHorizon(people []Vestee, asOf time.Time, months []int) []HorizonPoint {
	at := func(m int) HorizonPoint {
		p := HorizonPoint{Months: m, Day: AddMonths(asOf, m)}
		var full, all float64
		for _, v := range people {
			all += v.Hours
			if VestingBandOf(v.Grants, p.Day) == FullyVested {
				full += v.Hours
				p.People++
			}
		}
		p.Share = full / all
		return p
	}
	today := at(0).Share
	points := make([]HorizonPoint, len(months))
	for i, m := range months {
		points[i] = at(m)
		points[i].Newly = points[i].Share - today
	}
	return points
}

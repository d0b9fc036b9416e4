package query

import (
	"slices"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// A refresher takes a fully vested person back to vesting, and four years later they are fully vested again: bands do not only rise. The
// spells found by bisection must be those of asking at every incident.
func TestVestingSpells(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	grants := []stat.Grant{
		{Start: day("2022-06-01"), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 900},
		{Start: day("2018-01-01"), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 100},
	}
	var c clock
	for d := day("2017-12-01"); d.Before(day("2027-01-01")); d = d.AddDate(0, 0, 3) {
		c.started = append(c.started, d.Add(15*time.Hour).UnixMilli())
	}
	var got, want []string
	for _, s := range vestingSpells(vestingSteps(grants), c) {
		for range s.to - s.from {
			got = append(got, vestingBands[s.band])
		}
	}
	for _, ms := range c.started {
		want = append(want, string(stat.VestingBandOf(grants, time.UnixMilli(ms).UTC())))
	}
	if !slices.Equal(got, want) {
		t.Errorf("bands by bisection differ from bands by day")
	}
	// None, before the cliff, vesting, fully from 2022-01-01, vesting from 2022-06-01, fully again when 700 of the 900 have vested.
	if runs := slices.Compact(slices.Clone(want)); !slices.Equal(runs, []string{"none", "before_cliff", "vesting", "fully_vested", "vesting", "fully_vested"}) {
		t.Errorf("bands in turn: %v", runs)
	}
}

// Incidents are placed by half-open days and seconds: what begins on an incident's day, or at its very second, holds for it.
func TestClock(t *testing.T) {
	c := clock{started: []int64{0, 86_399_999, 86_400_000, 90_000_500}}
	for _, x := range []struct {
		name      string
		got, want int
	}{{"day 0", c.day(0), 0}, {"day 1", c.day(1), 2}, {"day 2", c.day(2), 4}, {"second 90000", c.second(90_000), 3}, {"second 90001", c.second(90_001), 4}, {"always", c.day(-25567), 0}} {
		if x.got != x.want {
			t.Errorf("%s: %d incidents before, want %d", x.name, x.got, x.want)
		}
	}
}

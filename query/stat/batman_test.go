package stat

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestCompareWithRota(t *testing.T) {
	roster := func(n int, o OnCallRoster) []OnCallRoster { return slices.Repeat([]OnCallRoster{o}, n) }
	// One person on every rota is the top person by rota alone: the null is 1, whatever the draws.
	r, err := CompareWithRota(roster(25, OnCallRoster{People: []int{2}, Responders: 1}), 3, 25, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "null", r.NullMean, 1)
	same(t, "ratio", r.Ratio, 1)
	sameInterval(t, "Wilson 25/25", r.Observed.CI, 25/(25+1.959964*1.959964), 1) // k = n: lo = n/(n + z^2)

	// Hours 3:1 and one responder: the first of two people gets 3/4 of 400 incidents, sd sqrt(.75*.25/400) = .022.
	r, err = CompareWithRota(roster(400, OnCallRoster{People: []int{0, 1}, Hours: []float64{3, 1}, Responders: 1}), 2, 390, 1)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.NullMean-.75) > .005 || math.Abs(r.Null.Lo-(.75-.0433)) > .01 || math.Abs(r.Null.Hi-(.75+.0433)) > .01 {
		t.Errorf("null %.3f %+v, want .75 -+ 1.96 sd", r.NullMean, *r.Null)
	}
	// People without hours are never drawn, and more responders than people are capped and reported.
	r, err = CompareWithRota(roster(20, OnCallRoster{People: []int{0, 1}, Hours: []float64{0, 1}, Responders: 3}), 2, 20, 1)
	if err != nil || r.NullMean != 1 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "20 incidents") {
		t.Errorf("%+v %v", r, err)
	}
}

func TestDrawResponders(t *testing.T) {
	counts := make([]int, 4)
	drawResponders(OnCallRoster{People: []int{0, 1, 3}, Hours: []float64{0, 1, 5}, Responders: 3}, counts, newRand(1, "x"))
	if !slices.Equal(counts, []int{0, 1, 0, 1}) {
		t.Errorf("drawn %v: the two people with hours, once each", counts)
	}
}

func TestOffCallShare(t *testing.T) {
	if e := OffCallShare(3, 4); !math.IsNaN(e.Value) || e.CI != nil {
		t.Errorf("3 of 4 participations are shown as %+v", e)
	}
	if e := OffCallShare(3, 5); e.Value != .6 || e.CI == nil || e.N != 5 {
		t.Errorf("3 of 5: %+v", e)
	}
}

func TestTiersAndLorenz(t *testing.T) {
	// Cumulated before each: 0, 50, 80, 90, 95, so that the third starts at 80% and is no longer core.
	c := Concentrate([]Holder{{"a", "", 50}, {"b", "", 30}, {"c", "", 10}, {"d", "", 5}, {"e", "", 5}})
	want := []Tier{Core, Core, Regular, Regular, Casual}
	for i, h := range c.Ranked {
		if h.Tier != want[i] {
			t.Errorf("%s is %s, want %s", h.Name, h.Tier, want[i])
		}
	}
	same(t, "top 3", c.Top3, .9)
	if got := Lorenz([]float64{3, 0, 1}); !slices.Equal(got, []LorenzPoint{{0, 0}, {1. / 3, 0}, {2. / 3, .25}, {1, 1}}) {
		t.Errorf("Lorenz %v", got)
	}
	if Lorenz([]float64{0, 0}) != nil {
		t.Error("nothing has a Lorenz curve")
	}
	if empty := Concentrate(nil); !math.IsNaN(empty.Top1) || empty.CAF != 0 {
		t.Errorf("nobody: %+v", empty)
	}
}

package stat

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// Four years, one-year cliff, monthly: k = whole months, day clamped to the month's end; k < 12 -> 0, else min(k, 48)/48.
func TestVestingGolden(t *testing.T) {
	for _, c := range []struct {
		start, on string
		want      float64
	}{
		{"2020-01-31", "2021-01-30", 0}, {"2020-01-31", "2021-01-31", .25},
		{"2021-03-15", "2022-03-14", 0}, {"2021-03-15", "2022-03-15", .25},
		{"2021-03-15", "2023-09-14", .604167}, {"2021-03-15", "2023-09-15", .625},
		{"2021-03-15", "2025-03-14", .979167}, {"2021-03-15", "2025-03-15", 1},
		{"2020-02-29", "2021-02-28", .25},
		{"2021-03-15", "2021-03-14", 0}, {"2021-03-15", "2035-01-01", 1},
	} {
		g := Grant{Start: day(c.start), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 1}
		same(t, c.start+" on "+c.on, g.Vested(day(c.on)), c.want)
	}
}

func TestVestingPeriods(t *testing.T) {
	g := Grant{Start: day("2024-01-31"), CliffMonths: 0, TotalMonths: 12, EveryMonths: 3, Quantity: 1}
	for on, want := range map[string]float64{
		"2024-04-29": 0,   // two whole months
		"2024-04-30": .25, // Jan 31 + 3 months is clamped to Apr 30
		"2024-07-30": .25, // Jan 31 + 6 months is Jul 31
		"2024-07-31": .5,
		"2025-01-31": 1,
	} {
		same(t, on, g.Vested(day(on)), want)
	}
	// A total that is no multiple of the period: 10 months in quarters is 3/10, 6/10, 9/10, then 1, never 12/10.
	g = Grant{Start: day("2024-01-01"), TotalMonths: 10, EveryMonths: 3}
	same(t, "9 months", g.Vested(day("2024-10-15")), .9)
	same(t, "10 months", g.Vested(day("2024-11-01")), .9)
	same(t, "12 months", g.Vested(day("2025-01-01")), 1)
	if d := AddMonths(day("2023-12-31"), 2); !d.Equal(day("2024-02-29")) {
		t.Errorf("Dec 31 + 2 months = %s, want the leap day", d.Format(time.DateOnly))
	}
	if d := AddMonths(day("2024-03-31"), -1); !d.Equal(day("2024-02-29")) {
		t.Errorf("Mar 31 - 1 month = %s, want the leap day", d.Format(time.DateOnly))
	}
	for name, bad := range map[string]Grant{
		"no total": {EveryMonths: 1}, "late cliff": {TotalMonths: 12, CliffMonths: 13, EveryMonths: 1},
		"no period": {TotalMonths: 12}, "negative": {TotalMonths: 12, EveryMonths: 1, Quantity: -1},
	} {
		if bad.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestVestingBands(t *testing.T) {
	first := Grant{Start: day("2020-01-01"), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 900}
	refresher := Grant{Start: day("2024-01-01"), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 100}
	large := refresher
	large.Quantity = 300
	for _, c := range []struct {
		grants []Grant
		on     string
		want   VestingBand
	}{
		{nil, "2024-01-01", NoGrant},
		{[]Grant{first}, "2019-12-31", NoGrant}, // not started: does not exist
		{[]Grant{first}, "2020-12-31", BeforeCliff},
		{[]Grant{first}, "2021-01-01", Vesting},
		{[]Grant{first}, "2023-12-01", Vesting}, // 47/48 is over 80%, but the first grant is not entirely vested
		{[]Grant{first}, "2024-01-01", FullyVested},
		{[]Grant{refresher, first}, "2024-01-01", FullyVested}, // 900 of 1000
		{[]Grant{large, first}, "2024-01-01", Vesting},         // 900 of 1200 = 75%
		{[]Grant{large, first}, "2025-01-01", FullyVested},     // 900 + 300/4 = 975 of 1200 = 81%
	} {
		if got := VestingBandOf(c.grants, day(c.on)); got != c.want {
			t.Errorf("%d grants on %s: %s, want %s", len(c.grants), c.on, got, c.want)
		}
	}
	same(t, "weighted", must(VestedFraction([]Grant{large, first}, day("2025-01-01"))), 975./1200)
	large.Quantity, first.Quantity = 0, 0
	same(t, "without quantities", must(VestedFraction([]Grant{large, first}, day("2025-01-01"))), .625)
}

func must(f float64, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return f
}

func TestVestingHorizonGolden(t *testing.T) {
	var people []Vestee
	for _, p := range []struct {
		hours float64
		start string
	}{{40, "2021-03-15"}, {25, "2022-01-10"}, {20, "2023-06-01"}, {10, "2019-05-01"}, {5, "2024-09-01"}} {
		people = append(people, Vestee{p.hours, []Grant{{Start: day(p.start), CliffMonths: 12, TotalMonths: 48, EveryMonths: 1, Quantity: 1}}})
	}
	want := []float64{.10, .50, .50, .75}
	for i, h := range VestingHorizon(people, day("2025-01-01"), []int{0, 3, 12, 24}) {
		same(t, fmt.Sprintf("N=%d", h.Months), h.Share, want[i])
		same(t, fmt.Sprintf("N=%d newly", h.Months), h.Newly, want[i]-.10)
	}
}

func TestEngagedTimeGolden(t *testing.T) {
	var at []int64
	for _, m := range []int64{70, 0, 31, 4, 30} {
		at = append(at, 60*m)
	}
	spans := EngagedSpans(at)
	if got, want := fmt.Sprint(spans), fmt.Sprint([]Span{{0, 14 * 60}, {30 * 60, 41 * 60}, {70 * 60, 80 * 60}}); got != want {
		t.Errorf("spans %s, want %s", got, want)
	}
	if got := UnionSeconds(spans); got != 35*60 {
		t.Errorf("engaged %d s, want 35 min", got)
	}
	// The same person in a second incident at minutes 10-20 and 35-45 adds 14-20 and 41-45 only: 6 + 4.
	if got := UnionSeconds(append(spans, Span{600, 1200}, Span{2100, 2700})); got != 45*60 {
		t.Errorf("union %d s, want 45 min", got)
	}
	// 20 minutes apart is bridged, one second more is not.
	if got := UnionSeconds(EngagedSpans([]int64{0, 1200})); got != 30*60 {
		t.Errorf("20 minutes apart: %d s, want 30 min", got)
	}
	if got := UnionSeconds(EngagedSpans([]int64{0, 1201})); got != 20*60 {
		t.Errorf("over 20 minutes apart: %d s, want 20 min", got)
	}
}

func TestFirstTimePairsGolden(t *testing.T) {
	var incidents [][]rune
	for _, s := range []string{"ABC", "AB", "CD", "ADE", "BCE", "ABCD"} {
		incidents = append(incidents, []rune(s))
	}
	want := []PairCount{{3, 3}, {0, 1}, {1, 1}, {3, 3}, {2, 3}, {1, 6}}
	if got := FirstTimePairs(incidents); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pairs %v, want %v", got, want)
	}
	if got := FirstTimePairs([][]string{{"a", "a", "b"}}); got[0] != (PairCount{1, 1}) {
		t.Errorf("a name listed twice makes pairs %v", got)
	}
}

func TestTimeZoneSpreadGolden(t *testing.T) {
	for _, c := range []struct {
		offsets []float64
		want    float64
	}{{[]float64{-8, -5, 0}, 8}, {[]float64{-8, 1, 5.5}, 13.5}, {[]float64{9, -8}, 7}, {[]float64{13, -11}, 0}, {[]float64{2}, 0}, {nil, 0}} {
		same(t, fmt.Sprint(c.offsets), TimeZoneSpread(c.offsets), c.want)
	}
}

func TestIslandsGolden(t *testing.T) {
	incident := func(service string, people ...string) ServiceIncident {
		return ServiceIncident{[]string{service}, people}
	}
	incidents := []ServiceIncident{
		incident("s1", "A", "B"), incident("s1", "A"), incident("s2", "A", "C"),
		incident("s2", "C"), incident("s3", "A"), incident("s3", "A", "D"),
	}
	if got := fmt.Sprint(GreedyCoverage(incidents)); got != "[{A 5 0.8333333333333334} {C 1 1}]" {
		t.Errorf("greedy %s, want A with 5, then C with 1", got)
	}
	if got := fmt.Sprint(Islands(incidents)); got != "[{s1 A 2 2} {s2 C 2 2} {s3 A 2 2}]" {
		t.Errorf("islands %s: every service has one person with two responses", got)
	}
	// A second experienced person makes s1 no island.
	if got := fmt.Sprint(Islands(append(incidents[:6:6], incident("s1", "B"), incident("s4", "D")))); got != "[{s2 C 2 2} {s3 A 2 2}]" {
		t.Errorf("islands %s: s1 has A and B, nobody knows s4 from two incidents", got)
	}
	a := Leave(incidents, "A")
	if a.Solo != 2 || a.Uncovered != 4 || fmt.Sprint(a.Services) != "[s1 s3]" {
		t.Errorf("A leaves: %+v", a)
	}
	c := Leave(incidents, "C")
	if c.Solo != 1 || c.Uncovered != 2 || fmt.Sprint(c.Services) != "[s2]" {
		t.Errorf("C leaves: %+v", c)
	}
	// Both leave: s1{A}, s2{AC}, s2{C}, s3{A} had nobody else.
	if both := Leave(incidents, "A", "C"); both.Solo != 4 || both.Uncovered != 6 {
		t.Errorf("A and C leave: %+v", both)
	}
}

package query

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query/stat"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Four neighbourhoods of 13 weeks, lags -6..+6, whose scan R has computed (docs/statistics.md, golden A).
var goldenA = [4][13]int{
	{2, 1, 3, 2, 1, 2, 3, 2, 6, 5, 4, 2, 1},
	{1, 2, 2, 3, 2, 1, 2, 3, 4, 6, 3, 1, 2},
	{3, 2, 1, 2, 2, 3, 1, 4, 5, 4, 5, 3, 2},
	{2, 3, 2, 1, 3, 2, 2, 2, 5, 7, 4, 2, 3},
}

// organization loads rows as one load and asks through the limited login, as pages do.
func organization(t *testing.T, settings schema.Settings, rows ...schema.Row) *DB {
	t.Helper()
	db := schematest.OpenWith(t, settings)
	schematest.Write(t, db, 1_700_000_000_000, false, rows...)
	return NewDB(db)
}

// answer runs a metric with parameters written name=value and returns its rows by column name.
func answer(t *testing.T, db *DB, id string, parameters ...string) ([]map[string]any, []string) {
	t.Helper()
	values := map[string][]string{}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		values[name] = append(values[name], value)
	}
	f, err := db.ParseFilter(values)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), db, f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	for _, cells := range r.Rows {
		row := map[string]any{}
		for i, c := range r.Columns {
			row[c.Name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows, r.Warnings
}

// expect compares cells; numbers to six significant digits.
func expect(t *testing.T, what string, row map[string]any, want map[string]any) {
	t.Helper()
	for name, w := range want {
		got := row[name]
		g, isNumber := got.(float64)
		if x, ok := w.(float64); ok && isNumber && math.Abs(g-x) <= 5e-6*math.Abs(x) {
			continue
		}
		if fmt.Sprint(got) != fmt.Sprint(w) {
			t.Errorf("%s: %s is %v, want %v", what, name, got, w)
		}
	}
}

// incidentsOf makes weekly counts of incidents from a day on: those of a week lie on its days in turn, in the evening.
func incidentsOf(first time.Time, weeks []int) (rows []schema.Row) {
	for w, n := range weeks {
		for i := range n {
			at := first.AddDate(0, 0, 7*w+i%7)
			if i == n-1 && w == len(weeks)-1 {
				at = first.AddDate(0, 0, 7*w+6) // the history ends with its last week
			}
			at = at.Add(time.Duration(i) * time.Minute)
			rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: fmt.Sprintf("INC-%d-%d", w, i), Record: schema.RecordIncident, Services: []string{[]string{"api", "web"}[w%2]},
				StartedAt: at, ResolvedAt: at.Add(time.Hour)})
		}
	}
	return rows
}

func orgEvent(id, category, scope string, start time.Time) *schema.OrgEventRow {
	return &schema.OrgEventRow{Source: "org-events", NativeID: id, Name: id, Category: category, Scope: scope, Start: start}
}

// goldenOrganization is golden A as history of an organization in New York: incidents at 22:00 there, which is the next day in UTC,
// promotion cycles as days, as instants of the late evening, and one of them twice.
func goldenOrganization(t *testing.T) *DB {
	t.Helper()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var weeks []int
	for _, cell := range goldenA {
		weeks = append(weeks, cell[:]...)
	}
	first := time.Date(2023, 1, 4, 22, 0, 0, 0, newYork)
	rows := incidentsOf(first, weeks)
	promotion := func(i int) time.Time { return first.AddDate(0, 0, 7*(6+13*i)) } // lag 0 is the seventh week of each neighbourhood
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	rows = append(rows,
		orgEvent("p0", "promotion_cycle", "", midnight(promotion(0))), orgEvent("p1", "promotion_cycle", "engineering", promotion(1)),
		orgEvent("p2", "promotion_cycle", "", midnight(promotion(2))), orgEvent("p2 again", "promotion_cycle", "Storage", promotion(2)),
		orgEvent("p3", "promotion_cycle", "", promotion(3)),
		orgEvent("f0", "freeze", "", midnight(first.AddDate(0, 0, 20))), orgEvent("f1", "freeze", "", midnight(first.AddDate(0, 0, 330))),
		orgEvent("o0", "offsite", "Storage", midnight(promotion(1))),
		&schema.PersonRow{AsOf: first.AddDate(-1, 0, 0), Email: "ana@x.example", Name: "Ana", Team: "Storage", StartDate: first.AddDate(-1, 0, 0)},
		&schema.PersonRow{AsOf: first.AddDate(-1, 0, 0), Email: "bo@x.example", Name: "Bo", Team: "Payments", StartDate: first.AddDate(-1, 0, 0)},
		&schema.IdentityRow{Source: "slack", Account: "T", NativeID: "U1", Email: "bo@x.example"},
	)
	for _, r := range rows { // Bo, of Payments, acknowledges every incident of the api
		if i, ok := r.(*schema.IncidentRow); ok && i.Services[0] == "api" {
			rows = append(rows, &schema.ActivityRow{At: i.StartedAt.Add(time.Minute), Source: "slack", Account: "T", NativeID: i.NativeID, Kind: schema.Ack, Actor: "U1", IncidentRef: []string{i.NativeID}})
		}
	}
	settings := schema.DefaultSettings()
	settings.Zone = "America/New_York"
	settings.Hypotheses = []schema.Hypothesis{{Category: "promotion_cycle", From: 2, To: 3}, {Category: "launch", From: 0, To: 1}}
	return organization(t, settings, rows...)
}

func TestOrgEventsGolden(t *testing.T) {
	db := goldenOrganization(t)
	rows, warnings := answer(t, db, "org-events")
	if len(rows) != 4 { // freeze, offsite, promotion_cycle scanned and declared
		t.Fatalf("%d rows: %v", len(rows), rows)
	}
	expect(t, "scan", rows[2], map[string]any{
		"category": "promotion_cycle", "window": "+2..+3 weeks", "occurrences": 4, "listed": 4, "observed": 42., "expected": 21.6923, "ratio": 2.33333, "ci_low": 1.13711, "ci_high": 4.51188,
		"p": .00315115, "q": .00315115, "verdict": "supported", "start": 2, "length": 2, "z": 4.24374, "c95": 3.22211, "phi": 1.24758, "incidents": 141., "consistency": 1., "mde": 2.47753,
		"declared": false, "n_dropped_edge": 0, "n_dropped_close": 0, "n_dropped_empty": 0,
	})
	// The same window declared beforehand: the interval is the one at .05.
	expect(t, "declared", rows[3], map[string]any{
		"window": "+2..+3 weeks (declared)", "ratio": 2.33333, "ci_low": 1.51087, "ci_high": 3.53338, "verdict": "supported", "declared": true, "z": 4.24374,
	})
	if p, scanned := rows[3]["p"].(float64), rows[2]["p"].(float64); !(p < scanned) || rows[3]["q"] != rows[3]["p"] {
		t.Errorf("declared p %v q %v, scanned p %v", p, rows[3]["q"], scanned)
	}
	// Two freezes, 310 days apart: nothing is told of them but why.
	expect(t, "freeze", rows[0], map[string]any{"category": "freeze", "window": nil, "observed": nil, "ratio": nil, "ci_low": nil, "p": nil, "q": nil, "z": nil, "verdict": "insufficient"})
	told := strings.Join(warnings, "\n")
	for _, want := range []string{"freeze: too few occurrences to say", "freeze: cannot be separated from season", `declared category "launch" has no event`} {
		if !strings.Contains(told, want) {
			t.Errorf("no warning %q in %q", want, told)
		}
	}
	if again, _ := answer(t, db, "org-events", "category=promotion_cycle"); len(again) != 2 || again[0]["p"] != rows[2]["p"] || again[0]["seed"] != rows[2]["seed"] {
		t.Errorf("with --category: %v", again)
	}
}

func TestOrgEventsProfile(t *testing.T) {
	db := goldenOrganization(t)
	rows, warnings := answer(t, db, "org-events-profile", "category=promotion_cycle")
	if len(rows) != 13 || len(warnings) != 0 {
		t.Fatalf("%d rows, %v", len(rows), warnings)
	}
	// 141 incidents in 52 weeks are 2.71154 a week; three weeks after there were 5, 6, 4 and 7.
	expect(t, "week +3", rows[9], map[string]any{"week": 3, "mean": 5.5, "observed": 22., "expected": 141. / 13, "ratio": 22. / (141. / 13), "occurrences": 4})
	for _, r := range rows {
		low, high, simLow, simHigh := r["null_low"].(float64), r["null_high"].(float64), r["sim_low"].(float64), r["sim_high"].(float64)
		if mean := 141. / 52; !(simLow < low && low < mean && mean < high && high < simHigh) {
			t.Errorf("week %v: bands %g %g %g %g around %g", r["week"], simLow, low, high, simHigh, mean)
		}
	}
	if none, warnings := answer(t, db, "org-events-profile", "category=picnic"); len(none) != 0 || !strings.Contains(fmt.Sprint(warnings), "freeze, offsite, promotion_cycle") {
		t.Errorf("an unknown category: %d rows, %v", len(none), warnings)
	}
}

func TestOrgEventsFilter(t *testing.T) {
	db := goldenOrganization(t)
	one := func(parameters ...string) map[string]any {
		t.Helper()
		rows, warnings := answer(t, db, "org-events", append(parameters, "category=promotion_cycle")...)
		if len(rows) == 0 {
			t.Fatalf("%v: no rows, %v", parameters, warnings)
		}
		return rows[0]
	}
	// Even weeks of the calendar are the api's, counted through the neighbourhoods of 13; the others stay observed, without incidents.
	api := 0
	for i, cell := range goldenA {
		for k, n := range cell {
			if (13*i+k)%2 == 0 {
				api += n
			}
		}
	}
	expect(t, "service", one("service=api"), map[string]any{"occurrences": 4, "incidents": float64(api)})
	// Cycles begin on 2023-02-15, 05-17, 08-16 and 11-15: only the fourth lies in this range.
	expect(t, "range", one("from=2023-09-13"), map[string]any{"occurrences": 1, "listed": 1, "verdict": "insufficient"})
	// Bo's team responded to the api's incidents; Storage's offsite is not Payments' event, but the cycle that is on its calendar is also on everybody's.
	rows, _ := answer(t, db, "org-events", "team=Payments")
	var categories []string
	for _, r := range rows {
		categories = append(categories, fmt.Sprint(r["category"]))
	}
	if got := strings.Join(categories, " "); got != "freeze promotion_cycle promotion_cycle" {
		t.Errorf("categories for Payments: %s", got)
	}
	expect(t, "team", rows[1], map[string]any{"occurrences": 4, "listed": 4, "incidents": float64(api)})
	for _, id := range []string{"org-events", "chain", "series-correlation", "spikes", "incident-weekdays"} {
		if rows, warnings := answer(t, db, id, "severity=none"); len(rows) != 0 || len(warnings) != 1 {
			t.Errorf("%s without incidents: %d rows, %v", id, len(rows), warnings)
		}
	}
}

// Golden of stats: 52 weeks, spikes in weeks 23 and 46 (docs/statistics.md, computed by R's surveillance).
func TestSpikesMetric(t *testing.T) {
	weeks := []int{3, 1, 4, 2, 5, 3, 2, 6, 3, 4, 2, 3, 5, 4, 3, 2, 4, 6, 3, 5, 4, 3, 14, 5, 4, 6, 3, 5, 7, 4, 6, 5, 3, 6, 4, 7, 5, 4, 6, 8, 5, 4, 6, 5, 7, 18, 6, 5, 4, 7, 6, 5}
	monday := time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC)
	rows := incidentsOf(monday, weeks)
	sum := 0
	for _, n := range weeks {
		sum += n
	}
	// Two incidents before the first Monday: their week is not complete and must not be judged.
	for i := range 2 {
		at := monday.AddDate(0, 0, -1-i)
		rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: fmt.Sprint("early", i), Record: schema.RecordIncident, StartedAt: at, ResolvedAt: at.Add(time.Hour)})
	}
	db := organization(t, schema.DefaultSettings(), rows...)
	got, _ := answer(t, db, "spikes")
	if len(got) != 52 {
		t.Fatalf("%d weeks", len(got))
	}
	total := 0
	var flagged []string
	for _, r := range got {
		total += r["n"].(int)
		if r["flagged"].(bool) {
			flagged = append(flagged, r["week"].(string))
		}
	}
	// Weeks 23 and 46, from 1, begin 22 and 45 weeks after 2023-01-02.
	if total != sum || strings.Join(flagged, " ") != "2023-06-05 2023-11-13" {
		t.Errorf("%d incidents of %d, flagged %v", total, sum, flagged)
	}
	expect(t, "week 23", got[22], map[string]any{"n": 14, "expected": 4.24480, "upper": 10, "p": 1.40203e-4, "q": .00364527, "emphasis": true})
	expect(t, "week 46", got[45], map[string]any{"n": 18, "expected": 5.85865, "upper": 12, "p": 4.22505e-5, "q": .00219702, "emphasis": true})

	// The n-th incident of a week (from 0) lies on day n mod 7, so weekends hold those with n mod 7 >= 5, the last of all, which was moved to
	// its Sunday, and the two early ones, a Sunday and a Saturday: they make 52 weeks and two weekend days.
	weekend := 3
	for _, n := range weeks {
		for i := range n {
			if i%7 >= 5 {
				weekend++
			}
		}
	}
	parts, _ := answer(t, db, "incident-weekdays")
	expect(t, "weekdays", parts[0], map[string]any{"group": "weekdays", "days": 260, "incidents": sum + 2 - weekend, "per_day": float64(sum+2-weekend) / 260})
	expect(t, "weekends", parts[1], map[string]any{"group": "weekends", "days": 106, "incidents": weekend, "per_day": float64(weekend) / 106})
	byDay, _ := answer(t, db, "incident-weekdays", "by=weekday")
	expect(t, "Saturday", byDay[5], map[string]any{"group": "Saturday", "days": 53})

	short, warnings := answer(t, db, "spikes", "from=2023-08-01")
	if len(short) != 0 || len(warnings) != 1 || !strings.Contains(warnings[0], "26 weeks") {
		t.Errorf("22 weeks: %d rows, %v", len(short), warnings)
	}
}

// noise is a fixed sequence of whole numbers in [0, n).
func noise(seed uint64, n int) func() int {
	return func() int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed >> 33 % uint64(n))
	}
}

// TestSeriesCorrelationMetric checks that what is compared is what was loaded: the statistic, which R has checked, must come out the same
// from the weekly numbers themselves.
func TestSeriesCorrelationMetric(t *testing.T) {
	monday := time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC)
	const weeks = 110
	next := noise(7, 9)
	var merges, traffic, incidents []int
	for w := range weeks {
		merges, traffic = append(merges, 3+next()), append(traffic, 500+next())
		n := 2
		if w >= 3 {
			n += merges[w-3] // three weeks after
		}
		incidents = append(incidents, n)
	}
	rows := incidentsOf(monday, incidents)
	rows = append(rows, &schema.IdentityRow{Source: "github", Account: "x", NativeID: "ana", Email: "ana@x.example"})
	for w := range weeks {
		for i := range merges[w] {
			if w == 0 {
				break // pull requests are loaded from the second week on
			}
			rows = append(rows, &schema.ActivityRow{At: monday.AddDate(0, 0, 7*w+i%5), Source: "github", Account: "x", NativeID: fmt.Sprintf("%d-%d", w, i), Kind: schema.PRMerged, Actor: "ana"})
		}
		for d := range 7 { // a seventh a day
			rows = append(rows, &schema.SeriesRow{Name: "traffic", At: monday.AddDate(0, 0, 7*w+d), Value: float64(traffic[w]) / 7})
		}
		if w%4 == 0 {
			rows = append(rows, &schema.SeriesRow{Name: "invoices", At: monday.AddDate(0, 0, 7*w), Value: 1})
		}
	}
	rows = append(rows, &schema.SeriesRow{Name: "traffic", At: monday.AddDate(0, 0, -3), Value: 7e6}, // an incomplete week before the first
		orgEvent("a", "launch", "", monday.AddDate(0, 0, 7*30+2)), orgEvent("b", "launch", "", monday.AddDate(0, 0, 7*60+6)))
	db := organization(t, schema.DefaultSettings(), rows...)

	floats := func(xs []int) (out []float64) {
		for _, x := range xs {
			out = append(out, float64(x))
		}
		return out
	}
	got, warnings := answer(t, db, "series-correlation", "category=launch")
	if len(got) != 2 || len(warnings) != 1 || !strings.HasPrefix(warnings[0], "invoices: ") {
		t.Fatalf("%d rows, warnings %v", len(got), warnings)
	}
	// Merged pull requests end on the last week's Friday at the latest: that week is not complete.
	last := weeks - 1
	want := func(driver []int, from, to int) stat.SeriesResult {
		r, err := stat.CorrelateSeries(floats(driver[from:to]), floats(incidents[from:to]), []int{30 - from, 60 - from})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	m, tr := want(merges, 1, last), want(traffic, 0, weeks)
	q := stat.BenjaminiHochberg([]float64{m.P, tr.P})
	expect(t, "merges", got[0], map[string]any{"series": "merges", "lag_weeks": 3, "r": m.R, "p": m.P, "q": q[0], "r0": m.Lags[0], "r3": m.R, "calendar": "launch", "ci_low": m.CI.Lo})
	expect(t, "traffic", got[1], map[string]any{"series": "traffic", "lag_weeks": tr.Lag, "r": tr.R, "p": tr.P, "q": q[1], "r6": tr.Lags[6]})
	if got[0]["q"].(float64) > .001 || got[0]["r"].(float64) < .7 || got[1]["p"].(float64) < .05 {
		t.Errorf("merges r %v q %v; traffic p %v", got[0]["r"], got[0]["q"], got[1]["p"])
	}
	short, warnings := answer(t, db, "series-correlation", "to=2023-12-25") // 51 weeks
	if len(short) != 0 || !strings.Contains(fmt.Sprint(warnings), "52 weeks, there are 51") {
		t.Errorf("51 weeks: %d rows, %v", len(short), warnings)
	}
}

// chainOrganization has 8 launches half a year apart, around 60 merges a week that double in the two weeks from a launch on (or not), and incidents
// that are a tenth of the merges two weeks before (or of what they would have been).
func chainOrganization(t *testing.T, rise bool) *DB {
	t.Helper()
	monday := time.Date(2020, 1, 6, 8, 0, 0, 0, time.UTC)
	next := noise(3, 5)
	var rows []schema.Row
	var risen, shown, incidents []int
	for w := range 8 * 26 {
		m := 40 + 10*next()
		shown = append(shown, m)
		if since := w % 26; since == 13 || since == 14 {
			m *= 3
		}
		risen = append(risen, m)
		incidents = append(incidents, m/10)
		if w >= 2 {
			incidents[w] = risen[w-2] / 10
		}
		if w%26 == 13 {
			rows = append(rows, orgEvent(fmt.Sprint(w), "launch", "", monday.AddDate(0, 0, 7*w)))
		}
	}
	if rise {
		shown = risen
	}
	for w, m := range shown {
		for d := range 7 {
			rows = append(rows, &schema.SeriesRow{Name: "merges", At: monday.AddDate(0, 0, 7*w+d), Value: float64(m) / 7})
		}
	}
	return organization(t, schema.DefaultSettings(), append(rows, incidentsOf(monday, incidents)...)...)
}

func TestChain(t *testing.T) {
	steps := func(db *DB) map[string]map[string]any {
		t.Helper()
		rows, warnings := answer(t, db, "chain")
		if len(rows) != 5 || len(warnings) != 0 {
			t.Fatalf("%d rows, %v", len(rows), warnings)
		}
		by := map[string]map[string]any{}
		for _, r := range rows {
			by[r["step"].(string)] = r
		}
		return by
	}
	s := steps(chainOrganization(t, true))
	expect(t, "event_merges", s["event_merges"], map[string]any{"category": "launch", "window": "+0..+1 weeks", "holds": true, "verdict": "consistent", "missing": "[]"})
	expect(t, "merges_incidents", s["merges_incidents"], map[string]any{"lag_weeks": 2, "holds": true})
	expect(t, "event_incidents", s["event_incidents"], map[string]any{"window": "+2..+3 weeks", "holds": true})
	expect(t, "volume", s["volume"], map[string]any{"window": "+2..+3 weeks", "lag_weeks": 2, "holds": true})
	// Incidents are the merges' tenth everywhere: nothing is left per merge. The product is the whole but for the first two weeks, which
	// have no merges two weeks before them: 2 of some 200 weeks.
	total, volume, rest := s["event_incidents"]["ratio"].(float64), s["volume"]["ratio"].(float64), s["per_merge"]["ratio"].(float64)
	if math.Abs(volume*rest/total-1) > .02 || math.Abs(rest-1) > 1e-9 || math.Abs(s["volume"]["share_volume"].(float64)-1) > 1e-9 {
		t.Errorf("%g = %g x %g, share %v", total, volume, rest, s["volume"]["share_volume"])
	}

	s = steps(chainOrganization(t, false))
	expect(t, "event_merges without a rise", s["event_merges"], map[string]any{"holds": false, "verdict": "not_consistent"})
	expect(t, "volume without a rise", s["volume"], map[string]any{"holds": false})
	expect(t, "the other steps", s["event_incidents"], map[string]any{"holds": true, "missing": "[" + stat.NoMerges + " " + stat.LittleVolume + "]"})
}

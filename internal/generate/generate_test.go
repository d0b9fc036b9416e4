package generate

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"
)

func write(t testing.TB, opt Options) *Truth {
	t.Helper()
	truth, err := Write(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

// hashes maps each file below a new organization's directory to the hash of its bytes.
func hashes(t *testing.T, opt Options) map[string]string {
	opt.Out = t.TempDir()
	write(t, opt)
	m := map[string]string{}
	allFiles(t, opt.Out, func(name string, body []byte) { m[name] = fmt.Sprintf("%x", sha256.Sum256(body)) })
	return m
}

func TestSameSeedSameBytes(t *testing.T) {
	opt := Options{People: 50, Years: 1, Seed: 7}
	first := hashes(t, opt)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // however many workers there are
	if again := hashes(t, opt); !maps.Equal(first, again) {
		for name := range first {
			if first[name] != again[name] {
				t.Errorf("%s differs", name)
			}
		}
	}
	opt.Seed = 8
	other := hashes(t, opt)
	for _, name := range []string{"slack.zip", "incidents.csv", "truth.json", "vesting.csv", "reviews.json", "series.csv"} {
		if first[name] == "" || first[name] == other[name] {
			t.Errorf("%s: missing, or the same with another seed", name)
		}
	}
}

func TestOptions(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for want, opt := range map[string]Options{
		"give a number from 50":  {People: 49, Years: 1, Out: t.TempDir()},
		"give a number from 1 ":  {People: 50, Years: .5, Out: t.TempDir()},
		"volume":                 {People: 50, Years: 1, Volume: -1, Out: t.TempDir()},
		"no output directory":    {People: 50, Years: 1},
		"choose another":         {People: 50, Years: 1, Out: full},
		"give a date from 2005 ": {People: 50, Years: 1, Out: t.TempDir(), End: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if _, err := Write(context.Background(), opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", opt, err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Write(ctx, Options{People: 50, Years: 1, Out: t.TempDir()}); err == nil {
		t.Error("canceled: no error")
	}
}

// TestPlansOfManySeeds plans small and odd organizations: the planted parts must fit into all of them.
func TestPlansOfManySeeds(t *testing.T) {
	for seed := range uint64(30) {
		opt := Options{People: 50 + int(seed)*9, Years: 1 + float64(seed%5)*.7, Seed: seed, Volume: 1, End: defaultEnd.AddDate(0, 0, -int(seed)*11)}
		o, err := plan(opt)
		if err != nil {
			t.Fatal(err)
		}
		tr := o.truth
		if tr.Kieran.Incident == "" || tr.Meeting.Incident == "" || len(tr.Crowds) != int(opt.Years) {
			t.Errorf("seed %d: incomplete: %+v %+v %+v", seed, tr.Kieran, tr.Meeting, tr.Crowds)
		}
		if planted := slices.ContainsFunc(tr.Islands, func(i IslandTruth) bool { return i.Planted }); !planted {
			t.Errorf("seed %d: no planted island came out", seed)
		}
		if got := tr.Growth.HeadcountTo; math.Abs(float64(got-opt.People)) > 5+.06*float64(opt.People) {
			t.Errorf("seed %d: %d people at the end, asked for %d", seed, got, opt.People)
		}
		if tr.Kieran.LocalHour != 3 || tr.Kieran.TenureDays < 146 || tr.Kieran.TenureDays > 162 {
			t.Errorf("seed %d: %+v", seed, tr.Kieran)
		}
		o.checkHats(t)
	}
}

// checkHats fails if anyone but Kieran, in his week, holds the schedules of two services.
func (o *org) checkHats(t *testing.T) {
	t.Helper()
	for w := range o.weeks() {
		held := map[int32]string{}
		for i := range o.rotas {
			who := o.rotas[i].actual[w]
			if o.rotas[i].service < 0 || who < 0 {
				continue
			}
			if other := held[who]; other != "" && who != int32(o.cast.kieran) {
				t.Errorf("seed %d week %d: one person holds %s and %s", o.seed, w, other, o.rotas[i].name)
			}
			held[who] = o.rotas[i].name
		}
	}
}

// demo is the organization of the demonstration, written and read back once for all tests.
var demo = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orgheat-generate")
	if err == nil {
		_, err = Write(context.Background(), Options{People: 220, Years: 4, Seed: 1, Out: dir})
	}
	return dir, err
})

var reading struct {
	sync.Once
	h *history
}

func demoHistory(t *testing.T) *history {
	if testing.Short() {
		t.Skip("writes and reads 900,000 activities")
	}
	dir, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	reading.Do(func() { reading.h = readBack(t, dir) })
	if reading.h == nil {
		t.Fatal("the export could not be read")
	}
	reading.h.t = t
	return reading.h
}

func TestMain(m *testing.M) {
	code := m.Run()
	if reading.h != nil {
		os.RemoveAll(reading.h.dir)
	}
	os.Exit(code)
}

func TestCounts(t *testing.T) {
	h := demoHistory(t)
	for kind, want := range h.truth.Activities {
		if got := h.counts[kind]; got != want {
			t.Errorf("%s: %d in the files, %d in truth.json", kind, got, want)
		}
	}
	for _, a := range h.acts {
		if d := a.at.Format(time.DateOnly); d < h.truth.From || d >= h.truth.To {
			t.Fatalf("%s at %v lies outside %s to %s", a.kind, a.at, h.truth.From, h.truth.To)
		}
	}
}

// near fails unless got is within tol of want: shares in truth.json are rounded to four decimals.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s: %.4f, want %.4f within %g", what, got, want, tol)
	}
}

func TestHero(t *testing.T) {
	h := demoHistory(t)
	want := h.truth.Hero
	training, err := time.Parse(time.DateOnly, want.Training)
	if err != nil {
		t.Fatal(err)
	}
	var n, mine [2]int
	arrivals, emoji, responded := 0, 0, 0
	for _, in := range h.incidents {
		r := in.responders()
		if len(r) == 0 {
			continue
		}
		responded++
		k := -1
		if in.start.Before(training) {
			k = 0
		} else if !in.start.Before(training.AddDate(0, 0, 90)) {
			k = 1
		}
		if k >= 0 {
			n[k]++
			if slices.Contains(r, want.Person) {
				mine[k]++
			}
		}
		for _, a := range in.hero {
			if a.who != want.Person {
				t.Errorf("%s: hero emoji for someone else", in.id)
			}
			emoji++
		}
		if len(in.hero) > 0 {
			arrivals++ // always on the first message, which comes within minutes of joining
		}
	}
	if responded != h.truth.Responded {
		t.Errorf("%d incidents with a responder, truth %d", responded, h.truth.Responded)
	}
	near(t, "share before", float64(mine[0])/float64(n[0]), want.ShareBefore, 1e-4)
	near(t, "share after", float64(mine[1])/float64(n[1]), want.ShareAfter, 1e-4)
	near(t, "planned share before", want.ShareBefore, .45, .08)
	near(t, "planned share after", want.ShareAfter, .18, .07)
	if arrivals != want.Arrivals || emoji != want.HeroReactions || arrivals < 100 {
		t.Errorf("arrivals %d, truth %d; emoji %d, truth %d", arrivals, want.Arrivals, emoji, want.HeroReactions)
	}
	if want.OffCallShare < .8 {
		t.Errorf("off call share %v", want.OffCallShare)
	}
	if want.FullyVestedSince >= h.truth.From {
		t.Errorf("fully vested only since %s", want.FullyVestedSince)
	}
}

func TestIslands(t *testing.T) {
	h := demoHistory(t)
	end, _ := time.Parse(time.DateOnly, h.truth.To)
	from := end.AddDate(-1, 0, 0)
	n := map[string]map[string]int{}
	for _, in := range h.incidents {
		if in.start.Before(from) {
			continue
		}
		for _, s := range in.services {
			if n[s] == nil {
				n[s] = map[string]int{}
			}
			for _, who := range in.responders() {
				n[s][who]++
			}
		}
	}
	got := map[string]string{}
	for s, people := range n {
		var holders []string
		for who, k := range people {
			if k >= 2 && h.leftOn[who] == "" {
				holders = append(holders, who)
			}
		}
		if len(holders) == 1 {
			got[s] = holders[0]
		}
	}
	want := map[string]string{}
	for _, i := range h.truth.Islands {
		want[i.Service] = i.Person
	}
	if !maps.Equal(got, want) {
		t.Errorf("islands %v, truth %v", got, want)
	}
}

func TestQuietHours(t *testing.T) {
	h := demoHistory(t)
	locs := map[string]*time.Location{}
	dates := make([]map[string]bool, len(h.truth.QuietCells))
	for i := range dates {
		dates[i] = map[string]bool{}
	}
	for _, a := range h.acts {
		m := h.of(a.who, a.at)
		if locs[m.zone] == nil {
			loc, err := time.LoadLocation(m.zone)
			if err != nil || m.zone == "" {
				t.Fatalf("zone %q of %q: %v", m.zone, a.who, err)
			}
			locs[m.zone] = loc
		}
		local := a.at.In(locs[m.zone])
		for i, c := range h.truth.QuietCells {
			if int(local.Weekday()) != c.Weekday || local.Hour() != c.Hour {
				continue
			}
			if m.function != c.Function {
				t.Fatalf("%s of %s in the hours of %s: %v", a.kind, m.function, c.Function, local)
			}
			dates[i][local.Format(time.DateOnly)] = true
		}
	}
	for i, c := range h.truth.QuietCells {
		if n := len(dates[i]); n < c.Dates || n > c.Dates+8 || c.Dates < 100 { // tickets of support may add a date
			t.Errorf("%+v: %d dates in the files", c, len(dates[i]))
		}
	}
}

func TestKieran(t *testing.T) {
	h := demoHistory(t)
	k := h.truth.Kieran
	in := h.byID[k.Incident]
	if in.trigger != "expired certificate" || in.services[0] != k.Service || in.owner != k.ToTeam {
		t.Errorf("incident %+v", in)
	}
	if r := in.responders(); !slices.Contains(r, k.Person) || len(r) < 4 {
		t.Errorf("responders %d", len(r))
	}
	at := instant(t, k.At)
	// Both schedules are PagerDuty's; look the shifts up there.
	type shift struct {
		User, Schedule *struct{ Summary, ID string }
		Start, End     *string
		Level          int `json:"escalation_level"`
	}
	var held []string
	name := ""
	h.files("pagerduty/oncalls-*.json", func() any { return &struct{ Oncalls []shift }{} }, func(v any) {
		for _, s := range v.(*struct{ Oncalls []shift }).Oncalls {
			if s.Start == nil {
				if s.Schedule != nil || s.End != nil {
					t.Errorf("half a permanent entry: %+v", s)
				}
				continue
			}
			if !instant(t, *s.Start).After(at) && instant(t, *s.End).After(at) && strings.HasPrefix(s.User.Summary, "Kieran ") {
				held = append(held, s.Schedule.Summary)
				name = s.User.Summary
			}
		}
	})
	slices.Sort(held)
	want := slices.Sorted(slices.Values(k.Schedules))
	if !slices.Equal(held, want) {
		t.Errorf("%s holds %v, want %v", name, held, want)
	}
	if start := h.start[k.Person]; instant(t, start+"T00:00:00Z").AddDate(0, 5, 0).Sub(at).Abs() > 11*24*time.Hour {
		t.Errorf("started %s, incident %v", start, at)
	}
	tired := false
	for _, a := range h.acts {
		if a.who == k.Person && a.kind == "ack" && a.at.Before(at) && at.Sub(a.at) < 3*time.Hour {
			tired = true
		}
	}
	if !tired {
		t.Error("no acknowledgement earlier that night")
	}
	for _, r := range records(t, filepath.Join(h.dir, "ownership.csv")) {
		if r["service"] == k.Service && r["team"] == k.ToTeam {
			if d := at.Sub(instant(t, r["from"]+"T00:00:00Z")); d < 28*24*time.Hour || d > 38*24*time.Hour {
				t.Errorf("inherited %v before", d)
			}
		}
	}
}

func TestCrowdsAndLurkers(t *testing.T) {
	h := demoHistory(t)
	var all LurkerTruth
	for _, in := range h.incidents {
		all.Responders += len(in.responders())
		all.Lurkers += in.lurkers()
	}
	if all.Responders != h.truth.Lurkers.Responders || all.Lurkers != h.truth.Lurkers.Lurkers {
		t.Errorf("%d responders and %d lurkers, truth %+v", all.Responders, all.Lurkers, h.truth.Lurkers)
	}
	for _, c := range h.truth.Crowds {
		in := h.byID[c.Incident]
		if r, l := len(in.responders()), in.lurkers(); r != 4 || l != 40 || r != c.Responders || l != c.Lurkers {
			t.Errorf("%s: %d work, %d watch", c.Incident, r, l)
		}
	}
	if len(h.truth.Crowds) != 4 {
		t.Errorf("%d crowds", len(h.truth.Crowds))
	}
}

func TestFirstMeeting(t *testing.T) {
	h := demoHistory(t)
	m := h.truth.Meeting
	for _, in := range h.incidents {
		var a, b bool
		for _, who := range in.responders() {
			team := h.of(who, in.start).team
			a, b = a || team == m.TeamA, b || team == m.TeamB
		}
		if in.id == m.Incident {
			if !a || !b {
				t.Errorf("%s: teams did not meet", in.id)
			}
			return
		}
		if a && b {
			t.Fatalf("%s: %s and %s met before %s", in.id, m.TeamA, m.TeamB, m.Incident)
		}
	}
}

// rateRatio compares the rate of counts by day inside the window of week lags after the category's events with that outside.
func rateRatio(h *history, counts map[string]float64, category string, firstLag, lastLag int) float64 {
	var events []time.Time
	for _, r := range records(h.t, filepath.Join(h.dir, "org-events.csv")) {
		if r["category"] == category {
			events = append(events, instant(h.t, r["start"]+"T00:00:00Z"))
		}
	}
	var in, out, days, others float64
	from, _ := time.Parse(time.DateOnly, h.truth.From)
	end, _ := time.Parse(time.DateOnly, h.truth.To)
	for d := from; d.Before(end); d = d.AddDate(0, 0, 1) {
		inside := slices.ContainsFunc(events, func(e time.Time) bool {
			n := int(d.Sub(e).Hours() / 24)
			return n >= 7*firstLag && n < 7*(lastLag+1)
		})
		if x := counts[d.Format(time.DateOnly)]; inside {
			in += x
			days++
		} else {
			out += x
			others++
		}
	}
	return in / days / (out / others)
}

// TestCycles: with some 250 incidents inside and 550 outside the standard error of the ratio is about 8%, twice that with the
// weekly noise and aftershocks; merges are ten thousands.
func TestCycles(t *testing.T) {
	h := demoHistory(t)
	incidents, merges := map[string]float64{}, map[string]float64{}
	for _, in := range h.incidents {
		incidents[in.start.Format(time.DateOnly)]++
	}
	for _, r := range records(t, filepath.Join(h.dir, "series.csv")) {
		if r["name"] == "merges" {
			merges[r["at"]], _ = strconv.ParseFloat(r["value"], 64)
		}
	}
	p := h.truth.Promotions
	if len(p.Dates) < 8 {
		t.Errorf("%d cycles", len(p.Dates))
	}
	near(t, "incidents after promotions", rateRatio(h, incidents, p.Category, p.IncidentsFirstLag, p.IncidentsLastLag), p.IncidentsRR, .5)
	near(t, "incidents before promotions", rateRatio(h, incidents, p.Category, -5, -3), .8, .25)
	near(t, "merges around promotions", rateRatio(h, merges, p.Category, p.MergesFirstLag, p.MergesLastLag), p.MergesRR, .25)
	near(t, "incidents after earnings calls", rateRatio(h, incidents, "earnings_call", 2, 4), 1, .3)
	var weekday, weekend float64
	for d, n := range incidents {
		if w := instant(t, d+"T00:00:00Z").Weekday(); w == time.Saturday || w == time.Sunday {
			weekend += n / 2
		} else {
			weekday += n / 5
		}
	}
	near(t, "weekend", weekend/weekday, weekendRate, .15)
}

func TestThemesAndReviews(t *testing.T) {
	h := demoHistory(t)
	for _, x := range h.truth.Themes {
		if rose := x.LastShare > x.FirstShare; rose != (x.Direction == "rising") {
			t.Errorf("%+v", x)
		}
	}
	type review struct {
		HeldAt    string `json:"held_at"`
		Attendees []string
		Required  []string
	}
	end, _ := time.Parse(time.DateOnly, h.truth.To)
	var all, chosen float64
	h.files("reviews.json", func() any { return &[]review{} }, func(v any) {
		for _, r := range *v.(*[]review) {
			if instant(t, r.HeldAt).Before(end.AddDate(0, 0, -365)) {
				continue
			}
			for _, a := range r.Attendees {
				all++
				if !slices.Contains(r.Required, a) {
					chosen++
				}
			}
		}
	})
	near(t, "voluntary share in the last year", chosen/all, h.truth.Reviews.VoluntaryLast, 1e-4)
	if r := h.truth.Reviews; r.VoluntaryLast < r.VoluntaryFirst+.15 {
		t.Errorf("%+v", r)
	}
}

func TestPeopleComeAndGo(t *testing.T) {
	h := demoHistory(t)
	last := h.snapshots[len(h.snapshots)-1]
	for _, l := range h.truth.Leavers {
		if h.leftOn[l.Person] != l.LastDay {
			t.Errorf("a leaver of %s: the rosters say %q", l.LastDay, h.leftOn[l.Person])
		}
		for _, d := range h.snapshots {
			if i := slices.Index(h.snapshots, d); i > 0 && h.snapshots[i-1] > l.LastDay {
				if _, ok := h.roster[d][l.Person]; ok {
					t.Errorf("a leaver of %s is still in %s", l.LastDay, d)
				}
			}
		}
	}
	for _, x := range h.truth.Transfers {
		after := h.of(x.Person, instant(t, x.On+"T12:00:00Z"))
		before := h.of(x.Person, instant(t, x.On+"T12:00:00Z").AddDate(0, 0, -1))
		if before.team != x.From || after.team != x.To {
			t.Errorf("transfer on %s: %s to %s, want %s to %s", x.On, before.team, after.team, x.From, x.To)
		}
	}
	zones, names := map[string]bool{}, map[string]bool{}
	for who, m := range h.roster[last] {
		zones[m.zone] = true
		names[who] = true
		for i := range len(who) {
			if who[i] >= 0x80 {
				t.Errorf("an e-mail is not ASCII")
			}
		}
	}
	if len(zones) < 4 || len(h.truth.Transfers) < 5 || len(h.truth.Leavers) < 20 {
		t.Errorf("%d zones, %d transfers, %d leavers", len(zones), len(h.truth.Transfers), len(h.truth.Leavers))
	}
}

// TestRotaCalendars expands the calendars with a library and compares them with the plan, week by week.
func TestRotaCalendars(t *testing.T) {
	h := demoHistory(t)
	o, err := plan(Options{People: 220, Years: 4, Seed: 1, Volume: 1, End: defaultEnd})
	if err != nil {
		t.Fatal(err)
	}
	calendars, swaps := 0, 0
	for i := range o.rotas {
		ro := &o.rotas[i]
		if ro.home != inCalendar {
			continue
		}
		calendars++
		f, err := os.Open(filepath.Join(h.dir, "oncall", ro.name+".ics"))
		if err != nil {
			t.Fatal(err)
		}
		cal, err := ical.NewDecoder(f).Decode()
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", ro.name, err)
		}
		got := map[int64]string{}
		for _, override := range []bool{false, true} {
			for _, e := range cal.Events() {
				if (e.Props.Get(ical.PropRecurrenceID) != nil) != override {
					continue
				}
				who := strings.TrimPrefix(e.Props.Get(ical.PropAttendee).Value, "mailto:")
				start, err := e.DateTimeStart(nil)
				if err != nil {
					t.Fatal(err)
				}
				set, err := e.RecurrenceSet(nil)
				if err != nil {
					t.Fatal(err)
				}
				if set == nil {
					got[start.Unix()] = who
					swaps++
					continue
				}
				for _, at := range set.All() {
					got[at.Unix()] = who
				}
			}
		}
		want := map[int64]string{}
		for w, who := range ro.actual {
			if who >= 0 {
				want[o.shiftStart(i, w)] = o.email(int(who))
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %d weeks in the calendar, %d planned, or other people", ro.name, len(got), len(want))
		}
	}
	if calendars < 5 || swaps < 20 {
		t.Errorf("%d calendars with %d swaps", calendars, swaps)
	}
}

// TestQuarterlyExport: a large organization's workspace is exported in quarters, which together hold every day once.
func TestQuarterlyExport(t *testing.T) {
	o, err := plan(Options{People: 60, Years: 1, Seed: 3, Volume: .2, End: defaultEnd})
	if err != nil {
		t.Fatal(err)
	}
	s := newSlackExport(o, t.TempDir())
	var whole, parts []string
	quarters := o.periods()
	w := newSlackWorker(s) // the same for all, so that a unit would show what another left behind
	collect := func(p period, q []period, into *[]string) {
		for _, u := range s.units(p, q) {
			entries, err := u(w)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if strings.Contains(e.name, "/") {
					*into = append(*into, fmt.Sprintf("%s %08x", e.name, e.crc))
				}
			}
		}
	}
	collect(period{quarters[0].from, quarters[len(quarters)-1].to, ""}, quarters, &whole)
	for _, q := range quarters {
		collect(q, []period{q}, &parts)
	}
	slices.Sort(whole)
	slices.Sort(parts)
	if !slices.Equal(whole, slices.Compact(slices.Clone(whole))) || len(whole) < 1000 {
		t.Errorf("%d day files, or one is there twice", len(whole))
	}
	if !slices.Equal(whole, parts) {
		t.Errorf("%d day files in one export, %d in quarters, or they differ", len(whole), len(parts))
	}
}

// BenchmarkWrite reports activities and bytes a second and the highest heap seen; the heap must not follow the activities.
func BenchmarkWrite(b *testing.B) {
	for _, size := range []struct {
		people int
		years  float64
		volume float64
	}{{60, 1, 1}, {220, 4, 1}, {220, 4, 4}, {1000, 2, 1}} {
		b.Run(fmt.Sprintf("people=%d/years=%v/volume=%v", size.people, size.years, size.volume), func(b *testing.B) {
			b.ReportAllocs()
			var activities, bytes int64
			var peak uint64
			for b.Loop() {
				dir := b.TempDir()
				tr := write(b, Options{People: size.people, Years: size.years, Seed: 1, Volume: size.volume, Out: dir, Progress: func(_ string, done, _ int) {
					if done%64 == 0 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						peak = max(peak, m.HeapAlloc)
					}
				}})
				activities, bytes = 0, 0
				for _, n := range tr.Activities {
					activities += n
				}
				filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
					if err == nil && !info.IsDir() {
						bytes += info.Size()
					}
					return err
				})
				os.RemoveAll(dir)
			}
			b.SetBytes(bytes)
			b.ReportMetric(float64(activities)*float64(b.N)/b.Elapsed().Seconds(), "activities/s")
			b.ReportMetric(float64(peak)/1e6, "peak-heap-MB")
		})
	}
}

// Names of teams, from which channels, repositories and rotas have theirs, do not repeat, in companies of any size.
func TestTeamNames(t *testing.T) {
	seen := map[string]string{}
	for fn := range numFunctions {
		n := 150
		if fn == engineering {
			n = len(areas) * (1 + len(aspects))
		}
		for i := range n {
			name := teamName(fn, i, areas)
			slug := asciiSlug(name, '-')
			if other, ok := seen[slug]; ok {
				t.Errorf("%q and %q are both %s", other, name, slug)
			}
			seen[slug] = name
		}
	}
}

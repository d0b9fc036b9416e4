package query_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// The organization of these tests. Times are UTC; Ann lives in Berlin, everybody else in UTC. One message is worth 10 min, messages up to
// 20 min apart are one stretch.
//
//	who   team  function     employed                grants
//	ann   Core  engineering  2020-01-15 on           480 from 2020-01-15, 120 from 2023-01-15 (no cliff), monthly over 48 months
//	bob   Core  engineering  2023-03-01 on           100 from 2023-03-01, cliff 12, monthly over 48
//	cat   Web   engineering  2023-01-01 on           none
//	dan   Web   sre          2021-06-01..2023-12-31  none
//	eve   Care  support      2022-05-05 on           none
//	mia   Ads   marketing    2019-01-01 on           none; never responds
//
// Core owns api, Web owns web, nobody owns mail. Ann is on call for api 2023-06-01..09-01, Cat for web 2024-02-01..02-10.
//
//	incident  severity  services  from .. to                 engaged minutes
//	I1        high      api       2023-07-03 10:00 .. 11:00  ann 10:00-10:25 (25), bob 10:05-10:15 (10); eve joins only
//	I2        high      api, web  2024-02-06 23:00 .. 00:30  ann 23:00-23:30 and 00:15-00:25 (40), cat 23:05-23:15 (10); bob reacts only
//	I3        high      web       2024-02-07 00:10 .. 01:00  ann 00:20-00:30 (10), cat 00:12-00:40 (28), dan 00:40-00:50 (10)
//	I4        high      web       2024-03-05 14:00 .. 14:20  cat 14:00-14:10, bob 14:05-14:15 (10 each)
//	I5        high      api       2024-03-20 09:00 .. ?      ann 09:00-09:10 (10)
//	N1..N7    low       mail      seven Mondays from 2023-07-10, 12:00 .. 12:30  ann 12:00-12:10 (10 each)
//
// Ann's I2 and I3 overlap by 5 min (00:20-00:25), so I2 to I5 engage her for 30 + 15 + 10 = 55 min, Cat for 10 + 28 + 10 = 48, Bob and Dan
// for 10 each: 123 min. I1 to I5: Ann 80, Cat 48, Bob 20, Dan 10.
func smallOrg(t *testing.T) *query.DB {
	t.Helper()
	settings := schema.DefaultSettings()
	settings.Cost = schema.Cost{Hourly: 100, Currency: "EUR"}
	db := schematest.OpenWith(t, settings)
	schematest.Write(t, db, 1_700_000_000_000, true, smallOrgRows()...)
	return query.NewDB(db)
}

func at(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	layout := "2006-01-02 15:04:05"
	t, err := time.Parse(layout[:len(s)], s)
	if err != nil {
		panic(err)
	}
	return t
}

func smallOrgRows() (rows []schema.Row) {
	add := func(r schema.Row) { rows = append(rows, r) }
	for _, p := range []schema.PersonRow{
		{Email: "ann@x.example", Name: "Ann", Team: "Core", Function: "engineering", Zone: "Europe/Berlin", StartDate: at("2020-01-15")},
		{Email: "bob@x.example", Name: "Bob", Team: "Core", Function: "engineering", StartDate: at("2023-03-01")},
		{Email: "cat@x.example", Name: "Cat", Team: "Web", Function: "engineering", StartDate: at("2023-01-01")},
		{Email: "dan@x.example", Name: "Dan", Team: "Web", Function: "sre", StartDate: at("2021-06-01"), EndDate: at("2023-12-31")},
		{Email: "eve@x.example", Name: "Eve", Team: "Care", Function: "support", StartDate: at("2022-05-05")},
		{Email: "mia@x.example", Name: "Mia", Team: "Ads", Function: "marketing", StartDate: at("2019-01-01")},
	} {
		p.AsOf = at("2023-01-01")
		add(&p)
		for _, source := range []string{"slack", "pagerduty", "oncall", "vesting", "reviews"} {
			add(&schema.IdentityRow{Source: source, NativeID: p.Email, Email: p.Email, Name: p.Name})
		}
	}
	for _, o := range []schema.OwnershipRow{{Service: "api", Team: "Core"}, {Service: "web", Team: "Web"}} {
		add(&o)
	}
	for i, g := range []schema.GrantRow{
		{Person: "ann@x.example", Start: at("2020-01-15"), CliffMonths: 12, Quantity: 480},
		{Person: "ann@x.example", Start: at("2023-01-15"), Quantity: 120},
		{Person: "bob@x.example", Start: at("2023-03-01"), CliffMonths: 12, Quantity: 100},
	} {
		g.Source, g.NativeID, g.TotalMonths, g.PeriodMonths = "vesting", fmt.Sprint(i), 48, 1
		add(&g)
	}
	add(&schema.ShiftRow{Source: "oncall", NativeID: "1", Schedule: "first", Services: []string{"api"}, Person: "ann@x.example", Start: at("2023-06-01"), End: at("2023-09-01"), Level: 1})
	add(&schema.ShiftRow{Source: "oncall", NativeID: "2", Schedule: "second", Services: []string{"web"}, Person: "cat@x.example", Start: at("2024-02-01"), End: at("2024-02-10"), Level: 1})

	incident := func(id, severity, start, end string, services ...string) {
		add(&schema.ContainerRow{Source: "slack", NativeID: "C" + id, Name: "inc-" + strings.ToLower(id)})
		add(&schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: id, Severity: severity, StartedAt: at(start), ResolvedAt: at(end),
			Services: services, Channels: []string{"#inc-" + strings.ToLower(id)}})
	}
	n := 0
	act := func(channel, who, when string, kind schema.Kind) {
		n++
		add(&schema.ActivityRow{At: at(when), Source: "slack", NativeID: fmt.Sprint(n), Kind: kind, Actor: who + "@x.example", Container: channel})
	}
	say := func(channel, who string, times ...string) {
		for _, when := range times {
			act(channel, who, when, schema.Message)
		}
	}
	hero := func(channel, by, to, when string) {
		n++
		add(&schema.ActivityRow{At: at(when), Source: "slack", NativeID: fmt.Sprint(n), Kind: schema.Reaction, Actor: by + "@x.example", TargetActor: to + "@x.example", Container: channel, Emoji: "batman"})
	}
	incident("I1", "high", "2023-07-03 10:00", "2023-07-03 11:00", "api")
	say("CI1", "ann", "2023-07-03 10:00", "2023-07-03 10:15")
	say("CI1", "bob", "2023-07-03 10:05")
	act("CI1", "eve", "2023-07-03 10:10", schema.Join)
	incident("I2", "high", "2024-02-06 23:00", "2024-02-07 00:30", "api", "web")
	say("CI2", "ann", "2024-02-06 23:00", "2024-02-06 23:20", "2024-02-07 00:15")
	say("CI2", "cat", "2024-02-06 23:05")
	hero("CI2", "bob", "ann", "2024-02-06 23:00")
	hero("CI2", "bob", "ann", "2024-02-07 00:15")
	hero("CI2", "ann", "ann", "2024-02-06 23:00") // from herself: none
	incident("I3", "high", "2024-02-07 00:10", "2024-02-07 01:00", "web")
	say("CI3", "ann", "2024-02-07 00:20")
	say("CI3", "cat", "2024-02-07 00:12", "2024-02-07 00:30")
	say("CI3", "dan", "2024-02-07 00:40")
	hero("CI3", "ann", "cat", "2024-02-07 00:30") // 18 min after her first message: a reaction, no arrival
	incident("I4", "high", "2024-03-05 14:00", "2024-03-05 14:20", "web")
	say("CI4", "cat", "2024-03-05 14:00")
	say("CI4", "bob", "2024-03-05 14:05")
	incident("I5", "high", "2024-03-20 09:00", "", "api")
	say("CI5", "ann", "2024-03-20 09:00")
	for i := range 7 {
		day := at("2023-07-10").AddDate(0, 0, 7*i).Format("2006-01-02")
		incident(fmt.Sprint("N", i+1), "low", day+" 12:00", day+" 12:30", "mail")
		say(fmt.Sprint("CN", i+1), "ann", day+" 12:00")
	}
	// Everyday talk: Eve on three Fridays at nine; Ann on one of them at 07:30, which is half past nine in Berlin.
	say("general", "eve", "2023-09-08 09:00", "2023-09-15 09:10", "2023-09-22 09:20")
	say("general", "ann", "2023-09-15 07:30")
	// Pages of no incident: in Berlin 23:30, and again within a minute; 08:30 on a Wednesday; 11:00 on a Saturday.
	for i, when := range []string{"2024-02-06 22:30:00", "2024-02-06 22:30:30", "2024-02-07 07:30:00", "2024-02-10 10:00:00"} {
		add(&schema.ActivityRow{At: at(when), Source: "pagerduty", NativeID: fmt.Sprint(i), Kind: schema.Page, Actor: "ann@x.example", Thread: fmt.Sprint("alert", max(i, 1))})
	}
	mails := func(names ...string) []string {
		for i := range names {
			names[i] += "@x.example"
		}
		return names
	}
	for _, r := range []schema.ReviewRow{
		{Incident: "I1", HeldAt: at("2023-07-10 15:00"), Facilitator: "mia@x.example", Attendees: mails("ann", "bob", "cat", "eve"), Required: mails("ann"), Readers: 5},
		{Incident: "I2", HeldAt: at("2024-02-12 15:00"), Attendees: mails("ann", "bob", "cat", "eve", "mia"), Required: mails("ann"), Readers: 9},
		{Incident: "I4", HeldAt: at("2024-03-11 15:00"), Attendees: mails("ann", "bob", "cat", "eve", "mia"), Required: mails("bob", "cat"), Readers: 4},
	} {
		r.Source = "reviews"
		add(&r)
	}
	return rows
}

func ask(t *testing.T, db *query.DB, question string) query.Result {
	t.Helper()
	id, parameters, _ := strings.Cut(question, "?")
	m, err := query.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	values, err := url.ParseQuery(parameters)
	if err != nil {
		t.Fatal(err)
	}
	f, err := db.ParseFilter(values)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), db, f)
	if err != nil {
		t.Fatal(question, err)
	}
	return r
}

// expect compares the named columns of a result, numbers within 1e-9, and wants the warnings that contain the given words, no others.
func expect(t *testing.T, db *query.DB, question, columns string, rows [][]any, warnings ...string) {
	t.Helper()
	r := ask(t, db, question)
	var at []int
	for _, name := range strings.Fields(columns) {
		i := slices.IndexFunc(r.Columns, func(c query.Column) bool { return c.Name == name })
		if i < 0 {
			t.Fatalf("%s: no column %s", question, name)
		}
		at = append(at, i)
	}
	if len(r.Rows) != len(rows) {
		t.Errorf("%s: %d rows, want %d: %v", question, len(r.Rows), len(rows), r.Rows)
		return
	}
	for i, row := range r.Rows {
		for k, c := range at {
			if !equal(row[c], rows[i][k]) {
				t.Errorf("%s: row %d: %s is %v, want %v", question, i, r.Columns[c].Name, row[c], rows[i][k])
			}
		}
	}
	if len(r.Warnings) != len(warnings) {
		t.Errorf("%s: warnings %q, want %q", question, r.Warnings, warnings)
		return
	}
	for i, w := range warnings {
		if !strings.Contains(r.Warnings[i], w) {
			t.Errorf("%s: warning %q, want %q", question, r.Warnings[i], w)
		}
	}
}

// equal compares values as JSON shows them, numbers within 1e-9.
func equal(got, want any) bool {
	g, w := jsonOf(got), jsonOf(want)
	x, isNumber := g.(float64)
	y, both := w.(float64)
	if isNumber && both {
		return math.Abs(x-y) <= 1e-9*math.Max(1, math.Abs(y))
	}
	return fmt.Sprint(g) == fmt.Sprint(w)
}

func jsonOf(v any) (out any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

const (
	ann = "ann@x.example"
	bob = "bob@x.example"
	cat = "cat@x.example"
	dan = "dan@x.example"
)

func TestPeopleMetrics(t *testing.T) {
	db := smallOrg(t)
	t.Run("absent-chatter", func(t *testing.T) {
		// Mondays at 14 in Berlin only Ann speaks, on 7 dates. On Fridays at 9 Eve does on 3 dates, but then Ann's 07:30 is 9:30 in Berlin.
		const columns = "weekday hour only_function hours count"
		expect(t, db, "absent-chatter", columns, [][]any{{1, 14, "engineering", 7, 7}})
		expect(t, db, "absent-chatter?clock=utc", columns, [][]any{{1, 12, "engineering", 7, 7}, {5, 9, "support", 3, 3}})
		// The function filter chooses cells; it does not make a function look alone.
		expect(t, db, "absent-chatter?function=support", columns, nil)
	})
	t.Run("incident-people", func(t *testing.T) {
		// Ann: 1461 + 22 days since 2020-01-15, 48 months; vested 480 + 120*12/48 = 510 of 600. Cat: 365 + 36 days, 13 months.
		expect(t, db, "incident-people?incident=I2", "person team function tenure_days tenure_band vesting_band vested_fraction on_call first_at contributions engaged_minutes lurker hour_band", [][]any{
			{ann, "Core", "engineering", 1483, ">=4y", "fully_vested", .85, "off_call", "2024-02-06T23:00:00Z", 3, 40, false, "sleep"},
			{cat, "Web", "engineering", 401, "1-2y", "none", nil, "on_call", "2024-02-06T23:05:00Z", 1, 10, false, "sleep"},
			{bob, "Core", "engineering", 342, "6-12m", "before_cliff", 0, "", nil, 0, 0, false, ""},
		})
		expect(t, db, "incident-people?incident=I0", "person", nil, "no such incident")
	})
	t.Run("incident-chatter", func(t *testing.T) {
		// 165 min of window in buckets of 5; reactions are no chatter unless asked for.
		expect(t, db, "incident-chatter?incident=I2", "bucket group source count minutes", [][]any{
			{"2024-02-06T23:00:00Z", "Core", "slack", 1, 5}, {"2024-02-06T23:05:00Z", "Web", "slack", 1, 5},
			{"2024-02-06T23:20:00Z", "Core", "slack", 1, 5}, {"2024-02-07T00:15:00Z", "Core", "slack", 1, 5}})
		expect(t, db, "incident-chatter?incident=I2&by=person&kind=reaction", "bucket group count", [][]any{
			{"2024-02-06T23:00:00Z", ann, 1}, {"2024-02-06T23:00:00Z", bob, 1}, {"2024-02-07T00:15:00Z", bob, 1}})
	})
	t.Run("tenure", func(t *testing.T) {
		// Rosters of engineering and sre (Dan responded): I1 ann 2-4y, bob 3-6m, cat 6-12m, dan 2-4y; I2, I3 ann >=4y, bob 6-12m, cat 1-2y;
		// I4, I5 ann >=4y, bob and cat 1-2y. Responders on them: 2, 2, 2 (not Dan, who has left), 2, 1. Expected e.g. 1-2y:
		// 2/3 + 2/3 + 2*2/3 + 2/3. Engaged: 148 min, of them cat 48 and bob's 10 of I4 in 1-2y.
		expect(t, db, "tenure?severity=high", "band participations expected ratio ci_low ci_high engaged_share", [][]any{
			{"<3m", 0, 0, nil, nil, nil, 0},
			{"3-6m", 1, .5, 2, nil, nil, 10. / 148},
			{"6-12m", 0, .5 + 4./3, 0, nil, nil, 0},
			{"1-2y", 4, 10. / 3, 1.2, nil, nil, 58. / 148},
			{"2-4y", 1, 1, 1, nil, nil, 25. / 148},
			{">=4y", 3, 7. / 3, 9. / 7, nil, nil, 55. / 148},
		}, "fewer than 100 people", "6 bands without an interval")
	})
	t.Run("vesting", func(t *testing.T) {
		// I1: ann (480*41/48 + 120*5/48)/600 = .70 vesting, bob before_cliff, cat and dan none. I2, I3: ann fully, bob at 11 months
		// before_cliff. From 2024-03-01 bob is vesting.
		expect(t, db, "vesting?severity=high", "band participations expected engaged_share", [][]any{
			{"none", 3, 1 + 2./3*3 + 1./3, 48. / 148},
			{"before_cliff", 1, .5 + 4./3, 10. / 148},
			{"vesting", 2, .5 + 2./3 + 1./3, 35. / 148},
			{"fully_vested", 3, 2./3*3 + 1./3, 55. / 148},
		}, "fewer than 100 people", "4 bands without an interval")
		expect(t, db, "vesting?function=marketing", "band", nil, "no roster names anybody")
	})
	t.Run("vesting-horizon", func(t *testing.T) {
		// Before 2024-03-01: ann 25 + 45, bob 10, cat 38; dan has left. Bob's 48 months end on 2027-03-01, which counts.
		r := ask(t, db, "vesting-horizon?severity=high&to=2024-03-01")
		for _, c := range []struct {
			row   int
			month string
			share float64
		}{{0, "2024-03", 70. / 118}, {35, "2027-02", 70. / 118}, {36, "2027-03", 80. / 118}} {
			if !equal(r.Rows[c.row][0], c.month) || !equal(r.Rows[c.row][1], c.share) {
				t.Errorf("row %d is %v, want %s %v", c.row, r.Rows[c.row], c.month, c.share)
			}
		}
		if len(r.Rows) != 37 {
			t.Errorf("%d rows", len(r.Rows))
		}
	})
	t.Run("dependency", func(t *testing.T) {
		// The default range is [2023-09-21, 2024-03-21): I2 to I5. Gini of 10, 10, 48, 55: (-3*10 - 10 + 48 + 3*55)/(4*123) * 4/3 = 173/369.
		const columns = "name incidents responders caf top_person top_share gini hhi core regular casual"
		expect(t, db, "dependency", columns, [][]any{{"org", 4, 4, 2, ann, 55. / 123, 173. / 369, 5529. / 15129, 2, 2, 0}}, "busiest_share is null in 1 row")
		// Core owned I2 and I5: ann 40 + 10, cat 10. Web owned I2 to I4: cat 48, ann 45, bob 10, dan 10.
		expect(t, db, "dependency?by=team", columns, [][]any{
			{"Core", 2, 2, 1, ann, 5. / 6, 2. / 3, 2600. / 3600, 1, 1, 0},
			{"Web", 3, 4, 2, cat, 48. / 113, (-30. - 10 + 45 + 3*48) / (4 * 113) * 4 / 3, (48.*48 + 45*45 + 200) / (113 * 113), 2, 2, 0}}, "busiest_share is null in 2 rows")
		// Over the 12 months before, ann answered api three times, bob and cat once; web has ann twice and cat three times.
		expect(t, db, "dependency?by=service", "name island island_person", [][]any{{"api", true, ann}, {"web", false, ""}}, "busiest_share is null in 2 rows")
		// Ann answered 11 of 12 incidents. No minute of hers counts twice: 25 + 55 + 70.
		expect(t, db, "dependency?from=2023-01-01&to=2025-01-01", "incidents busiest_share busiest_low engaged_hours", [][]any{{12, 11. / 12, wilsonLow(11, 12), 228. / 60}})
		// One person: no Gini.
		expect(t, db, "dependency?from=2024-03-10&to=2025-01-01", "caf top_share gini hhi", [][]any{{1, 1, nil, 1}}, "busiest_share")
	})
	t.Run("dependency-trend", func(t *testing.T) {
		// The sixth month is December: I1. In January no incident of the last six months is high. Then I2 and I3 (45, 38, 10), then all.
		want := [][]any{{"2023-12", 1, 25. / 35, 15. / 35}, {"2024-01", nil, nil, nil}, {"2024-02", 2, 45. / 93, (2 * (45. - 10)) / (3 * 93) * 3 / 2}, {"2024-03", 2, 55. / 123, 173. / 369}}
		expect(t, db, "dependency-trend?severity=high", "month caf top_share gini", want)
		expect(t, db, "dependency-trend?severity=high&from=2024-02-01", "month caf top_share gini", want[2:])
	})
	t.Run("people", func(t *testing.T) {
		// Ann: 11 of 12 incidents; status known of I1 (on call), I2, I3 (off) and N1 to N7 (on call for api only: elsewhere). Asleep 23:00-23:30
		// and 00:15-00:30. Tenure as of 2024-03-21, the day after the last incident.
		expect(t, db, "people", "person incidents incident_share engaged_hours off_call_share sleep_hours hero_reactions hero_arrivals tenure_days vesting_band", [][]any{
			{ann, 11, 11. / 12, 2.5, .2, .75, 2, 1, 1527, "fully_vested"},
			{cat, 3, .25, .8, nil, 38. / 60, 1, 0, 445, "none"},
			{bob, 2, 2. / 12, 1. / 3, nil, 0, 0, 0, 386, "vesting"},
			{dan, 1, 1. / 12, 1. / 6, nil, 1. / 6, 0, 0, 1024, "none"},
		}, "off_call_share is null in 3 rows")
		expect(t, db, "people?person="+dan, "person incident_share team employed", [][]any{{dan, 1. / 12, "Web", false}}, "off_call_share")
		expect(t, db, "people?severity=high&team=Web&to=2024-03-01", "person incidents incident_share tenure_days", [][]any{{cat, 2, nil, 425}, {dan, 1, nil, 1004}},
			"incident_share is null in 2 rows", "off_call_share is null in 2 rows")
	})
	t.Run("leave", func(t *testing.T) {
		// The 12 months hold all. api: ann 25 + 40 + 10, bob 10, cat 10; web: cat 48, ann 45, bob 10 and dan 10, who is gone. mail: ann alone.
		expect(t, db, "leave?person="+ann, "service lost_share remaining_responders uncovered newly_uncovered", [][]any{
			{"mail", 1, 0, true, true}, {"api", 75. / 95, 2, true, true}, {"web", 45. / 113, 2, false, false}})
		expect(t, db, "leave?by=team&person="+ann+"&person="+cat, "team lost_share remaining_responders uncovered", [][]any{{"Core", 85. / 95, 1, true}, {"Web", 93. / 113, 1, true}})
		expect(t, db, "leave?service=web&person=mia@x.example", "service lost_share", [][]any{{"web", 0}}, "1 of the people given")
	})
	t.Run("on-call-reliance", func(t *testing.T) {
		// I1: ann on call, bob not. I2, I3: cat on call for web, ann and dan on nothing. I4, I5: nobody's shift covers them.
		expect(t, db, "on-call-reliance?severity=high", "period team on_call elsewhere off_call unknown off_call_share", [][]any{
			{"2023Q3", "Core", 1, 0, 1, 0, nil}, {"2024Q1", "Core", 0, 0, 2, 2, nil}, {"2024Q1", "Web", 2, 0, 1, 1, nil}},
			"the on-call status of 3 of 10", "off_call_share is null in 3 rows")
		// With the mail incidents of July and August Core has 9 of known status that quarter.
		expect(t, db, "on-call-reliance?by=month&to=2023-09-01", "period team on_call elsewhere off_call unknown", [][]any{
			{"2023-07", "Core", 1, 4, 1, 0}, {"2023-08", "Core", 0, 3, 0, 0}}, "off_call_share is null in 2 rows")
	})
	t.Run("on-call-health", func(t *testing.T) {
		// Ann's pages are read on Berlin's clock, the one repeated within a minute is one. She is tired at I2 (the page of 22:30) and I3 (I2);
		// Cat at I3 (I2). Cat's first shift ever begins more than 90 days after the first one known; Ann's first is the first known.
		expect(t, db, "on-call-health", "person pages business off sleep first_time two_hats tired", [][]any{{ann, 3, 1, 1, 1, 0, 0, 2}, {cat, 0, 0, 0, 0, 2, 0, 1}})
		expect(t, db, "on-call-health?from=2024-02-07", "person pages business off sleep tired first_time", [][]any{{ann, 2, 1, 1, 0, 1, 0}, {cat, 0, 0, 0, 0, 1, 1}})
	})
	t.Run("coordination", func(t *testing.T) {
		// 2024Q1: responders 2, 3, 2, 1; teams 2, 2, 2, 1; 123 min at 100 an hour; pairs 1 + 3 + 1, of them new ann-cat, ann-dan, cat-dan, bob-cat.
		// 2023Q3 is burn-in; eve lurks beside two responders.
		expect(t, db, "coordination?severity=high", "period incidents responders_p50 teams_p50 engaged_hours cost new_pair_share lurker_ratio pairs new_pairs sleep_hours", [][]any{
			{"2023Q3", 1, 2, 1, 35. / 60, 35. / 60 * 100, nil, .5, 0, 0, 0}, {"2024Q1", 4, 2, 2, 2.05, 205, nil, 0, 5, 4, 93. / 60}},
			"1 incident in the first 180 days", "new_pair_share is null in 2 rows")
	})
	t.Run("team-matrix", func(t *testing.T) {
		// Core's I1, I2, I5: ann 75, bob 10, cat 10. Web's I2 to I4: ann 45, bob 10; cat 48, dan 10. mail has no owner.
		const columns = "owner_team responder_team engaged_hours incidents people"
		all := [][]any{{"", "Core", 70. / 60, 7, 1}, {"Core", "Core", 85. / 60, 3, 2}, {"Core", "Web", 10. / 60, 1, 1}, {"Web", "Core", 55. / 60, 3, 2}, {"Web", "Web", 58. / 60, 3, 2}}
		expect(t, db, "team-matrix", columns, all)
		expect(t, db, "team-matrix?team=Web", columns, all[2:])
	})
	t.Run("durations", func(t *testing.T) {
		// 20, 50 and 90 min, R-7: p25 at .5 between 20 and 50, p90 at .8 between 50 and 90. I5's end is imputed.
		expect(t, db, "durations?severity=high", "period n p25 p50 p75 p90", [][]any{{"2023Q3", 1, 60, 60, 60, 60}, {"2024Q1", 3, 35, 50, 70, 82}},
			"2 periods with fewer than 30", "1 incident without a recorded start or end")
	})
	t.Run("reviews", func(t *testing.T) {
		// 2024Q1: 10 attendances, 4 + 3 not required; all five of March were there in February, nobody of February within 90 days before.
		// In 2023Q3 Mia facilitated, but is not listed.
		expect(t, db, "reviews", "period reviews attendees_p50 voluntary_share readers_p50 repeat_face_share", [][]any{{"2023Q3", 1, 4, nil, 5, nil}, {"2024Q1", 2, 5, .7, 6.5, .5}},
			"voluntary_share, like repeat_face_share, is null in 1 row")
		expect(t, db, "reviews?service=api&by=month", "period reviews", [][]any{{"2023-07", 1}, {"2024-02", 1}}, "null in 2 rows")
	})
}

// wilsonLow is the lower limit of the 95% Wilson interval.
func wilsonLow(k, n float64) float64 {
	const z = 1.959963984540054
	return (k + z*z/2 - z*math.Sqrt(k*(n-k)/n+z*z/4)) / (n + z*z)
}

// Columns that other programs rely on come first, in the order of the contract.
func TestContractedColumns(t *testing.T) {
	for id, columns := range map[string]string{
		"absent-chatter":   "weekday hour only_function hours count",
		"incident-people":  "person team function tenure_days tenure_band vesting_band vested_fraction on_call first_at contributions engaged_minutes lurker hour_band",
		"incident-chatter": "bucket group source count",
		"tenure":           "band participations expected ratio ci_low ci_high engaged_share",
		"vesting":          "band participations expected ratio ci_low ci_high engaged_share",
		"vesting-horizon":  "month engaged_share",
		"dependency":       "name incidents responders caf top_person top_share gini hhi",
		"dependency-trend": "month caf top_share gini",
		"people":           "person incidents incident_share engaged_hours off_call_share sleep_hours hero_reactions hero_arrivals tenure_days vesting_band",
		"leave":            "service lost_share remaining_responders uncovered",
		"on-call-reliance": "period team on_call elsewhere off_call unknown",
		"on-call-health":   "person pages business off sleep first_time two_hats tired",
		"coordination":     "period incidents responders_p50 teams_p50 engaged_hours cost new_pair_share lurker_ratio",
		"team-matrix":      "owner_team responder_team engaged_hours",
		"durations":        "period n p25 p50 p75 p90",
		"reviews":          "period reviews attendees_p50 voluntary_share readers_p50 repeat_face_share",
	} {
		m, err := query.Lookup(id)
		if err != nil {
			t.Error(err)
			continue
		}
		var names []string
		for _, c := range m.Columns() {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != columns && !strings.HasPrefix(got, columns+" ") {
			t.Errorf("%s: columns %s, want %s first", id, got, columns)
		}
	}
}

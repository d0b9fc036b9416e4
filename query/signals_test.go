package query_test

import (
	"context"
	"fmt"
	"maps"
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

// The organization of these tests. Times are UTC.
//
//	who  team  function     zone              from        grants
//	ana  Core  engineering  Europe/Berlin     2015-01-01  100 from 2015-01-01 over 48 months: fully vested
//	ben  Core  engineering  UTC               2021-01-01
//	cem  Web   sre          America/New_York  2021-01-01
//	dia  Web   engineering  UTC               2021-01-01
//	eli  Care  support      Asia/Tokyo        2021-01-01
//	kai  Core  engineering  UTC               2023-10-10
//
// Core has always owned api; web passed from Core to Web on 2024-01-20. Ana is on call for api 2022-09-01..2024-01-01; Kai for api and for
// web 2024-02-05 22:00..02-07, his first shift. promotion: the days 2023-06-01 and 2024-01-25; standup: weekly from 2024-01-22.
//
//	H0..H23  every 15 days from 2023-01-02 12:00, 1 h, api: ana 12:00 and 12:10 (20 min), ben 12:05 (10 min, off call).
//	         H5 (2023-03-18) is titled "Certificate expired on api", H7 (04-17) has the trigger "expired cert".
//	X        2024-02-06 02:00..03:00, api and web, trigger "Expired certificate". Kai is paged 02:00, writes 02:05, 02:20, 02:35 (40 min);
//	         cem 02:10, eli 02:15 (10 min each); dia only joins; ben puts :batman: on Kai's message of 02:20. Kai was paged for something else
//	         at 2024-02-05 23:30, in his sleep band.
//	Y        2024-03-04 15:00..16:00, api, a near miss: ana 15:00, 15:15, 15:30 (40 min), ben 15:05, cem 15:10 (10 min each).
func signalOrg(t *testing.T) *query.DB {
	t.Helper()
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, signalOrgRows()...)
	return query.NewDB(db)
}

func signalOrgRows() (rows []schema.Row) {
	add := func(r schema.Row) { rows = append(rows, r) }
	for _, p := range []schema.PersonRow{
		{Email: "ana@x.example", Name: "Ana Alba", Team: "Core", Function: "engineering", Zone: "Europe/Berlin", StartDate: at("2015-01-01")},
		{Email: "ben@x.example", Name: "Ben Bell", Team: "Core", Function: "engineering", Zone: "UTC", StartDate: at("2021-01-01")},
		{Email: "cem@x.example", Name: "Cem Can", Team: "Web", Function: "sre", Zone: "America/New_York", StartDate: at("2021-01-01")},
		{Email: "dia@x.example", Name: "Dia Dey", Team: "Web", Function: "engineering", Zone: "UTC", StartDate: at("2021-01-01")},
		{Email: "eli@x.example", Name: "Eli Ek", Team: "Care", Function: "support", Zone: "Asia/Tokyo", StartDate: at("2021-01-01")},
		{Email: "kai@x.example", Name: "Kai Kim", Team: "Core", Function: "engineering", Zone: "UTC", StartDate: at("2023-10-10")},
	} {
		p.AsOf = at("2023-01-01")
		add(&p)
		for _, source := range []string{"slack", "pagerduty", "oncall", "vesting"} {
			add(&schema.IdentityRow{Source: source, NativeID: p.Email, Email: p.Email, Name: p.Name})
		}
	}
	add(&schema.OwnershipRow{Service: "api", Team: "Core"})
	add(&schema.OwnershipRow{Service: "web", Team: "Core"})
	add(&schema.OwnershipRow{Service: "web", Team: "Web", Since: at("2024-01-20")})
	add(&schema.GrantRow{Source: "vesting", NativeID: "1", Person: "ana@x.example", Start: at("2015-01-01"), TotalMonths: 48, PeriodMonths: 1, Quantity: 100})
	shift := func(id, service, person, from, to string) {
		add(&schema.ShiftRow{Source: "oncall", NativeID: id, Schedule: service + " first", Services: []string{service}, Person: person, Start: at(from), End: at(to), Level: 1})
	}
	shift("1", "api", "ana@x.example", "2022-09-01", "2024-01-01")
	shift("2", "api", "kai@x.example", "2024-02-05 22:00", "2024-02-07")
	shift("3", "web", "kai@x.example", "2024-02-05 22:00", "2024-02-07")
	for i, day := range []string{"2023-06-01", "2024-01-25"} {
		add(&schema.OrgEventRow{Source: "org-events", NativeID: fmt.Sprint("p", i), Name: "Promotions", Category: "promotion", Start: at(day)})
	}
	for i, day := range []string{"2024-01-22", "2024-01-29", "2024-02-05"} {
		add(&schema.OrgEventRow{Source: "org-events", NativeID: fmt.Sprint("s", i), Name: "Standup", Category: "standup", Start: at(day)})
	}

	n := 0
	act := func(source, channel, who string, kind schema.Kind, when time.Time, more func(*schema.ActivityRow)) {
		n++
		r := &schema.ActivityRow{At: when, Source: source, NativeID: fmt.Sprint(n), Kind: kind, Actor: who + "@x.example", Container: channel}
		if more != nil {
			more(r)
		}
		add(r)
	}
	incident := func(id, title, trigger string, start time.Time, change func(*schema.IncidentRow)) {
		channel := "inc-" + strings.ToLower(id)
		add(&schema.ContainerRow{Source: "slack", NativeID: channel, Name: channel})
		r := &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: title, Trigger: trigger, Severity: "high", StartedAt: start,
			ResolvedAt: start.Add(time.Hour), Services: []string{"api"}, Channels: []string{channel}}
		if change != nil {
			change(r)
		}
		add(r)
	}
	say := func(id, who string, start time.Time, minutes ...int) {
		for _, m := range minutes {
			act("slack", "inc-"+strings.ToLower(id), who, schema.Message, start.Add(time.Duration(m)*time.Minute), nil)
		}
	}
	for i := range 24 {
		id, title, trigger := fmt.Sprint("H", i), "Requests fail", ""
		switch i {
		case 5:
			title = "Certificate expired on api"
		case 7:
			trigger = "expired cert"
		}
		start := at("2023-01-02 12:00").AddDate(0, 0, 15*i)
		incident(id, title, trigger, start, nil)
		say(id, "ana", start, 0, 10)
		say(id, "ben", start, 5)
	}
	x := at("2024-02-06 02:00")
	incident("X", "Handshakes fail", "Expired certificate", x, func(r *schema.IncidentRow) { r.Services, r.Alerts = []string{"api", "web"}, []string{"P1"} })
	act("pagerduty", "web", "kai", schema.Page, x, func(r *schema.ActivityRow) { r.Thread = "P1" })
	act("pagerduty", "mail", "kai", schema.Page, at("2024-02-05 23:30"), func(r *schema.ActivityRow) { r.Thread = "P0" })
	say("X", "kai", x, 5, 20, 35)
	say("X", "cem", x, 10)
	say("X", "eli", x, 15)
	act("slack", "inc-x", "dia", schema.Join, x.Add(12*time.Minute), nil)
	act("slack", "inc-x", "ben", schema.Reaction, x.Add(20*time.Minute), func(r *schema.ActivityRow) { r.TargetActor, r.Emoji = "kai@x.example", "batman" })
	y := at("2024-03-04 15:00")
	incident("Y", "Requests nearly failed", "", y, func(r *schema.IncidentRow) { r.NearMiss = true })
	say("Y", "ana", y, 0, 15, 30)
	say("Y", "ben", y, 5)
	say("Y", "cem", y, 10)
	return rows
}

// answer runs a metric; parameters are written as in a URL.
func answer(t *testing.T, db *query.DB, id, parameters string) query.Result {
	t.Helper()
	m, err := query.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	v, err := url.ParseQuery(parameters)
	if err != nil {
		t.Fatal(err)
	}
	f, err := db.ParseFilter(v)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), db, f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// records are a result's rows by column.
func records(r query.Result) []map[string]any {
	var out []map[string]any
	for _, row := range r.Rows {
		m := map[string]any{}
		for i, c := range r.Columns {
			m[c.Name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

type wantSignal struct {
	group    string
	had, of  int
	scores   bool
	evidence string
}

func TestSignals(t *testing.T) {
	db := signalOrg(t)

	// The 12 months before X hold H3 (2023-02-16) to H23: 21 incidents, of which
	//	new_teams, new_people, new_service, new_combination can be told 180 days after H0 (2023-07-01 12:00), from H12 on: 12
	//	org_event from the calendar's first day, H10 (2023-06-01) on: 14; H10 and H11 (06-16) lie within the day and 21 days after it
	//	crowd, lurkers after 20 incidents in 12 months, from H20 on: 4, each with 2 people and no lurker
	// Ben was off call in all 21, and H5 and H7 were expired certificates. Otherwise nobody had anything. X is 1.1 years (400 days) after H0.
	x := map[string]wantSignal{
		"two_hats":        {"people", 0, 21, false, "Kai Kim was on call for api and web at once"},
		"cross_function":  {"people", 0, 21, true, "Engineering and sre worked on it together with support"},
		"new_hire":        {"people", 0, 21, false, "Kai Kim was paged 3 months after being hired"},
		"first_on_call":   {"people", 0, 21, false, "Kai Kim was on call for the first time"},
		"hero":            {"people", 0, 21, false, "Kai Kim was greeted as a rescuer (1 hero emoji)"},
		"new_teams":       {"people", 0, 12, false, "3 pairs of teams had never worked an incident together, among them Care and Core; first time in 1.1 years of history"},
		"new_people":      {"people", 0, 12, false, "None of the 3 responders had ever worked an incident with another of them; first time in 1.1 years of history"},
		"org_event":       {"timing", 2, 14, false, "12 days after Promotions (promotion), which comes every 34 weeks"}, // 238 days
		"tired":           {"timing", 0, 21, true, "Kai Kim had been at another incident or page in the same night, as little as 2 h 30 min before"},
		"sleep":           {"timing", 0, 21, false, "Kai Kim worked 40 min between 22:00 and 08:00 on their own clocks"},
		"many_zones":      {"timing", 0, 21, false, "The responders' clocks showed 3 different times, 14 hours apart"}, // -5, 0, +9: the largest gap is 10
		"new_owner":       {"ownership", 0, 21, true, "The service web had passed from Core to Web on 2024-01-20, 17 days before"},
		"off_call":        {"ownership", 21, 21, false, "Cem Can and Eli Ek responded without being on call: 2 of the 3 whose status is known"},
		"new_service":     {"ownership", 0, 12, false, "The service web had never been in an incident in 1.1 years of history"},
		"new_combination": {"ownership", 0, 12, false, "The services api and web had never been in one incident together; first time in 1.1 years of history"},
		"trivial_trigger": {"trigger", 2, 21, true, "Third expired certificate in 12 months, in 2 different teams (Core and Web)"},
		"many_teams":      {"size", 0, 21, true, "3 teams responded: Care, Core and Web"},
		"crowd":           {"size", 0, 4, false, "5 people were in it; nine of ten incidents of the 12 months before had at most 2"},
		"lurkers":         {"size", 0, 4, false, "1 lurker beside 3 responders; nine of ten incidents of the 12 months before had at most 0 per responder"},
	}
	r := answer(t, db, "signals", "incident=X")
	compareSignals(t, "X", r, x)
	// In every group but trigger something has 1/22, in trigger 3/22.
	if want := 4*math.Log2(22) + math.Log2(22./3); len(r.Rows) > 0 && math.Abs(records(r)[0]["score"].(float64)-want) > 1e-9 {
		t.Errorf("score of X %v, want %v", records(r)[0]["score"], want)
	}
	if len(r.Warnings) != 0 {
		t.Errorf("X has everything loaded, and warnings %q", r.Warnings)
	}
	for _, row := range records(r) {
		if row["signal"] == "off_call" && !slices.Equal(row["people"].([]string), []string{"cem@x.example", "eli@x.example"}) {
			t.Errorf("people of off_call: %v", row["people"])
		}
		if row["signal"] == "two_hats" && row["evidence_plain"] != "One person was on call for api and web at once" {
			t.Errorf("plain evidence of two_hats: %q", row["evidence_plain"])
		}
	}

	// The 12 months before Y hold H5 (2023-03-18; H4 of 03-03 is out) to H23 and X: 20 incidents. The last shift ended before Y, so that
	// nothing of on call can be told; Ana held 40 of 60 min and was not known to be on call. Cem had met neither Ana nor Ben, Core and Web
	// met in X. Of new_people told: H12 to H23 and X, which had it.
	y := map[string]wantSignal{
		"one_holder":   {"people", 0, 20, true, "Ana Alba held 67% of the engaged time and is not known to have been on call"},
		"fully_vested": {"people", 0, 20, false, "Ana Alba, fully vested, held 67% of the engaged time of 3 responders"},
		"new_people":   {"people", 1, 13, false, "Cem Can and the 2 responders from Core had never worked an incident together; first time in 1.2 years of history"},
		"near_miss":    {"trigger", 0, 20, true, "It was a near miss: worth a look before it is an incident"},
		"many_zones":   {"timing", 1, 20, true, "The responders' clocks showed 3 different times, 6 hours apart"},                // -5, 0, +1
		"crowd":        {"size", 1, 5, true, "3 people were in it; nine of ten incidents of the 12 months before had at most 2"}, // 19 x 2, 1 x 5
	}
	compareSignals(t, "Y", answer(t, db, "signals", "from=2024-03-01"), y)
	if w := answer(t, db, "signals", "incident=Y").Warnings; !slices.Contains(w, "two_hats, off_call cannot be told for any incident here: needs on-call shifts of that time: load oncall, pagerduty or opsgenie") {
		t.Errorf("warnings of Y: %q", w)
	}

	t.Run("properties", func(t *testing.T) { signalProperties(t, db) })
	t.Run("planning", func(t *testing.T) { planningOfSignalOrg(t, db) })
}

func compareSignals(t *testing.T, incident string, r query.Result, want map[string]wantSignal) {
	t.Helper()
	got := map[string]wantSignal{}
	for _, row := range records(r) {
		if row["incident"] != incident {
			t.Errorf("%s listed with %s", row["incident"], incident)
		}
		had, of := row["earlier"].(int), row["earlier_of"].(int)
		got[row["signal"].(string)] = wantSignal{row["group"].(string), had, of, row["scores"].(bool), row["evidence"].(string)}
		if rate := float64(had+1) / float64(of+1); row["base_rate"] != rate || math.Abs(row["bits"].(float64)+math.Log2(rate)) > 1e-12 {
			t.Errorf("%s %s: base_rate %v, bits %v of %d in %d", incident, row["signal"], row["base_rate"], row["bits"], had, of)
		}
	}
	for id, w := range want {
		if g := got[id]; g != w {
			t.Errorf("%s %s:\n got %+v\nwant %+v", incident, id, g, w)
		}
	}
	for id, g := range got {
		if _, ok := want[id]; !ok {
			t.Errorf("%s has %s unexpectedly: %+v", incident, id, g)
		}
	}
}

// signalProperties: no signal without evidence, no negative bits, the score is the sum of each group's rarest, incidents agree, plain
// evidence names nobody.
func signalProperties(t *testing.T, db *query.DB) {
	sums, scores := map[string]float64{}, map[string]float64{}
	best := map[string]float64{}
	for _, row := range records(answer(t, db, "signals", "")) {
		incident, bits := row["incident"].(string), row["bits"].(float64)
		if strings.TrimSpace(row["evidence"].(string)) == "" || row["evidence_plain"] == "" || bits < 0 || math.Signbit(bits) {
			t.Errorf("%s %s: evidence %q, bits %v", incident, row["signal"], row["evidence"], bits)
		}
		for _, name := range []string{"Ana", "Ben", "Cem", "Dia", "Eli", "Kai", "@"} {
			if strings.Contains(row["evidence_plain"].(string), name) {
				t.Errorf("plain evidence %q names somebody", row["evidence_plain"])
			}
		}
		key := incident + row["group"].(string)
		if old, ok := best[key]; row["scores"].(bool) == ok || bits > old && ok {
			t.Errorf("%s %s: %v bits after %v of its group, scores %v", incident, row["signal"], bits, old, row["scores"])
		} else if !ok {
			best[key] = bits
			sums[incident] += bits
		}
		scores[incident] = row["score"].(float64)
	}
	if !maps.EqualFunc(sums, scores, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
		t.Errorf("scores %v, sums over groups %v", scores, sums)
	}
	r := answer(t, db, "incidents", "")
	if len(r.Rows) != 26 {
		t.Errorf("%d incidents, want 26", len(r.Rows))
	}
	for _, row := range records(r) {
		if row["score"].(float64) != scores[row["incident"].(string)] {
			t.Errorf("%s scores %v in incidents, %v in signals", row["incident"], row["score"], scores[row["incident"].(string)])
		}
	}
	// The columns that other programs rely on come first and in this order.
	want := "incident title started_at ended_at severity participants responders lurkers teams functions timezones engaged_hours new_pairs top_person_share score"
	var names []string
	for _, c := range r.Columns[:15] {
		names = append(names, c.Name)
	}
	if strings.Join(names, " ") != want {
		t.Errorf("columns %v", names)
	}
	// A narrower range lists fewer and knows the same history.
	narrow := answer(t, db, "incidents", "from=2024-02-01&to=2024-02-20")
	if len(narrow.Rows) != 1 || math.Abs(records(narrow)[0]["score"].(float64)-scores["X"]) > 1e-9 {
		t.Errorf("in a range around X: %v", narrow.Rows)
	}
}

// Records of a status page alone: nothing of people, rotas, owners or calendars is told, and the warnings say so.
func TestSignalsWithoutPeople(t *testing.T) {
	db := themeOrg(t)
	r := answer(t, db, "signals", "")
	for _, row := range records(r) {
		if !slices.Contains([]string{"trivial_trigger", "new_service", "new_combination"}, row["signal"].(string)) {
			t.Errorf("%s has %s: %s", row["incident"], row["signal"], row["evidence"])
		}
	}
	all := strings.Join(r.Warnings, "\n")
	for _, id := range []string{"new_teams", "new_people", "cross_function", "one_holder", "fully_vested", "new_hire", "first_on_call", "two_hats", "hero", "org_event", "tired", "sleep", "many_zones",
		"new_owner", "off_call", "new_service", "new_combination", "near_miss", "many_teams", "crowd", "lurkers"} {
		if !strings.Contains(all, id) {
			t.Errorf("no warning of %s in %q", id, r.Warnings)
		}
	}
	for _, row := range records(answer(t, db, "incidents", "")) {
		if row["score"].(float64) < 0 {
			t.Errorf("%s scores %v", row["incident"], row["score"])
		}
	}
}

package query

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// guardedOrg is an organization of teams of 8, 6, 5, 3 and 1 over 2024, everybody of whom writes in ten weekday hours of every month, and an
// incident a week. Persons of the team of one, and one of the six, write in single hours and quarters of their own.
func guardedOrg(t *testing.T) (*DB, []string) {
	t.Helper()
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var rows []schema.Row
	var people, secrets []string
	teamOf := map[string]string{}
	for _, team := range []struct {
		name, function string
		size           int
	}{{"Core", "Engineering", 8}, {"Edge", "Engineering", 6}, {"Desk", "Support", 5}, {"Trio", "Support", 3}, {"Solo", "Legal", 1}} {
		for i := range team.size {
			id := strings.ToLower(fmt.Sprintf("%s%d", team.name, i))
			email, name := id+"@example.com", fmt.Sprintf("Firstname%s Lastname%d", team.name, i)
			people, teamOf[id] = append(people, id), team.name
			secrets = append(secrets, email, name, "U-"+id)
			rows = append(rows, &schema.IdentityRow{Source: "slack", Account: "T1", NativeID: "U-" + id, Name: name, Email: email},
				&schema.PersonRow{AsOf: start.AddDate(-1, 0, 0), Email: email, Name: name, Team: team.name, Function: team.function, Location: "Berlin", Title: "Title of " + id, StartDate: start.AddDate(-2, -i, 0)},
				&schema.GrantRow{Source: "slack", NativeID: "G-" + id, Person: "U-" + id, Start: start.AddDate(-2, 0, 0), CliffMonths: 12, TotalMonths: 48, PeriodMonths: 1, Quantity: 77177},
				&schema.ShiftRow{Source: "slack", Account: "T1", NativeID: "S-" + id, Schedule: "primary", Services: []string{"ledger"}, Person: "U-" + id, Start: start.AddDate(0, i, 0), End: start.AddDate(0, i, 7), Level: 1})
		}
	}
	say := func(at time.Time, id string, kind schema.Kind, channel string) {
		rows = append(rows, &schema.ActivityRow{At: at, Source: "slack", Account: "T1", NativeID: fmt.Sprintf("%s:%d:%s", channel, at.UnixNano(), id), Kind: kind, Actor: "U-" + id, Container: channel, Emoji: map[bool]string{true: "batman"}[kind == schema.Reaction]})
	}
	rows = append(rows, &schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C1", Name: "general"})
	for month := range 12 {
		for hour := range 10 {
			for _, id := range people {
				say(start.AddDate(0, month, 1).Add(time.Duration(9+hour)*time.Hour), id, schema.Message, "C1")
			}
		}
	}
	// One of Edge alone works at 03:00 of the second quarter, and with five others of Core in the third.
	for i, id := range []string{"edge0", "core0", "core1", "core2", "core3", "core4"} {
		if i == 0 {
			say(start.AddDate(0, 4, 6).Add(3*time.Hour), id, schema.Message, "C1") // a Tuesday, as the other
		}
		say(start.AddDate(0, 7, 5).Add(3*time.Hour), id, schema.Message, "C1")
	}
	for week := range 52 {
		id, at := fmt.Sprintf("INC-%d", week), start.AddDate(0, 0, 7*week).Add(11*time.Hour)
		service, severity, crowd := "ledger", "SEV2", people[:14]
		if week%4 == 0 {
			service, crowd = "vault", []string{"solo0", "trio0"}
		}
		if week%10 == 0 {
			severity = "SEV1"
		}
		rows = append(rows, &schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "I" + id, Name: "inc-" + id},
			&schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: "Ledger down, FirstnameSolo Lastname0 and core1@example.com know", Severity: severity, Services: []string{service},
				Channels: []string{"I" + id}, StartedAt: at, ResolvedAt: at.Add(time.Hour), Commander: people[0] + "@example.com"},
			&schema.ReviewRow{Source: "slack", Incident: id, HeldAt: at.AddDate(0, 0, 3), Facilitator: "U-core0", Attendees: []string{"U-core0", "U-core1", "U-edge1", "U-edge2", "U-trio1"}, Readers: 3})
		for i, p := range crowd {
			say(at.Add(time.Duration(5+i)*time.Minute), p, schema.Message, "I"+id)
			say(at.Add(time.Duration(6+i)*time.Minute), p, schema.Reaction, "I"+id)
		}
	}
	rows = append(rows, &schema.OwnershipRow{Service: "ledger", Team: "Core"}, &schema.OwnershipRow{Service: "vault", Team: "Solo"})
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, rows...)
	return NewDB(db), secrets
}

// filtersOf are the questions of the leak test: every choice of every metric's breakdown with every kind of filter.
func filtersOf(m Metric) (out []Filter) {
	base := NewFilter(time.UTC)
	base.Incident, base.Category = "INC-4", "promotion"
	if !slices.Contains(m.Requires, "incident") {
		base.Incident = ""
	}
	bys := m.By
	if len(bys) == 0 {
		bys = []string{""}
	}
	for i, by := range bys {
		f := base
		f.By = by
		if slices.Contains(m.Requires, "person") {
			f.Persons = []string{"core0@example.com"}
		}
		out = append(out, f)
		if i > 0 {
			continue
		}
		for name, values := range map[string][]string{"team": {"Core", "Solo"}, "function": {"Engineering"}, "service": {"vault"}, "severity": {"SEV2"}, "kind": {"reaction"}, "person": {"core0@example.com"}} {
			for _, v := range values {
				g := f
				*g.lists()[name] = []string{v}
				out = append(out, g)
			}
		}
		g := f
		g.From, g.To = time.Date(2024, 5, 2, 3, 0, 0, 0, time.UTC), time.Date(2024, 5, 2, 4, 0, 0, 0, time.UTC)
		out = append(out, g)
	}
	return out
}

// TestViewerSeesNobody: no metric tells a viewer a name, an e-mail or a native id, in JSON, CSV or error text; and a leader is told.
func TestViewerSeesNobody(t *testing.T) {
	db, secrets := guardedOrg(t)
	viewer := WithRole(context.Background(), Viewer)
	asked, answered := 0, 0
	for _, m := range Metrics {
		for _, f := range filtersOf(m) {
			asked++
			r, err := m.Run(viewer, db, f)
			var said bytes.Buffer
			if err != nil {
				if !errors.Is(err, ErrRole) && !errors.Is(err, ErrRequest) {
					t.Errorf("%s %v: %v", m.ID, f.Values(), err)
				}
				said.WriteString(err.Error())
			} else {
				answered++
				r.Filter = nil // the asker's own words
				b, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				said.Write(b)
				if err := r.WriteCSV(&said); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range secrets {
				if at := strings.Index(strings.ToLower(said.String()), strings.ToLower(s)); at >= 0 {
					t.Fatalf("%s %v tells %q: ...%.200s", m.ID, f.Values(), s, said.String()[max(0, at-80):])
				}
			}
			if strings.Contains(said.String(), "77177") {
				t.Errorf("%s %v tells the quantity of a grant", m.ID, f.Values())
			}
		}
	}
	if t.Logf("%d of %d questions were answered", answered, asked); answered*4 < asked {
		t.Error("the test proves little")
	}
	m, _ := Lookup("people")
	r, err := m.Run(WithRole(context.Background(), Leader), db, NewFilter(time.UTC))
	if err != nil || len(r.NamesIn()) != 16 { // 14 of Core and Edge, solo0, trio0
		t.Errorf("a leader is told of %d people: %v", len(r.NamesIn()), err)
	}
	again, err := m.Run(viewer, db, NewFilter(time.UTC))
	if err != nil || len(again.NamesIn()) != 0 || len(again.Rows) != 16 || !strings.HasPrefix(again.Rows[0][0].(string), pseudonymPrefix) {
		t.Errorf("a viewer's people: %v %v", again.NamesIn(), err)
	}
}

// TestMetricsAreClassified: access rules know what every metric's rows are about.
func TestMetricsAreClassified(t *testing.T) {
	for _, m := range Metrics {
		if m.Role == Viewer && m.shape(m.sized, m.Columns()) == ofUnknown {
			t.Errorf("%s: its rows name nobody and have no number of people (tag people, or a column people with unit people); if they are about nobody, list it in impersonal", m.ID)
		}
	}
}

// run asks as a viewer; rows by their key.
func askViewer(t *testing.T, db *DB, id string, change func(*Filter)) (map[string][]any, Result, error) {
	t.Helper()
	m, err := Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFilter(time.UTC)
	if change != nil {
		change(&f)
	}
	r, err := m.Run(WithRole(context.Background(), Viewer), db, f)
	keys, out := keyColumns(r.Columns), map[string][]any{}
	for _, row := range r.Rows {
		out[rowKey(row, keys)] = row[keys:]
	}
	return out, r, err
}

func shown(row []any) bool { return len(row) > 0 && row[0] != nil }

// TestNoDifference: what a viewer is shown, added up and subtracted in every way that filters allow, never isolates fewer than five people.
func TestNoDifference(t *testing.T) {
	db, _ := guardedOrg(t)

	// Groups against the total: Trio (3) and Solo (1) are too small; Desk (5), the next smallest, goes with them, so total - Core - Edge is
	// of nine people.
	groups, _, err := askViewer(t, db, "chatter", func(f *Filter) { f.By = "team" })
	if err != nil {
		t.Fatal(err)
	}
	for key, row := range groups {
		team := key[strings.LastIndex(key, "\x00")+1:]
		if small := team == "Trio" || team == "Solo" || team == "Desk"; small && shown(row) {
			t.Errorf("chatter by team shows %q", key)
		}
	}
	// A weekday hour in which Core and Edge write (Tuesday 2024-01-02 and others at 12:00): 8 and 6 people, but Edge is the next smallest
	// in no cell where Desk is; Core is shown.
	if row := groups["2\x0012\x00Core"]; !shown(row) {
		t.Errorf("Core on Tuesdays at 12 is withheld: %v", row)
	}

	// Ranges: 03:00 has six people over the year, but one alone in the second quarter: year - others would be that one's.
	hours, _, err := askViewer(t, db, "chatter", func(f *Filter) { f.Clock = "utc" })
	if err != nil {
		t.Fatal(err)
	}
	if row, ok := hours["2\x003\x00"]; !ok || shown(row) { // 2024-05-07 and 2024-08-06 are Tuesdays
		t.Errorf("Tuesday 03:00, six people, one of them alone in the second quarter: %v", row)
	}
	third, _, err := askViewer(t, db, "chatter", func(f *Filter) {
		f.Clock, f.From, f.To = "utc", time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 10, 1, 0, 0, 0, 0, time.UTC)
	})
	if err != nil || !shown(third["2\x003\x00"]) { // 2024-08-06 is a Tuesday
		t.Errorf("Tuesday 03:00 of the third quarter, six people: %v %v", third["2\x003\x00"], err)
	}

	// A day or an hour becomes its quarter; the two differ by nobody.
	quarter, r, err := askViewer(t, db, "chatter", func(f *Filter) {
		f.From, f.To = time.Date(2024, 8, 6, 0, 0, 0, 0, time.UTC), time.Date(2024, 8, 6, 4, 0, 0, 0, time.UTC)
	})
	if err != nil || r.Filter["from"] != "2024-07-01" || r.Filter["to"] != "2024-10-01" || len(r.Warnings) == 0 || fmt.Sprint(quarter) == fmt.Sprint(hours) {
		t.Errorf("range %v - %v, %v, %v", r.Filter["from"], r.Filter["to"], r.Warnings, err)
	}

	// Choices: small values and the next smallest are not offered and not taken, nor two values, people, kinds, cells, crossings.
	choices, err := db.Choices(WithRole(context.Background(), Viewer))
	if err != nil || !slices.Equal(choices.Teams, []string{"Core", "Edge"}) || !slices.Equal(choices.Functions, []string{"Engineering"}) || len(choices.Services) != 0 {
		t.Errorf("choices of a viewer: %+v %v", choices, err) // functions: Legal 1, next Support 8; services: vault 2, next ledger
	}
	group := "Core"
	for what, change := range map[string]func(*Filter){
		"small team":        func(f *Filter) { f.Teams = []string{"Trio"} },
		"next smallest":     func(f *Filter) { f.Teams = []string{"Desk"} },
		"unknown team":      func(f *Filter) { f.Teams = []string{"Nowhere"} },
		"no team":           func(f *Filter) { f.Teams = []string{""} },
		"two teams":         func(f *Filter) { f.Teams = []string{"Core", "Edge"} },
		"two lists":         func(f *Filter) { f.Teams, f.Sources = []string{"Core"}, []string{"slack"} },
		"person":            func(f *Filter) { f.Persons = []string{"core0@example.com"} },
		"pseudonym":         func(f *Filter) { f.Persons = []string{"person-000000000000"} },
		"kind":              func(f *Filter) { f.Kinds = []string{"reaction"} },
		"weekday":           func(f *Filter) { f.Weekday = 1 },
		"hour":              func(f *Filter) { f.Hour = 3 },
		"group":             func(f *Filter) { f.Group = &group },
		"date":              func(f *Filter) { f.Date = "2024-05-02" },
		"by person":         func(f *Filter) { f.By = "person" },
		"team by function":  func(f *Filter) { f.Teams, f.By = []string{"Core"}, "function" },
		"function by team":  func(f *Filter) { f.Functions, f.By = []string{"Engineering"}, "team" },
		"team by location":  func(f *Filter) { f.Teams, f.By = []string{"Core"}, "location" },
		"service of a few":  func(f *Filter) { f.Services = []string{"vault"} },
		"the other service": func(f *Filter) { f.Services = []string{"ledger"} },
	} {
		if _, _, err := askViewer(t, db, "chatter", change); !errors.Is(err, ErrRole) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, err := askViewer(t, db, "on-call-reliance", func(f *Filter) { f.Functions = []string{"Engineering"} }); !errors.Is(err, ErrRole) {
		t.Errorf("rows by team of a function: %v", err)
	}
	if _, _, err := askViewer(t, db, "people", func(f *Filter) { f.Teams = []string{"Core"} }); !errors.Is(err, ErrRole) {
		t.Errorf("people of a team: %v", err)
	}
	for _, id := range []string{"events", "leave"} {
		if _, _, err := askViewer(t, db, id, func(f *Filter) {
			if id == "leave" {
				f.Persons = []string{"core0@example.com"}
			}
		}); !errors.Is(err, ErrRole) {
			t.Errorf("%s: %v", id, err)
		}
	}

	// The same question with unequal error texts would tell whether a team exists.
	_, _, small := askViewer(t, db, "chatter", func(f *Filter) { f.Teams = []string{"Trio"} })
	_, _, unknown := askViewer(t, db, "chatter", func(f *Filter) { f.Teams = []string{"Nowhere"} })
	if small.Error() != unknown.Error() {
		t.Errorf("%q differs from %q", small, unknown)
	}

	// Incidents of the two of vault, and the next smallest: what responders did is withheld, title and severity are not.
	rows, r, err := askViewer(t, db, "incidents", nil)
	if err != nil || len(rows) != 52 {
		t.Fatalf("%d incidents: %v", len(rows), err)
	}
	hidden, at := 0, slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == "engaged_hours" })
	for _, row := range r.Rows {
		if row[at] == nil {
			hidden++
		}
		if row[1] == nil || row[2] == nil {
			t.Errorf("title or start withheld: %v", row)
		}
	}
	if hidden != 13+1 { // weeks 0, 4 ... 48 and one more
		t.Errorf("%d of 52 incidents are withheld, want 14", hidden)
	}
}

// TestVestingInSteps: a leader sees quarters, an admin what it is: 24 of 48 months at 2024-01-01, so 25 months, 0.5208, at INC-5 of 2024-02-05.
func TestVestingInSteps(t *testing.T) {
	db, _ := guardedOrg(t)
	m, _ := Lookup("incident-people")
	f := NewFilter(time.UTC)
	f.Incident = "INC-5"
	at := slices.IndexFunc(m.Columns(), func(c Column) bool { return c.Name == "vested_fraction" })
	for role, want := range map[Role]any{Viewer: nil, Leader: 0.5, Admin: 25. / 48} {
		r, err := m.Run(WithRole(context.Background(), role), db, f)
		if err != nil || len(r.Rows) == 0 || r.Rows[0][at] != want {
			t.Errorf("%s: %v %v, want %v", role, r.Rows, err, want)
		}
	}
}

func TestNamesInText(t *testing.T) {
	index := &nameIndex{byFirst: map[string][]knownName{}}
	for name, person := range map[string]string{"Ada Lovelace": "a", "Ada Lovelace King": "k", "Bo": "b", "Ørsted Ångström": "o", "Al-Khwarizmi Musa": "m"} {
		index.add(name, person)
	}
	m := masker{[]byte("key"), index}
	a, k, o := m.person("a"), m.person("k"), m.person("o")
	for in, want := range map[string]string{
		"ask ADA LOVELACE.":           "ask " + a + ".",
		"Ada Lovelace-King, now":      k + ", now",
		"Ada, Lovelace":               a,
		"Adam Lovelace":               "Adam Lovelace",
		"Bo knows":                    "Bo knows",
		"(ørsted ångström)":           "(" + o + ")",
		"al khwarizmi musa":           m.person("m"),
		"to Ada.L+x@Example.com: hi":  "to " + m.person("ada.l+x@example.com") + ": hi",
		"mail ada@example.com.":       "mail " + m.person("ada@example.com") + ".",
		"":                            "",
		"\xffAda Lovelace":            "\xffAda Lovelace",
		"Ada LovelaceAda Lovelace...": "Ada LovelaceAda Lovelace...",
	} {
		if got := m.text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if m.person("A") != a || (masker{[]byte("other"), index}).person("a") == a {
		t.Error("pseudonyms are not stable within, or not new between, installations")
	}
}

package query

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// answer runs a metric and returns its columns by name, row by row.
func answerOf(t *testing.T, db *schema.DB, id string, change func(*Filter)) []map[string]any {
	t.Helper()
	m, err := Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFilter(time.UTC)
	change(&f)
	result, err := m.Run(context.Background(), NewDB(db), f)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, row := range result.Rows {
		cells := map[string]any{}
		for i, c := range result.Columns {
			cells[c.Name] = row[i]
		}
		out = append(out, cells)
	}
	return out
}

// halfYear is an organization of Ada and Bo with two incidents in each of the first six months of 2026, on the 5th and the 20th at 12:00. Ada
// writes two messages, 15 minutes apart, in the first nine, 10 + 15 = 25 minutes each; Bo one in the last six, 10 minutes each. The odd ones
// are of the ledger and of the mailer, the even ones of the ledger only.
func halfYear() (rows []schema.Row) {
	for _, email := range []string{"ada@x.org", "bo@x.org"} {
		rows = append(rows, &schema.IdentityRow{Source: "slack", Account: "T1", NativeID: email, Name: email, Email: email},
			&schema.PersonRow{AsOf: date("2026-01-01"), Email: email, Name: email, Team: "Core", Function: "engineering", StartDate: date("2024-01-01")})
	}
	for i := range 12 {
		id, at := fmt.Sprintf("INC-%d", i+1), time.Date(2026, time.Month(1+i/2), 5+15*(i%2), 12, 0, 0, 0, time.UTC)
		services := []string{"ledger"}
		if i%2 == 0 {
			services = append(services, "mailer")
		}
		rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: id, StartedAt: at, ResolvedAt: at.Add(time.Hour), Services: services})
		say := func(who string, at time.Time) {
			rows = append(rows, &schema.ActivityRow{At: at, Source: "slack", Account: "T1", NativeID: fmt.Sprintf("C:%s%d", who, at.Unix()), Kind: schema.Message, Actor: who, IncidentRef: []string{id}})
		}
		if i < 9 {
			say("ada@x.org", at)
			say("ada@x.org", at.Add(15*time.Minute))
		}
		if i >= 6 {
			say("bo@x.org", at.Add(5*time.Minute))
		}
	}
	return rows
}

func date(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestServicePeople(t *testing.T) {
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, halfYear()...)
	type line struct {
		service, person string
		incidents       uint64
		minutes         float64
	}
	// Of Ada's nine, INC-1, 3, 5, 7 and 9 are the mailer's, too; of Bo's INC-7 to 12, INC-7, 9 and 11.
	want := []line{{"ledger", "ada@x.org", 9, 225}, {"ledger", "bo@x.org", 6, 60}, {"mailer", "ada@x.org", 5, 125}, {"mailer", "bo@x.org", 3, 30}}
	got := answerOf(t, db, "service-people", func(f *Filter) { f.From, f.To = date("2026-01-01"), date("2026-07-01") })
	if len(got) != len(want) {
		t.Fatalf("%d rows, not %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		g := got[i]
		if g["service"] != w.service || g["person"] != w.person || g["incidents"] != w.incidents || math.Abs(g["engaged_hours"].(float64)*60-w.minutes) > 1e-9 || g["team"] != "Core" {
			t.Errorf("row %d is %v, not %v", i, g, w)
		}
	}
	// Without a range: six months to the end of the last incident's day, 2026-06-20: from 2025-12-21 on, so all twelve; from May on two of Bo's.
	if got := answerOf(t, db, "service-people", func(f *Filter) {}); len(got) != 4 || got[0]["incidents"] != uint64(9) {
		t.Errorf("without a range: %v", got)
	}
	if got := answerOf(t, db, "service-people", func(f *Filter) { f.From, f.Services = date("2026-06-01"), []string{"mailer"} }); len(got) != 1 || got[0]["person"] != "bo@x.org" || got[0]["incidents"] != uint64(1) {
		t.Errorf("the mailer in June: %v", got)
	}
}

// Dates after 2026-01-15:
//   - Ada's grant of 2025-03-31 has its cliff on 2026-03-31 and is vested on 2029-03-31, beyond the 36 months;
//   - Bo's of 2022-02-10 is vested on 2026-02-10, its cliff long past;
//   - Cy's of 2022-01-20 is vested on 2026-01-20. Another of the same size begins on 2026-06-01: half of all is vested then, and 80% once
//     15/24 of the new one are, 2027-09-01; its cliff is on 2026-12-01;
//   - Dee left in 2025;
//   - Ed's of 2025-01-15 had its cliff on the very day, which is no longer ahead, and is vested on 2029-01-15, in the last month;
//   - Fay has no grant; Gil's was vested long ago.
func TestVestingDates(t *testing.T) {
	db := schematest.Open(t)
	var rows []schema.Row
	for _, name := range []string{"ada", "bo", "cy", "dee", "ed", "fay", "gil"} {
		p := &schema.PersonRow{AsOf: date("2026-01-01"), Email: name + "@x.org", Name: name, Team: "Core", Function: "engineering", StartDate: date("2022-01-01")}
		if name == "dee" {
			p.EndDate = date("2025-12-31")
		}
		if name == "bo" {
			p.Function = "sales"
		}
		rows = append(rows, p, &schema.IdentityRow{Source: "vesting", NativeID: p.Email, Email: p.Email})
	}
	for i, g := range []schema.GrantRow{
		{Person: "ada@x.org", Start: date("2025-03-31"), CliffMonths: 12, TotalMonths: 48}, {Person: "bo@x.org", Start: date("2022-02-10"), CliffMonths: 12, TotalMonths: 48},
		{Person: "cy@x.org", Start: date("2022-01-20"), CliffMonths: 12, TotalMonths: 48}, {Person: "cy@x.org", Start: date("2026-06-01"), CliffMonths: 6, TotalMonths: 24},
		{Person: "dee@x.org", Start: date("2025-03-31"), CliffMonths: 12, TotalMonths: 48}, {Person: "ed@x.org", Start: date("2025-01-15"), CliffMonths: 12, TotalMonths: 48},
		{Person: "gil@x.org", Start: date("2020-01-01"), CliffMonths: 12, TotalMonths: 48}} {
		g.Source, g.NativeID, g.PeriodMonths, g.Quantity = "vesting", fmt.Sprint(i), 1, 100
		rows = append(rows, &g)
	}
	schematest.Write(t, db, 1_700_000_000_000, true, rows...)
	check := func(what string, got []map[string]any, n int, want map[string][2]int) {
		if len(got) != 37 || got[0]["month"] != "2026-01" || got[36]["month"] != "2029-01" {
			t.Fatalf("%s: %d months: %v", what, len(got), got)
		}
		for _, row := range got {
			month := row["month"].(string)
			if w := want[month]; row["cliffs"] != w[0] || row["full_vests"] != w[1] || row["n"] != n {
				t.Errorf("%s, %s: %v cliffs, %v fully vested of %v; want %v of %d", what, month, row["cliffs"], row["full_vests"], row["n"], w, n)
			}
		}
	}
	check("all", answerOf(t, db, "vesting-dates", func(f *Filter) { f.To = date("2026-01-15") }), 5,
		map[string][2]int{"2026-01": {0, 1}, "2026-02": {0, 1}, "2026-03": {1, 0}, "2026-12": {1, 0}, "2027-09": {0, 1}, "2029-01": {0, 1}})
	check("sales", answerOf(t, db, "vesting-dates", func(f *Filter) { f.To, f.Functions = date("2026-01-15"), []string{"sales"} }), 1, map[string][2]int{"2026-02": {0, 1}})
	if got := answerOf(t, db, "vesting-dates", func(f *Filter) { f.To, f.Persons = date("2026-01-15"), []string{"fay@x.org"} }); len(got) != 0 {
		t.Errorf("without a grant: %v", got)
	}
}

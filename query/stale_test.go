package query

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Whatever is loaded onto a history, late, edited or about old times, the rebuild of what it changed leaves the tables as a rebuild of
// everything does. The changes are bits of other organizations with the same names: they move people, rename channels, edit messages, join
// identities, give old incidents other channels and alerts, and add shifts, grants, owners and activity at any time.
func TestAnyChangeEqualsFull(t *testing.T) {
	n, changes := 3, 8
	if testing.Short() {
		n, changes = 2, 5
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 17))
			set, rows := randomOrg(3000 + seed)
			db := schematest.OpenWith(t, set)
			load := uint64(1_700_000_000_000)
			schematest.Write(t, db, load, true, overMonths(rows)...)
			for change := range changes {
				load += 60_000
				_, other := randomOrg(4000 + 100*seed + uint64(change))
				rng.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
				if change%2 == 0 { // about people and incidents more than about activity
					slices.SortStableFunc(other, func(a, b schema.Row) int { return order(a) - order(b) })
				}
				if change == changes-1 {
					db.Settings.Sleep = "23:00-06:30"
				}
				schematest.Write(t, db, load, false, other[:1+rng.IntN(6)]...)
				bits := contents(t, db)
				if _, err := db.Rebuild(context.Background(), true, nil); err != nil {
					t.Fatal(err)
				}
				sameContents(t, contents(t, db), bits)
				if t.Failed() {
					t.Fatalf("change %d of %d", change+1, changes)
				}
			}
		})
	}
}

func order(row schema.Row) int {
	if _, ok := row.(*schema.ActivityRow); ok {
		return 1
	}
	return 0
}

// overMonths repeats activity and incidents in the half year after, every month, under names of their own.
func overMonths(rows []schema.Row) []schema.Row {
	out := slices.Clone(rows)
	for month := 1; month <= 6; month++ {
		later := func(at time.Time) time.Time {
			if at.IsZero() {
				return at
			}
			return at.AddDate(0, month, 0)
		}
		for i, row := range rows {
			switch x := row.(type) {
			case *schema.ActivityRow:
				if i%4 == month%4 {
					again := *x
					again.At, again.NativeID = later(x.At), fmt.Sprintf("%s+%d", x.NativeID, month)
					out = append(out, &again)
				}
			case *schema.IncidentRow:
				if i%2 == month%2 {
					again := *x
					again.NativeID = fmt.Sprintf("%s+%d", x.NativeID, month)
					again.StartedAt, again.DetectedAt, again.DeclaredAt, again.MitigatedAt, again.ResolvedAt = later(x.StartedAt), later(x.DetectedAt), later(x.DeclaredAt), later(x.MitigatedAt), later(x.ResolvedAt)
					out = append(out, &again)
				}
			}
		}
	}
	return out
}

// A change makes those months anew that it can be seen in, and no others. A row that no rebuild would make marks each month; it is gone
// where the month was made anew.
func TestChangeMakesFewMonthsStale(t *testing.T) {
	const half = "2024-01 2024-02 2024-03 2024-04 2024-05 2024-06"
	on := func(month time.Month, day int) time.Time { return time.Date(2024, month, day, 12, 0, 0, 0, time.UTC) }
	said := func(month time.Month, actor, channel string) schema.Row {
		return &schema.ActivityRow{At: on(month, 10), Source: "slack", Account: "T", NativeID: fmt.Sprint(month, actor, channel), Kind: schema.Message, Actor: actor, Container: channel}
	}
	listed := func(asOf time.Time, email, team string) schema.Row {
		return &schema.PersonRow{AsOf: asOf, Email: email, Team: team, Zone: "UTC"}
	}
	org := []schema.Row{
		&schema.IdentityRow{Source: "slack", Account: "T", NativeID: "U1", Email: "ann@x.org"},
		&schema.IdentityRow{Source: "slack", Account: "T", NativeID: "U2", Email: "bob@x.org"},
		&schema.IdentityRow{Source: "slack", Account: "T", NativeID: "U3"},
		&schema.ContainerRow{Source: "slack", Account: "T", NativeID: "C1", Name: "inc-1"},
		listed(on(1, 1), "ann@x.org", "core"), listed(on(1, 1), "bob@x.org", "core"),
		&schema.IncidentRow{Source: "incidents", NativeID: "INC-1", Record: schema.RecordIncident, StartedAt: on(2, 10), ResolvedAt: on(2, 11)},
		&schema.ActivityRow{At: on(5, 10), Source: "github", Account: "acme", NativeID: "pr", Kind: schema.PROpened, Actor: "g1", Container: "acme/api", IncidentRef: []string{"inc-9"}},
		&schema.ActivityRow{At: on(6, 10), Source: "pagerduty", Account: "acme", NativeID: "pg", Kind: schema.Page, Actor: "D1", Thread: "Q1"},
		said(3, "U3", "C0"), said(4, "U3", "C1"), said(2, "U2", "C1"),
	}
	for month := time.January; month <= time.June; month++ {
		org = append(org, said(month, "U1", "C0"))
	}
	for _, x := range []struct {
		name                  string
		change                []schema.Row
		acted, linked, within string // the months whose activity is made anew, more for what is linked, and more for what is done within windows
	}{
		{"nothing new", org, half, "", ""}, // activity arrived, whatever it says
		{"the same roster again", []schema.Row{listed(on(4, 1), "ann@x.org", "core"), listed(on(4, 1), "bob@x.org", "core")}, "", "", ""},
		{"ann moves on May 1", []schema.Row{listed(on(5, 1), "ann@x.org", "edge"), listed(on(5, 1), "bob@x.org", "core")}, "2024-05 2024-06", "", ""},
		{"bob, who acted in February, had always been elsewhere", []schema.Row{listed(on(1, 1), "bob@x.org", "edge")}, "2024-02", "", ""},
		{"a new hire", []schema.Row{listed(on(6, 1), "ann@x.org", "core"), listed(on(6, 1), "bob@x.org", "core"), listed(on(6, 1), "cy@x.org", "core")}, "", "", ""},
		{"U3 is bob", []schema.Row{&schema.AliasRow{Source: "slack", Alias: "U3", Person: "bob@x.org"}}, "2024-03 2024-04", "", ""},
		{"late activity", []schema.Row{said(1, "U2", "C0")}, "2024-01", "", ""},
		{"a new incident in an old channel", []schema.Row{
			&schema.IncidentRow{Source: "incidents", NativeID: "INC-7", Record: schema.RecordIncident, StartedAt: on(2, 10), ResolvedAt: on(2, 11), Channels: []string{"#inc-1"}}}, "", "2024-02 2024-04", ""},
		{"a new incident that a pull request names", []schema.Row{
			&schema.IncidentRow{Source: "incidents", NativeID: "INC-9", Record: schema.RecordIncident, StartedAt: on(5, 10), ResolvedAt: on(5, 11)}}, "", "2024-05", ""},
		{"an old incident claims an alert", []schema.Row{
			&schema.IncidentRow{Source: "incidents", NativeID: "INC-1", Record: schema.RecordIncident, StartedAt: on(2, 10), ResolvedAt: on(2, 11), Alerts: []string{"Q1"}}}, "", "2024-06", ""},
		{"an incident's title", []schema.Row{
			&schema.IncidentRow{Source: "incidents", NativeID: "INC-1", Record: schema.RecordIncident, StartedAt: on(2, 10), ResolvedAt: on(2, 11), Title: "other"}}, "", "", ""},
		{"an incident took longer", []schema.Row{ // its window was of February, and is of February and March
			&schema.IncidentRow{Source: "incidents", NativeID: "INC-1", Record: schema.RecordIncident, StartedAt: on(2, 10), ResolvedAt: on(3, 2)}}, "", "", "2024-02 2024-03"},
		{"a channel that no incident names", []schema.Row{&schema.ContainerRow{Source: "slack", Account: "T", NativeID: "C0", Name: "random"}}, "", "", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			db := schematest.Open(t)
			schematest.Write(t, db, 1_700_000_000_000, true, org...)
			for _, mark := range []string{
				"INSERT INTO activity_hourly (hour, person) SELECT toDateTime('2024-01-01 00:00:00', 'UTC') + INTERVAL number MONTH, 'mark' FROM numbers(6)",
				"INSERT INTO linked (at, incident) SELECT toDateTime64('2024-01-01 00:00:00', 6, 'UTC') + INTERVAL number MONTH, 'mark' FROM numbers(6)",
				"INSERT INTO night_work (at, person) SELECT toDateTime64('2024-01-01 00:00:00', 3, 'UTC') + INTERVAL number MONTH, 'mark' FROM numbers(6)",
			} {
				if err := db.Conn.Exec(context.Background(), mark); err != nil {
					t.Fatal(err)
				}
			}
			schematest.Write(t, db, 1_700_000_060_000, false, x.change...)
			anew := func(column, table, mark string) (months []string) {
				if err := db.Conn.QueryRow(context.Background(), "SELECT arrayFilter(m -> m NOT IN (SELECT formatDateTime("+column+", '%Y-%m') FROM "+table+" WHERE "+mark+" = 'mark'), splitByChar(' ', ?))", half).Scan(&months); err != nil {
					t.Fatal(err)
				}
				return months
			}
			acted, linked, within := anew("hour", "activity_hourly", "person"), anew("at", "linked", "incident"), anew("at", "night_work", "person")
			beside := func(months, others []string) string {
				return strings.Join(slices.DeleteFunc(slices.Clone(months), func(m string) bool { return slices.Contains(others, m) }), " ")
			}
			if a, l, w := strings.Join(acted, " "), beside(linked, acted), beside(within, linked); a != x.acted || l != x.linked || w != x.within {
				t.Errorf("made anew: activity of %q, links of %q, windows of %q; want %q, %q and %q", a, l, w, x.acted, x.linked, x.within)
			}
		})
	}
}

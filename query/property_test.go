package query

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

var (
	orgs  = flag.Int("orgs", 12, "random organizations of the property test")
	first = flag.Uint64("first-org", 1, "seed of the first random organization")
)

// Random small organizations, full of coincidences, come out of SQL as they come out of the reference.
func TestDerivedTablesMatchReference(t *testing.T) {
	n := *orgs
	if testing.Short() {
		n = min(n, 8)
	}
	for i := range uint64(n) {
		seed := *first + i
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			set, rows := randomOrg(seed)
			db := schematest.OpenWith(t, set)
			schematest.Write(t, db, 1_700_000_000_000, true, rows...)
			compareDerived(t, db, newReference(set, rows))
		})
	}
}

// nights are the moments around which random organizations live: changes of clocks, ends of months and years, a leap day.
var nights = []time.Time{
	time.Date(2024, 3, 10, 7, 0, 0, 0, time.UTC),   // New York, forward
	time.Date(2024, 11, 3, 6, 0, 0, 0, time.UTC),   // New York, back
	time.Date(2024, 3, 31, 1, 0, 0, 0, time.UTC),   // Berlin, forward
	time.Date(2024, 10, 27, 1, 0, 0, 0, time.UTC),  // Berlin, back
	time.Date(2024, 4, 6, 15, 0, 0, 0, time.UTC),   // Lord Howe, half an hour back
	time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),   // leap day
	time.Date(2023, 12, 31, 23, 0, 0, 0, time.UTC), // year's end
	time.Date(2024, 4, 30, 23, 30, 0, 0, time.UTC), // month's end
}

// randomOrg draws an organization whose times lie on a coarse grid, give or take a moment, so that they meet windows, bands, shifts and
// each other exactly.
func randomOrg(seed uint64) (schema.Settings, []schema.Row) {
	rng := rand.New(rand.NewPCG(seed, 5))
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	chance := func(p float64) bool { return rng.Float64() < p }
	some := func(p float64, list ...string) (out []string) {
		for _, s := range list {
			if chance(p) {
				out = append(out, s)
			}
		}
		return out
	}
	set := schema.DefaultSettings()
	set.Zone = pick("UTC", "UTC", "Europe/Berlin", "Asia/Kolkata")
	if chance(0.2) {
		set.Sleep, set.Business = "01:00-07:30", "09:15-17:45"
	}
	spread := []int{2, 4, 12, 36}[rng.IntN(4)] // hours
	night := nights[rng.IntN(len(nights))]
	zones := []string{"UTC", "Asia/Kolkata", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "", "Mars/Olympus"}
	near := func(hours int) time.Time { // a grid point within hours of the night
		t := night.Add(time.Duration(rng.IntN(2*hours*12)-hours*12) * 5 * time.Minute)
		return t
	}
	jitter := func(t time.Time) time.Time {
		switch rng.IntN(8) {
		case 0:
			return t.Add(-time.Microsecond)
		case 1:
			return t.Add(time.Duration(rng.IntN(60)) * time.Second)
		case 2:
			return t.Add(time.Duration(rng.IntN(2000)-1000) * time.Microsecond)
		}
		return t
	}
	date := func(within int) time.Time { return day(night).AddDate(0, 0, rng.IntN(2*within)-within) }

	var rows []schema.Row
	var people []string
	for i := range 2 + rng.IntN(11) {
		email := fmt.Sprintf("p%02d@x.org", i)
		people = append(people, email)
		slack := &schema.IdentityRow{Source: "slack", Account: "T1", NativeID: fmt.Sprintf("U%02d", i), Name: "N", Email: email, Zone: pick(zones...)}
		switch rng.IntN(8) {
		case 0:
			slack.Email = "" // provisional
		case 1:
			slack.Email = fmt.Sprintf("P%02d@X.org", i)
		case 2:
			slack.Email, slack.Login = "", fmt.Sprintf("login%02d", i)
			rows = append(rows, &schema.AliasRow{Source: "slack", Alias: pick(slack.NativeID, slack.Login), Person: email})
		case 3:
			slack.IsBot = chance(0.5)
		}
		if !chance(0.1) {
			rows = append(rows, slack)
		}
		if !chance(0.2) {
			rows = append(rows, &schema.IdentityRow{Source: "pagerduty", Account: "acme", NativeID: fmt.Sprintf("D%02d", i), Email: email, Zone: pick(zones...)})
		}
		rows = append(rows, &schema.IdentityRow{Source: "vesting", NativeID: email, Email: email})
	}
	n := len(people)

	// Rosters: whole ones and a department's.
	starts := map[string]time.Time{}
	for _, p := range people {
		if chance(0.8) {
			starts[p] = date(60)
			if chance(0.6) {
				starts[p] = day(night).AddDate(0, 0, -rng.IntN(1800))
			}
			if chance(0.2) {
				starts[p] = afterMonths(day(night), -[]int{3, 6, 12, 24, 48}[rng.IntN(5)])
			}
		}
	}
	asOf := day(night).AddDate(0, 0, -40)
	for s := range rng.IntN(5) {
		if s == 0 && chance(0.3) {
			asOf = time.Time{}
		}
		p := []float64{0.95, 0.85, 0.4}[rng.IntN(3)]
		for _, email := range people {
			if chance(p) {
				line := &schema.PersonRow{AsOf: asOf, Email: email, Name: "N " + email, Team: pick("core", "edge", "data", ""), Function: pick("engineering", "support", ""),
					Location: pick("Pune", "Berlin", ""), Title: pick("SRE", "Dev"), Zone: pick(zones...), StartDate: starts[email]}
				if chance(0.1) {
					line.EndDate = date(20)
				}
				if asOf.IsZero() {
					line.AsOf = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
				}
				rows = append(rows, line)
			}
		}
		if asOf.IsZero() {
			asOf = day(night).AddDate(0, 0, -50)
		}
		asOf = asOf.AddDate(0, 0, 1+rng.IntN(30))
		if chance(0.3) {
			asOf = day(night)
		}
		if s > 0 && !asOf.After(day(night).AddDate(0, 0, -40)) {
			asOf = asOf.AddDate(0, 0, 7)
		}
	}

	services := []string{"api", "web", "db"}
	for range rng.IntN(8) {
		since := date(120)
		if chance(0.3) {
			since = day(night).AddDate(0, 0, -[]int{0, 89, 90, 91}[rng.IntN(4)])
		}
		rows = append(rows, &schema.OwnershipRow{Service: pick(services...), Team: pick("core", "edge", "data"), Since: since})
	}

	// On call.
	for _, v := range some(0.5, services...) {
		rows = append(rows, &schema.PolicyServiceRow{Source: "pagerduty", Account: "acme", Policy: pick("E1", "E2"), Service: v})
	}
	for i := range rng.IntN(24) {
		start := near(18)
		if i < 2 && chance(0.7) {
			start = start.AddDate(0, 0, -[]int{30, 90, 100, 200}[rng.IntN(4)])
		}
		if chance(0.5) {
			start = start.Truncate(12 * time.Hour)
		}
		plan := rng.IntN(4)
		shift := &schema.ShiftRow{Source: "pagerduty", Account: "acme", NativeID: fmt.Sprintf("S%d", i), Schedule: fmt.Sprintf("plan-%d", plan), Person: fmt.Sprintf("D%02d", rng.IntN(n)),
			Start: start, End: start.Add(time.Duration(rng.IntN(5)*12) * time.Hour), Level: uint8(rng.IntN(8) / 3)}
		switch plan {
		case 0:
			shift.Policy = "E1"
		case 1:
			shift.Services = some(0.5, services...)
		case 2:
			shift.Team = pick("core", "edge", "")
		}
		rows = append(rows, shift)
	}

	// Grants.
	for _, p := range people {
		for g := range rng.IntN(4) {
			start := afterMonths(day(night), -rng.IntN(60)).AddDate(0, 0, rng.IntN(3)-1)
			rows = append(rows, &schema.GrantRow{Source: "vesting", NativeID: fmt.Sprintf("%s-%d", p, g), Person: p, Start: start, CliffMonths: uint16(rng.IntN(2) * 10),
				TotalMonths: []uint16{10, 12, 36, 48}[rng.IntN(4)], PeriodMonths: []uint16{1, 3, 12}[rng.IntN(3)], Quantity: float64(1 + rng.IntN(5))})
		}
	}

	// Incidents: records and the alerting tool's, some claimed.
	var incidents []string
	channels := []string{"C1", "C2", "C3", "C4"}
	named := []string{"inc-1", "Inc-2", "ops", "war-room"}
	alerts := rng.IntN(6)
	for i := range alerts {
		at := near(spread)
		if chance(0.3) {
			at = at.AddDate(0, 1, 0)
		}
		al := &schema.IncidentRow{Source: "pagerduty", Account: "acme", NativeID: fmt.Sprintf("Q%d", i), Record: schema.RecordAlert, Title: fmt.Sprintf("alert %d", i), Severity: pick("high", ""),
			StartedAt: at, Services: some(0.4, services...), URL: fmt.Sprintf("https://pd/Q%d", i)}
		if chance(0.7) {
			al.ResolvedAt = at.Add(time.Duration(rng.IntN(30)) * 10 * time.Minute)
		}
		rows = append(rows, al)
		incidents = append(incidents, al.NativeID)
	}
	for i := range 2 + rng.IntN(6) {
		at := near(spread)
		if chance(0.25) {
			at = at.AddDate(0, 0, -[]int{5, 30, 181}[rng.IntN(3)])
		}
		id := []string{"INC-1", "INC-12", "INC-2", "77", "INC-3", "INC-13", "inc-20", "Q0"}[i]
		rec := &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, Title: pick("", "broken "+id), Severity: pick("", "sev1"), Services: some(0.4, services...)}
		if chance(0.15) {
			rec.Record = schema.RecordMaintenance
		}
		if chance(0.15) {
			rec.Source = "jira"
			if chance(0.5) {
				rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: id, Record: schema.RecordIncident, StartedAt: near(spread)})
			}
		}
		switch rng.IntN(6) {
		case 0:
		case 1:
			rec.DetectedAt = at
		case 2:
			rec.DeclaredAt, rec.StartedAt = at, at.Add(-10*time.Minute)
		default:
			rec.StartedAt = at
		}
		switch rng.IntN(5) {
		case 0:
		case 1:
			rec.MitigatedAt = at.Add(time.Duration(rng.IntN(12)*20) * time.Minute)
		default:
			rec.ResolvedAt = at.Add(time.Duration(rng.IntN(12)*20-20) * time.Minute)
		}
		if chance(0.7) {
			k := rng.IntN(len(channels))
			rec.Channels = []string{pick(channels[k], named[k], "#"+named[k])}
			if chance(0.2) {
				rec.Channels = append(rec.Channels, pick(channels...))
			}
		}
		if alerts > 0 && chance(0.4) {
			rec.Alerts = []string{fmt.Sprintf("Q%d", rng.IntN(alerts))}
		}
		if alerts > 0 && chance(0.2) {
			rec.URL = fmt.Sprintf("https://pd/Q%d", rng.IntN(alerts))
		}
		if chance(0.2) {
			rec.OwningTeam = pick("core", "data")
		}
		rows = append(rows, rec)
		incidents = append(incidents, id)
	}
	for k, c := range channels {
		if chance(0.8) {
			var members []string
			for i := range n {
				if chance(0.3) {
					members = append(members, fmt.Sprintf("U%02d", i))
				}
			}
			rows = append(rows, &schema.ContainerRow{Source: "slack", Account: "T1", NativeID: c, Name: named[k], Members: members})
		}
	}

	// Activity.
	for i := range 100 + rng.IntN(200) {
		at := jitter(near(spread + 1))
		if chance(0.1) {
			at = at.AddDate(0, 0, -[]int{5, 30, 181}[rng.IntN(3)])
		}
		a := &schema.ActivityRow{At: at, NativeID: fmt.Sprint(i)}
		who := rng.IntN(n)
		switch rng.IntN(10) {
		case 0, 1, 2, 3, 4:
			a.Source, a.Account, a.Actor, a.Container = "slack", "T1", fmt.Sprintf("U%02d", who), pick("C1", "C2", "C3", "C4", "C5")
			a.Kind = schema.Kind(pick("message", "message", "message", "reply", "file", "reaction", "join", "leave"))
			if a.Kind == schema.Reaction {
				a.Emoji, a.TargetActor = pick("batman", "eyes"), fmt.Sprintf("U%02d", rng.IntN(n))
			}
			a.IsBot = chance(0.05)
		case 5, 6, 7:
			a.Source, a.Account, a.Actor, a.Container = "pagerduty", "acme", fmt.Sprintf("D%02d", who), "PSVC"
			a.Kind = schema.Kind(pick("page", "page", "ack", "resolve", "note", "escalation", "alert"))
			a.Thread = fmt.Sprintf("Q%d", rng.IntN(7))
			if chance(0.1) {
				a.Thread = ""
			}
			if a.Kind == schema.Alert {
				a.Actor, a.IsBot = "", true
			}
			if a.Kind == schema.Page && chance(0.6) { // by push, SMS and phone
				for j, after := range []time.Duration{0, 30 * time.Second, 60 * time.Second, 61 * time.Second, 60*time.Second + time.Microsecond} {
					if chance(0.3) {
						again := *a
						again.NativeID, again.At = fmt.Sprintf("%d-%d", i, j), a.At.Add(after)
						rows = append(rows, &again)
					}
				}
			}
		case 8:
			a.Source, a.Account, a.Actor, a.Container = "github", "acme", fmt.Sprintf("g%02d", who), pick("acme/api", "ops")
			a.Kind = schema.Kind(pick("pr_opened", "pr_merged", "review", "commit", "deploy"))
			if len(incidents) > 0 && chance(0.6) {
				a.IncidentRef = []string{pick(incidents...), pick("INC-1", "inc-12", "INC-123", "jira:INC-1")}
			}
		case 9:
			a.Source, a.Actor, a.Kind = "zoom", people[who], schema.Kind(pick("call_joined", "call_spoke"))
			if len(incidents) > 0 {
				a.IncidentRef = []string{pick(incidents...)}
			}
		}
		rows = append(rows, a)
		if chance(0.05) {
			rows = append(rows, a)
		}
	}
	return set, rows
}

package query

import (
	"time"

	"github.com/orgheat/orgheat/schema"
)

// tinyOrg is an organization small enough to work everything out by hand; golden_test.go does. Times are UTC.
//
//	person  team (then)            clock               hired       remarks
//	ana     core, engineering      New York            2020-03-05  on call for api until 03-11; two grants
//	ben     core, engineering      New York            2023-12-12  on call for api from 03-11, his first shift ever; before his cliff
//	chi     edge, engineering      Kolkata (+5:30)     2022-03-05  on call for web (by its policy) and, 6-8 March, for db: two hats
//	dev     edge, core from March  Kolkata             2021-01-31  Slack knows no e-mail; an alias of his login does
//	eva     data, engineering      Berlin              2023-03-06  on call for team data; her grant starts on 6 March
//	fay     data, support          Berlin              2024-03-05  reacts, joins, never contributes
//	gus     core, engineering      UTC                 2019-01-01  missing from the roster of 1 March: gone that day
//	hal     support                UTC                 2023-09-05  last day 2024-03-10
//	ivy     sales                  Kolkata (Slack's)   unknown     the roster knows no zone
//	jon     contractor: one e-mail in Slack and PagerDuty, in no roster; org's clock
//	U99     Slack knows no e-mail: a provisional person, slack:U99; org's clock
//
// Rosters: 2023-06-01 (9 people), 2024-01-15 (a department's 2: dismisses nobody), 2024-03-01 (8 people, at least 80% of 2).
// New York changes its clocks on 2024-03-10 at 07:00 UTC, from -5 h to -4 h. Berlin is at +1 h in March until the 31st, +2 h in September.
func tinyOrg() (rows []schema.Row) {
	add := func(r ...schema.Row) { rows = append(rows, r...) }

	for _, p := range []schema.PersonRow{
		{Email: "Ana@acme.io", Name: "Ana", Team: "core", Function: "engineering", Zone: "America/New_York", StartDate: tinyTime("2020-03-05")},
		{Email: "ben@acme.io", Name: "Ben", Team: "core", Function: "engineering", Zone: "America/New_York", StartDate: tinyTime("2023-12-12")},
		{Email: "chi@acme.io", Name: "Chi", Team: "edge", Function: "engineering", Zone: "Asia/Kolkata", StartDate: tinyTime("2022-03-05")},
		{Email: "dev@acme.io", Name: "Dev", Team: "edge", Function: "engineering", Zone: "Asia/Kolkata", StartDate: tinyTime("2021-01-31")},
		{Email: "eva@acme.io", Name: "Eva", Team: "data", Function: "engineering", Zone: "Europe/Berlin", StartDate: tinyTime("2023-03-06")},
		{Email: "fay@acme.io", Name: "Fay", Team: "data", Function: "support", Zone: "Europe/Berlin", StartDate: tinyTime("2024-03-05")},
		{Email: "gus@acme.io", Name: "Gus", Team: "core", Function: "engineering", Zone: "UTC", StartDate: tinyTime("2019-01-01")},
		{Email: "hal@acme.io", Name: "Hal", Function: "support", Zone: "UTC", StartDate: tinyTime("2023-09-05")},
		{Email: "ivy@acme.io", Name: "Ivy", Function: "sales"},
	} {
		first := p
		first.AsOf = tinyTime("2023-06-01")
		add(&first)
		if p.Team == "edge" {
			department := p
			department.AsOf = tinyTime("2024-01-15")
			add(&department)
		}
		if p.Name == "Gus" {
			continue
		}
		last := p
		last.AsOf = tinyTime("2024-03-01")
		switch p.Name {
		case "Dev":
			last.Team = "core"
		case "Hal":
			last.EndDate = tinyTime("2024-03-10")
		}
		add(&last)
	}

	slack := func(id, login, email, zone string) {
		add(&schema.IdentityRow{Source: "slack", Account: "T1", NativeID: id, Login: login, Name: login, Email: email, Zone: zone})
	}
	slack("U1", "ana", "ana@acme.io", "Europe/Paris") // the roster's zone counts
	slack("U2", "ben", "ben@acme.io", "")
	slack("U3", "chi", "chi@acme.io", "")
	slack("U4", "devd", "", "")
	slack("U5", "eva", "EVA@ACME.IO", "")
	slack("U6", "fay", "fay@acme.io", "")
	slack("U8", "hal", "hal@acme.io", "")
	slack("U9", "ivy", "ivy@acme.io", "Asia/Kolkata")
	slack("U10", "jon", "jon@contractor.io", "")
	slack("U99", "nobody", "", "")
	add(&schema.IdentityRow{Source: "slack", Account: "T1", NativeID: "B1", Name: "robot", IsBot: true})
	for id, email := range map[string]string{"P1": "ana@acme.io", "P3": "chi@acme.io", "P5": "eva@acme.io", "P10": "Jon@Contractor.io"} {
		add(&schema.IdentityRow{Source: "pagerduty", Account: "acme", NativeID: id, Email: email})
	}
	add(&schema.AliasRow{Source: "slack", Alias: "DevD", Person: "Dev@acme.io"}, &schema.AliasRow{Source: "github", Alias: "chi-gh", Person: "chi@acme.io"})
	add(&schema.IdentityRow{Source: "github", NativeID: "eva-gh", Email: "eva@acme.io"})
	for _, p := range []string{"ana", "ben", "chi", "eva", "fay"} {
		for _, source := range []string{"oncall", "vesting"} {
			add(&schema.IdentityRow{Source: source, NativeID: p + "@acme.io", Email: p + "@acme.io"})
		}
	}

	// core has always owned api; web went from edge to core on 7 December (and a list of March says so again); data owns db.
	add(&schema.OwnershipRow{Service: "api", Team: "core"}, &schema.OwnershipRow{Service: "web", Team: "edge", Since: tinyTime("2023-01-01")},
		&schema.OwnershipRow{Service: "web", Team: "core", Since: tinyTime("2023-12-07")}, &schema.OwnershipRow{Service: "web", Team: "core", Since: tinyTime("2024-03-01")},
		&schema.OwnershipRow{Service: "db", Team: "data", Since: tinyTime("2022-01-01")})

	shift := func(id, schedule, person, from, to string, more schema.ShiftRow) {
		more.NativeID, more.Schedule, more.Person, more.Start, more.End = id, schedule, person, tinyTime(from), tinyTime(to)
		if more.Source == "" {
			more.Source, more.Level = "oncall", 1
		}
		add(&more)
	}
	shift("s1", "API primary", "ana@acme.io", "2023-12-05", "2024-03-11", schema.ShiftRow{}) // serves api by its name
	shift("s2", "API primary", "ben@acme.io", "2024-03-11", "2024-03-18", schema.ShiftRow{})
	shift("s3", "webbers", "P3", "2024-03-04", "2024-03-06", schema.ShiftRow{Source: "pagerduty", Account: "acme", Policy: "E1", Level: 1})
	shift("s9", "webbers", "P3", "2024-03-06", "2024-03-11", schema.ShiftRow{Source: "pagerduty", Account: "acme", Policy: "E1", Level: 1}) // back to back
	shift("s4", "webbers", "P1", "2024-01-01", "2024-12-31", schema.ShiftRow{Source: "pagerduty", Account: "acme", Policy: "E1", Level: 2}) // no first line
	add(&schema.PolicyServiceRow{Source: "pagerduty", Account: "acme", Policy: "E1", Service: "web"})
	shift("s5", "backups", "chi@acme.io", "2024-03-06", "2024-03-08", schema.ShiftRow{Source: "oncall", Services: []string{"db"}})
	shift("s6", "data people", "eva@acme.io", "2023-12-05", "2023-12-12", schema.ShiftRow{Source: "oncall", Team: "data", Level: 1})
	shift("s7", "data people", "eva@acme.io", "2024-03-04", "2024-03-11", schema.ShiftRow{Source: "oncall", Team: "data", Level: 1})
	shift("s8", "office", "fay@acme.io", "2024-03-04", "2024-03-11", schema.ShiftRow{})

	grant := func(id, person, start string, cliff, total, period uint16, quantity float64) {
		add(&schema.GrantRow{Source: "vesting", NativeID: id, Person: person, Start: tinyTime(start), CliffMonths: cliff, TotalMonths: total, PeriodMonths: period, Quantity: quantity})
	}
	grant("g1", "ana@acme.io", "2020-03-05", 12, 48, 1, 440)
	grant("g2", "ana@acme.io", "2023-03-05", 12, 48, 3, 160) // a refresher
	grant("g3", "ben@acme.io", "2023-12-05", 12, 48, 1, 100)
	grant("g4", "chi@acme.io", "2022-03-31", 12, 48, 1, 100)
	grant("g6", "chi@acme.io", "2022-04-30", 0, 12, 3, 900)
	grant("g5", "eva@acme.io", "2024-03-06", 12, 48, 1, 100)

	// Channels: two of one incident each, one that two incidents share, and a general one. A repository named like a channel is none.
	add(&schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C1", Name: "inc-1", Members: []string{"U1", "U2", "U6", "U8", "B1"}},
		&schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C2", Name: "ops", Members: []string{"U2", "U3", "U5"}},
		&schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C3", Name: "inc-3"}, &schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C4", Name: "inc-4"},
		&schema.ContainerRow{Source: "slack", Account: "T1", NativeID: "C9", Name: "general", Members: []string{"U1", "U10"}},
		&schema.ContainerRow{Source: "github", NativeID: "ops", Name: "ops"})

	record := func(x schema.IncidentRow) {
		if x.Source == "" {
			x.Source, x.Record = "incidents", schema.RecordIncident
		}
		add(&x)
	}
	record(schema.IncidentRow{NativeID: "INC-1", Title: "api down", Severity: "sev1", StartedAt: tinyTime("2024-03-05 10:00"), ResolvedAt: tinyTime("2024-03-05 11:00"),
		Services: []string{"api"}, Channels: []string{"#INC-1", "C1"}, Alerts: []string{"https://acme.pagerduty.com/incidents/Q1"}})
	record(schema.IncidentRow{NativeID: "INC-12", Title: "web slow", StartedAt: tinyTime("2024-03-06 20:00"), ResolvedAt: tinyTime("2024-03-06 21:00"), Services: []string{"web"}, Channels: []string{"ops"}})
	record(schema.IncidentRow{NativeID: "INC-2", StartedAt: tinyTime("2024-03-06 20:30"), ResolvedAt: tinyTime("2024-03-06 23:00"), Services: []string{"db"}, Channels: []string{"#ops"}, URL: "https://pd/Q2"})
	record(schema.IncidentRow{NativeID: "INC-3", Title: "certificate expired", Services: []string{"web"}, Channels: []string{"inc-3"}})
	record(schema.IncidentRow{NativeID: "INC-4", Title: "api down again", DetectedAt: tinyTime("2024-03-11 12:00"), MitigatedAt: tinyTime("2024-03-11 13:00"), Services: []string{"api"}, Channels: []string{"C4"}})
	record(schema.IncidentRow{NativeID: "INC-5", Title: "nobody knows when"})
	record(schema.IncidentRow{Source: "statuspage", NativeID: "M1", Record: schema.RecordMaintenance, Title: "upgrade", StartedAt: tinyTime("2024-03-07"), ResolvedAt: tinyTime("2024-03-08")})
	alert := func(id, from, to string, more schema.IncidentRow) {
		more.Source, more.Account, more.NativeID, more.Record, more.StartedAt, more.ResolvedAt = "pagerduty", "acme", id, schema.RecordAlert, tinyTime(from), tinyTime(to)
		add(&more)
	}
	alert("Q1", "2024-03-05 09:50", "2024-03-05 11:30", schema.IncidentRow{Title: "api is not answering", Severity: "high"})             // INC-1 lists it
	alert("Q2", "2024-03-06 20:31", "2024-03-06 22:00", schema.IncidentRow{Title: "db is full", Severity: "high", URL: "https://pd/Q2"}) // INC-2's url
	alert("Q9", "2024-03-11 04:40", "2024-03-11 04:50", schema.IncidentRow{Title: "blip"})                                               // March has records: pages only
	alert("Q10", "2023-09-07 10:00", "2023-09-07 10:30", schema.IncidentRow{Title: "db is slow", Services: []string{"db"}})              // September has none: an incident

	n := 0
	act := func(at string, kind schema.Kind, actor, container string, more schema.ActivityRow) {
		n++
		more.At, more.Kind, more.Actor, more.Container, more.NativeID = tinyTime(at), kind, actor, container, string(rune('a'+n/26))+string(rune('a'+n%26))
		if more.Source == "" {
			more.Source, more.Account = "slack", "T1"
		}
		add(&more)
	}
	paging := func(at string, kind schema.Kind, actor, alert string) {
		act(at, kind, actor, "PSVC", schema.ActivityRow{Source: "pagerduty", Account: "acme", Thread: alert})
	}
	var plain schema.ActivityRow

	// September 2023.
	act("2023-09-07 10:00", schema.Alert, "", "PSVC", schema.ActivityRow{Source: "pagerduty", Account: "acme", Thread: "Q10", IsBot: true})
	paging("2023-09-07 10:01", schema.Page, "P5", "Q10")
	paging("2023-09-07 10:10", schema.Ack, "P5", "Q10")

	// INC-1, window 5 March 09:45 - 12:00.
	paging("2024-03-05 05:00", schema.Page, "P1", "Q1") // for the same alert, long before the window
	paging("2024-03-05 09:50", schema.Page, "P1", "Q1")
	paging("2024-03-05 09:50:30", schema.Page, "P1", "Q1") // by SMS
	paging("2024-03-05 09:51", schema.Page, "P1", "Q1")    // by phone, 60 s after the first
	paging("2024-03-05 09:51:01", schema.Page, "P1", "Q1") // 61 s after the first: another page
	act("2024-03-05 09:44:59.999", schema.Message, "U1", "C1", plain)
	for _, m := range []string{"10:00", "10:04", "10:30", "10:31", "11:10"} {
		act("2024-03-05 "+m, schema.Message, "U1", "C1", plain)
	}
	act("2024-03-05 10:01", schema.Join, "U1", "C1", plain)
	act("2024-03-05 10:04", schema.Reaction, "U6", "C1", schema.ActivityRow{Emoji: "batman", TargetActor: "U1"})
	act("2024-03-05 10:05", schema.Message, "B1", "C1", schema.ActivityRow{IsBot: true})
	act("2024-03-05 10:50", schema.Message, "U1", "C1", schema.ActivityRow{IsBot: true}) // automation under her account
	act("2024-03-05 10:20", schema.Reply, "U99", "C1", plain)
	act("2024-03-05 11:59:59.999", schema.Join, "U6", "C1", plain)
	act("2024-03-05 12:00", schema.Join, "U8", "C1", plain)  // too late
	act("2024-03-01 09:00", schema.Join, "U5", "C1", plain)  // joined early,
	act("2024-03-02 09:00", schema.Leave, "U5", "C1", plain) // and left before anything happened
	act("2024-03-05 11:59:59", schema.PRMerged, "chi-gh", "acme/api", schema.ActivityRow{Source: "github", IncidentRef: []string{"inc-1"}})

	// INC-12, window 6 March 19:45 - 22:00, and INC-2, 20:15 - 24:00, in #ops.
	act("2024-03-06 19:45", schema.Commit, "eva-gh", "ops", schema.ActivityRow{Source: "github", IncidentRef: []string{"INC-12"}})
	act("2024-03-06 20:40", schema.Commit, "eva-gh", "ops", schema.ActivityRow{Source: "github"}) // not in #ops
	act("2024-03-06 19:50", schema.Message, "U3", "C2", plain)
	act("2024-03-06 20:14", schema.Message, "U3", "C2", plain)
	act("2024-03-06 20:20", schema.Message, "U3", "C2", plain) // both windows hold it: the later started
	paging("2024-03-06 20:31", schema.Page, "P5", "Q2")
	paging("2024-03-06 20:35", schema.Ack, "P5", "Q2")
	act("2024-03-06 21:50", schema.Message, "U5", "C2", plain)
	act("2024-03-07 00:00", schema.Reply, "U4", "C2", plain) // no window holds it

	// INC-3: the first message starts it; 06:50 is the last before 12 h of silence. Window 9 March 23:35 - 10 March 07:50.
	act("2024-03-09 23:50", schema.Message, "U4", "C3", plain)
	act("2024-03-10 06:30", schema.Message, "U1", "C3", plain)
	act("2024-03-10 06:50", schema.Message, "U1", "C3", plain)
	act("2024-03-10 18:50", schema.Message, "U4", "C3", plain)

	// A page of no incident at 00:40 of Ana's clock, 8 h before her message in INC-4, window 11 March 11:45 - 14:00.
	paging("2024-03-11 04:40", schema.Page, "P1", "Q9")
	act("2024-03-11 12:30", schema.Message, "U2", "C4", plain)
	act("2024-03-11 12:40", schema.Message, "U1", "C4", plain)
	act("2024-03-11 12:40", schema.Reaction, "U2", "C4", schema.ActivityRow{Emoji: "batman", TargetActor: "U1"})
	act("2024-03-11 12:40", schema.Reaction, "U1", "C4", schema.ActivityRow{Emoji: "batman", TargetActor: "U1"}) // her own praise

	// Elsewhere.
	act("2024-03-05 09:00", schema.Message, "U10", "C9", plain)
	paging("2024-03-05 09:30", schema.Page, "P10", "Q8")
	act("2023-05-01 12:00", schema.Message, "U9", "C9", plain) // before any roster
	act("2024-03-07 20:00", schema.Message, "U9", "C9", plain) // Friday 01:30 in Kolkata
	return rows
}

// tinyTime reads a day, or a time of one.
func tinyTime(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05"[:min(len(s), 19)], s)
	if err != nil {
		panic(err)
	}
	return t
}

package query

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Everything about tinyOrg that can be worked out by hand, beside how.
func TestTinyOrganization(t *testing.T) {
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, tinyOrg()...)
	t.Run("identities", func(t *testing.T) { tinyIdentities(t, db) })
	t.Run("employment", func(t *testing.T) { tinyEmployment(t, db) })
	t.Run("participation", func(t *testing.T) { tinyParticipation(t, db) })
	t.Run("incidents", func(t *testing.T) { tinyIncidents(t, db) })
	t.Run("engaged", func(t *testing.T) { tinyEngaged(t, db) })
	t.Run("metrics", func(t *testing.T) { tinyMetrics(t, NewDB(db)) })
	t.Run("reference", func(t *testing.T) { // which the property test trusts
		rows := tinyOrg()
		for _, r := range rows { // it reads neither schedules by their names nor alerts by their pages
			switch x := r.(type) {
			case *schema.ShiftRow:
				if x.Schedule == "API primary" {
					x.Services = []string{"api"}
				}
			case *schema.IncidentRow:
				if x.NativeID == "INC-1" {
					x.Alerts = []string{"Q1"}
				}
			}
		}
		compareDerived(t, db, newReference(schema.DefaultSettings(), rows))
	})
}

// same compares lines, each a row.
func same(t *testing.T, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func tinyIdentities(t *testing.T, db *schema.DB) {
	var got []string
	for _, p := range read[personOfRow](t, db, "person_of WHERE source IN ('slack', 'pagerduty', 'github')") {
		got = append(got, p.Source+" "+p.NativeID+" "+p.Person)
	}
	same(t, got, []string{
		"slack U1 ana@acme.io", "slack U2 ben@acme.io", "slack U3 chi@acme.io", "slack U5 eva@acme.io", "slack U6 fay@acme.io", "slack U8 hal@acme.io", "slack U9 ivy@acme.io",
		"slack U4 dev@acme.io",                                           // alias of the login, whatever its case
		"slack U10 jon@contractor.io", "pagerduty P10 jon@contractor.io", // one e-mail is one person, in no roster, too
		"slack U99 slack:U99", // provisional
		"slack B1 ",           // a robot is nobody
		"pagerduty P1 ana@acme.io", "pagerduty P3 chi@acme.io", "pagerduty P5 eva@acme.io",
		"github chi-gh chi@acme.io", "github eva-gh eva@acme.io",
	})
	unmatched := read[personOfRow](t, db, "person_of WHERE NOT matched AND person != '' AND source = 'slack'")
	if len(unmatched) != 2 { // jon and U99
		t.Errorf("unmatched: %v", unmatched)
	}
}

func tinyEmployment(t *testing.T, db *schema.DB) {
	var got []string
	for _, e := range read[employmentRow](t, db, "employment") {
		got = append(got, fmt.Sprintf("%s %s %s", e.Person, e.Since.Format("2006-01-02"), e.Until.Format("2006-01-02")))
	}
	same(t, got, []string{
		"ana@acme.io 2020-03-05 2299-12-31", "ben@acme.io 2023-12-12 2299-12-31", "chi@acme.io 2022-03-05 2299-12-31", "dev@acme.io 2021-01-31 2299-12-31",
		"eva@acme.io 2023-03-06 2299-12-31", "fay@acme.io 2024-03-05 2299-12-31",
		"gus@acme.io 2019-01-01 2024-03-01", // the department's roster of January does not count, that of March omits him
		"hal@acme.io 2023-09-05 2024-03-11", // 10 March is his last day
		"ivy@acme.io 1900-01-01 2299-12-31", // since always, as far as anyone knows
	})
}

// tinyParticipation: person, team, R(esponder) or L(urker) or -; contributions/reactions/pages; first moment there and its band; engaged
// and sleeping minutes; tenure; vesting; on-call status, and H two hats, T tired, F first time on call (F? nobody can know).
func tinyParticipation(t *testing.T, db *schema.DB) {
	var got []string
	for _, p := range read[participationRow](t, db, "participation") {
		role, marks := "-", ""
		switch {
		case p.Responder:
			role = "R"
		case p.Lurker:
			role = "L"
		}
		if p.TwoHats {
			marks += "H"
		}
		if p.Tired {
			marks += "T"
		}
		if p.FirstOnCall == nil {
			marks += "F?"
		} else if *p.FirstOnCall {
			marks += "F"
		}
		first, vested, tenure := "-", "-", "-"
		if p.FirstAt != nil {
			first = p.FirstAt.Format("02T15:04:05")
		}
		if p.VestedFraction != nil {
			vested = fmt.Sprintf("%.4f", *p.VestedFraction)
		}
		if p.TenureDays != nil {
			tenure = fmt.Sprintf("%dd %s", *p.TenureDays, p.TenureBand)
		}
		got = append(got, fmt.Sprintf("%s %s %s %s %d/%d/%d %s %s %g/%g | %s | %s %s | %s %s", p.Incident, p.Person, p.Team, role, p.Contributions, p.Reactions, p.Pages, first, p.HourBand,
			p.EngagedMinutes, p.SleepMinutes, tenure, p.VestingBand, vested, p.OnCall, marks))
	}
	same(t, got, []string{
		// Ana: messages at minutes 0, 4, 30, 31, 70: [0,14], [30,41], [70,80] = 35; 10:00 is 05:00 in New York. Pages at 09:50 and 09:51:01.
		// Hired four years ago to the day: 1461 days. 440 of 440 and, 12 of 48 months after the refresher's start, 40 of 160: 480/600, just enough.
		// Her first shift is the first that anybody had: nobody can know whether it is her first. A page at midnight, for this very incident but
		// before its window, makes her not tired for it.
		"INC-1 ana@acme.io core R 5/0/2 05T10:00:00 sleep 35/35 | 1461d >=4y | fully_vested 0.8000 | on_call F?",
		// Ben is listed, did nothing, and left no join message. Hired 19 + 31 + 29 + 5 = 84 days ago. No duty, so
		// nothing is said about first times.
		"INC-1 ben@acme.io core L 0/0/0 -  0/0 | 84d <3m | before_cliff 0.0000 |  F?",
		// Chi merged at 17:29:59 of her clock, one second before the window's end; on call for web only. Her grant of 31 March 2022 has 23
		// whole months on 5 March 2024 (29 February ends the 23rd): 23/48 of 100; her later 900 are hers entirely, but her first grant is not. Her
		// first shift began the day before, exactly 90 days after anybody's.
		"INC-1 chi@acme.io edge R 1/0/0 05T11:59:59 business 10/0 | 731d 2-4y | vesting 0.9479 | elsewhere F",
		// Fay reacted and joined just in time, at 12:59:59 of her clock; the reaction is no first moment. It is her first day.
		"INC-1 fay@acme.io data - 0/1/0 05T11:59:59 business 0/0 | 0d <3m | none - |  F?",
		// U99 replied while Ana was on call. Eva left before, Hal came too late, robots do not count.
		"INC-1 slack:U99  R 1/0/0 05T10:20:00 business 10/0 | - | none - | off_call ",
		// Chi at 01:20 and 01:44 in Kolkata: [0,10], [24,34]. On call for web and db at once, in the second half of her first shift.
		"INC-12 chi@acme.io edge R 2/0/0 06T19:50:00 sleep 20/20 | 732d 2-4y | vesting 0.9479 | on_call HF",
		// Eva's commit names INC-12 at the first instant of its window, 20:45 in Berlin. Team data's schedule is another. Her grant starts today.
		"INC-12 eva@acme.io data R 1/0/0 06T19:45:00 off 10/0 | 366d 1-2y | before_cliff 0.0000 | elsewhere ",
		// In #ops at 20:20 both windows are open; INC-2 started later. Half an hour before, at night, Chi worked on INC-12.
		"INC-2 chi@acme.io edge R 1/0/0 06T20:20:00 sleep 10/10 | 732d 2-4y | vesting 0.9479 | on_call HTF",
		// Eva: 20:35-20:45 and 21:50-22:00, which is 22:50-23:00 in Berlin. What she did at 20:45 on her clock was not at night.
		"INC-2 eva@acme.io data R 2/0/1 06T20:35:00 off 20/10 | 366d 1-2y | before_cliff 0.0000 | on_call ",
		// Dev is in core now. 05:20 on Sunday in Kolkata. Nobody's shift is his, Chi covers web.
		"INC-3 dev@acme.io core R 1/0/0 09T23:50:00 sleep 10/10 | 1133d 2-4y | none - | off_call ",
		// Ana, 01:30 to 02:00 in New York, when the clocks went forward: two messages 20 min apart are one stretch. Tenure counts from INC-3's day, the 9th.
		"INC-3 ana@acme.io core R 2/0/0 10T06:30:00 sleep 30/30 | 1465d >=4y | fully_vested 0.8000 | elsewhere F?",
		// On Monday 12:40 is 08:40 in New York, in summer time. Her shift ended at midnight, Ben's began; at 00:40, exactly 8 h before, she was paged.
		"INC-4 ana@acme.io core R 1/1/0 11T12:40:00 business 10/0 | 1467d >=4y | fully_vested 0.8000 | off_call T",
		"INC-4 ben@acme.io core R 1/1/0 11T12:30:00 business 10/0 | 90d <3m | before_cliff 0.0000 | on_call F",
		// 12:10 in Berlin. No shift is known that early: unknown. Hired on 6 March: six months, 25 + 30 + 31 + 30 + 31 + 31 + 7 = 185 days.
		"Q10 eva@acme.io data R 1/0/1 07T10:10:00 business 10/0 | 185d 6-12m | none - | unknown ",
	})
}

func tinyIncidents(t *testing.T, db *schema.DB) {
	var got []string
	for _, f := range read[factsRow](t, db, "incident_facts") {
		mark := func(b bool, s string) string {
			if b {
				return s
			}
			return ""
		}
		share := "-"
		if f.TopPersonShare != nil {
			share = fmt.Sprintf("%.4f", *f.TopPersonShare)
		}
		got = append(got, fmt.Sprintf("%s %q %s %s-%s %s-%s%s owners %v%s | %d %d %d | %v %v %v | %g/%g %s %s | pairs %d new %d hires %d%s", f.Incident, f.Title, f.Severity,
			f.StartedAt.Format("02T15:04"), f.EndedAt.Format("02T15:04"), f.WindowStart.Format("15:04"), f.WindowEnd.Format("15:04"), mark(f.Imputed, " imputed"), f.OwnerTeams, mark(f.NewOwner, " new"),
			f.Participants, f.Responders, f.Lurkers, f.Teams, f.Functions, f.Offsets, f.EngagedMinutes, f.SleepMinutes, f.TopPerson, share, f.Pairs, f.NewPairs, f.NewPairsHires, mark(f.BurnIn, " burn-in")))
	}
	same(t, got, []string{
		// Q9 is only pages since March has records; M1 is maintenance; nobody knows when INC-5 was. History begins with Q10; its first 180 days end
		// the moment that INC-1 starts. INC-1 and INC-2 take what they leave blank from their alerts, but not the times they know.
		`Q10 "db is slow"  07T10:00-07T10:30 09:45-11:30 owners [data] | 1 1 0 | [data] [engineering] [7200] | 10/0 eva@acme.io 1.0000 | pairs 0 new 0 hires 0 burn-in`,
		// Three responders, two of teams; 35 + 10 + 10 = 55. New York -5 h, UTC, Kolkata +5:30.
		`INC-1 "api down" sev1 05T10:00-05T11:00 09:45-12:00 owners [core] | 5 3 1 | [core edge] [engineering] [-18000 0 19800] | 55/35 ana@acme.io 0.6364 | pairs 3 new 3 hires 0`,
		// web changed hands 90 days before. 20 + 10.
		`INC-12 "web slow"  06T20:00-06T21:00 19:45-22:00 owners [core] new | 2 2 0 | [data edge] [engineering] [3600 19800] | 30/20 chi@acme.io 0.6667 | pairs 1 new 1 hires 0`,
		// Chi and Eva met in INC-12.
		`INC-2 "db is full" high 06T20:30-06T23:00 20:15-00:00 owners [data] | 2 2 0 | [data edge] [engineering] [3600 19800] | 30/20 eva@acme.io 0.6667 | pairs 1 new 0 hires 0`,
		// web changed hands 93 days before.
		`INC-3 "certificate expired"  09T23:50-10T06:50 23:35-07:50 imputed owners [core] | 2 2 0 | [core] [engineering] [-18000 19800] | 40/40 ana@acme.io 0.7500 | pairs 1 new 1 hires 0`,
		// Detected stands for started, mitigated for resolved. Ten minutes each: the first by name. New York is at -4 h now.
		// Ben was hired 90 days ago: no new hire.
		`INC-4 "api down again"  11T12:00-11T13:00 11:45-14:00 owners [core] | 2 2 0 | [core] [engineering] [-14400] | 20/0 ana@acme.io 0.5000 | pairs 1 new 1 hires 0`,
	})
}

func tinyEngaged(t *testing.T, db *schema.DB) {
	var got []string
	for _, b := range read[blockRow](t, db, "engaged WHERE incident IN ('INC-1', 'INC-3')") {
		got = append(got, fmt.Sprintf("%s %s %s-%s", b.Incident, b.Person, b.Since.Format("15:04:05"), b.Until.Format("15:04:05")))
	}
	same(t, got, []string{
		"INC-1 ana@acme.io 10:00:00-10:14:00", "INC-1 ana@acme.io 10:30:00-10:41:00", "INC-1 ana@acme.io 11:10:00-11:20:00",
		"INC-1 slack:U99 10:20:00-10:30:00",
		"INC-1 chi@acme.io 11:59:59-12:09:59", // runs past the window
		"INC-3 dev@acme.io 23:50:00-00:00:00", "INC-3 ana@acme.io 06:30:00-07:00:00",
	})
}

// tinyMetrics holds some metrics against sums by hand. The range is March 2024 unless said otherwise.
func tinyMetrics(t *testing.T, db *DB) {
	run := func(id, columns, parameters string) (lines []string) {
		t.Helper()
		m, err := Lookup(id)
		if err != nil {
			t.Fatal(err)
		}
		values, _ := url.ParseQuery(parameters)
		if !values.Has("from") {
			values.Set("from", "2024-03-01")
			values.Set("to", "2024-04-01")
		}
		f, err := db.ParseFilter(values)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Run(context.Background(), db, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows {
			var cells []string
			for _, name := range strings.Fields(columns) {
				i := slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == name })
				if i < 0 {
					t.Fatalf("%s has no column %s", id, name)
				}
				switch x := row[i].(type) {
				case float64:
					cells = append(cells, fmt.Sprintf("%.4f", x))
				case nil:
					cells = append(cells, "null")
				case time.Time:
					cells = append(cells, x.Format(time.RFC3339))
				default:
					cells = append(cells, fmt.Sprint(x))
				}
			}
			lines = append(lines, strings.Join(cells, " "))
		}
		return lines
	}
	// Minutes in March, no minute of a person twice: Ana 35 + 30 + 10 = 75; Chi 10 in INC-1, then 19:50-20:00 and, of INC-12's 20:14-20:24
	// and INC-2's 20:20-20:30, 16: 36; Eva 10 + 20 = 30; Ben, Dev and U99 10 each. 171 in all. Half of it, 85.5, takes Ana and Chi.
	// Gini: (10 + 20 + 30 + 4*30 + 5*36 + 6*75) = 810; 2*810/(6*171) - 7/6 = .412281, times 6/5 = .494737.
	// HHI: (75^2 + 36^2 + 30^2 + 3*10^2) / 171^2 = 8121/29241.
	same(t, run("dependency", "name incidents responders caf top_person top_share gini hhi", "by=org"), []string{"org 5 6 2 ana@acme.io 0.4386 0.4947 0.2777"})
	// core owns INC-1, INC-12, INC-3 and INC-4, data INC-2. core's Ana 75, Ben 10, Dev 10: 95 min; edge's Chi 10 + 20 for core, 10 for data.
	same(t, run("team-matrix", "owner_team responder_team engaged_hours", ""), []string{"core core 1.5833", "core edge 0.5000", "core data 0.1667", "core  0.1667", "data edge 0.1667", "data data 0.3333"})
	// core: Ana on call, elsewhere, off; Ben on call; Dev off. edge: Chi elsewhere, twice on call. data: Eva elsewhere, on call. U99 off.
	same(t, run("on-call-reliance", "period team on_call elsewhere off_call unknown", "by=quarter"), []string{"2024Q1 core 2 1 2 0", "2024Q1 edge 2 1 0 0", "2024Q1 data 1 1 0 0", "2024Q1  0 0 1 0"})
	same(t, run("on-call-reliance", "period team on_call elsewhere off_call unknown", "by=month&from=2023-09-01&to=2023-10-01"), []string{"2023-09 data 0 0 0 1"})
	// Ana was paged at 05:00, 09:50 and 09:51:01 (00:00 and 04:50 in New York) and at 04:40 (00:40); Eva at 20:31 (21:31), Jon at 09:30 on the org's clock, a Tuesday.
	same(t, run("on-call-health", "person pages business off sleep first_time two_hats tired", ""), []string{"ana@acme.io 4 0 0 4 0 0 1", "ben@acme.io 0 0 0 0 1 0 0", "chi@acme.io 0 0 0 0 3 2 1",
		"eva@acme.io 1 0 1 0 0 0 0", "jon@contractor.io 1 1 0 0 0 0 0"})
	// Ben in one incident and Chi in three were first-timers, together in 4 of the 5; Chi wore two hats in 2; Ana and Chi were tired in one each.
	// One incident's service had changed hands. 3 of 11 responses off call, as above. Ana's pages at 05:00, 09:50, 09:51:01 and on the 11th at
	// 04:40 are all in her night; Eva's and Jon's are not.
	same(t, run("on-call-trend", "period what count of", "by=quarter"), []string{"2024Q1 first_time 4 5", "2024Q1 new_owner 1 5", "2024Q1 off_call 3 11", "2024Q1 sleep_pages 4 6", "2024Q1 tired 2 5", "2024Q1 two_hats 2 5"})
	// Ana responded to most, but 5 incidents are too few to tell a share; she was praised by Fay and by Ben, and by herself, which does not count.
	same(t, run("batman-trend", "period batman_index incidents hero_reactions person", "by=quarter"), []string{"2024Q1 null 5 2 ana@acme.io"})
	// 60, 60, 150 and 60 min; INC-3 is imputed. R-7 of 60, 60, 60, 150: p75 at 2.25 = 60 + .25*90, p90 at 2.7 = 60 + .7*90.
	same(t, run("durations", "period n p25 p50 p75 p90", "by=quarter"), []string{"2024Q1 4 60.0000 60.0000 82.5000 123.0000"})
	// Responders 3, 2, 2, 2, 2; teams 2, 2, 2, 1, 1; 171 min; 7 pairs are too few to tell a share; 1 lurker to 11 responders.
	same(t, run("coordination", "period incidents responders_p50 teams_p50 engaged_hours new_pair_share lurker_ratio", "by=quarter"), []string{"2024Q1 5 2.0000 2.0000 2.8500 null 0.0909"})
	// Slack: C1 has 8 messages and a reply, automation's too, a reaction, 4 joins and a leave: 15; #ops 5, C3 4, C4 4, general 2; of ana, ben, chi, dev,
	// eva, fay, hal, ivy, jon and U99. PagerDuty: two of Ana's five pages for Q1 are repetitions; Eva's page and ack, Ana's for Q9, Jon's.
	same(t, run("coverage", "source month rows people", ""), []string{"slack 2024-03 30 10", "pagerduty 2024-03 7 3", "github 2024-03 3 2"})
	// Ivy's message of Thursday 20:00 UTC is Friday's 01:30 in Kolkata.
	same(t, run("chatter", "weekday hour group count", "by=person&person=ivy@acme.io"), []string{"5 1 ivy@acme.io 1"})
	// In May 2023 the roster of June tells who she is; 17:30 on her clock.
	same(t, run("chatter", "weekday hour group count", "by=function&person=ivy@acme.io&from=2023-05-01&to=2023-06-01"), []string{"1 17 sales 1"})
	// Ana and her pages: Tuesday 00:00 (a page), 04:44 and 04:50 ("09:44:59.999", and two pages) in New York.
	same(t, run("chatter", "weekday hour group count", "by=person&person=ana@acme.io&from=2024-03-05&to=2024-03-06"), []string{"2 0 ana@acme.io 1", "2 4 ana@acme.io 3", "2 5 ana@acme.io 4", "2 6 ana@acme.io 1"})
}

package query

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

var planning = defineAsking[planFact, planRow](Meta{
	ID: "planning", Title: "Planning", Question: "Where do teams need people, training, another rota, an owner or something written down?",
	Definition: "Suggestions per team from the 12 months before --to (without it: the day after the last incident; --from is ignored), each with the arithmetic behind it: value is measured, reference is the line it crossed. " +
		"rota, headcount: a member's share of time on call over 25%, or more than a tenth of 12-hour stretches on call with more than 2 incidents (both lines: Google, Site Reliability Engineering, chapter 11, and the SRE workbook, chapter 8); " +
		"responses of known status off call, surely (95%) over a third; engaged time in the sleep band, over a quarter and over the organization's share. training: one person holds at least half of the engaged time in the team's incidents; somebody in an incident " +
		"during their first shift ever. documentation: a service that one person, still employed, responded to at least twice. headcount: at least half, and more than in the organization, of the engaged time of today's members held by people fully vested within 12 months. " +
		"ownership: over half of the engaged time in the team's incidents is other teams'. Lines without a source are this program's. Shares need 10 incidents or responses: below, too few to say. No person and no team is ranked.",
	Unit: Count, Loads: []string{"roster", "incidents", "slack", "oncall", "ownership", "vesting"},
}, viewPlanning)

// planFact is one number of a team; sql/planning.sql says what a, b and c are.
type planFact struct {
	Team   string  `ch:"team"`
	Fact   string  `ch:"fact"`
	Name   string  `ch:"name"`
	Person string  `ch:"person"`
	A      float64 `ch:"a"`
	B      float64 `ch:"b"`
	C      float64 `ch:"c"`

	PersonName string
	Day        int32        // the last of the 12 months, since 1970-01-01
	Grants     []stat.Grant // of a member
}

type planRow struct {
	Team       string   `col:"team"`
	Kind       string   `col:"kind"`
	Suggestion string   `col:"suggestion"`
	Evidence   string   `col:"evidence" type:"evidence"`
	Measure    string   `col:"measure"`
	Value      float64  `col:"value"`
	Reference  float64  `col:"reference"`
	Unit       string   `col:"unit"`
	N          int      `col:"n" unit:"incidents, responses, stretches or people behind it"`
	Source     string   `col:"reference_source"`
	Headcount  int      `col:"headcount" unit:"people"`
	Service    string   `col:"service"`
	Plain      string   `col:"evidence_plain"`
	People     []string `col:"people" type:"people"`
	Behind     uint64   `people:"n"`
}

// Kinds of suggestions.
const (
	planHeadcount     = "headcount"
	planTraining      = "training"
	planRota          = "rota"
	planOwnership     = "ownership"
	planDocumentation = "documentation"
)

// OwnLine is the source of lines that are this program's.
const OwnLine = "orgheat"

// Lines that a suggestion needs to be crossed.
const (
	sreBook      = "Google, Site Reliability Engineering, ch. 11; SRE workbook, ch. 8"
	onCallLine   = .25 // of a person's time
	stretchLine  = 2   // incidents per 12 h on call
	stretchShare = .1  // of stretches over stretchLine
	offCallLine  = 1. / 3
	nightLine    = .25
	heldLine     = .5
	vestedLine   = .5
	foreignLine  = .5
	leastHours   = 10 // of engaged time, under which a share of it says nothing
)

// planTeam is a team's facts by kind.
type planTeam struct {
	name  string
	facts map[string][]planFact
	whole planWhole
	few   *bool // set when a share was too small a sample to say
}

// planWhole is what all teams together do: what is so everywhere is no team's to mend.
type planWhole struct {
	offCall, night, vested float64 // shares; NaN where nobody knows
}

func wholeOf(rows []planFact) planWhole {
	sums := map[string][2]float64{}
	var members []planFact // with engaged time: the others weigh nothing
	for _, r := range rows {
		s := sums[r.Fact]
		sums[r.Fact] = [2]float64{s[0] + r.A, s[1] + r.B}
		if r.Fact == "member" && r.A > 0 {
			members = append(members, r)
		}
	}
	share := func(fact string) float64 { return sums[fact][0] / sums[fact][1] }
	w := planWhole{offCall: share("status"), night: sums["asleep"][0] / sums["awake"][0], vested: math.NaN()}
	if len(members) > 0 {
		_, w.vested, _ = vestedNowAndLater(members)
	}
	return w
}

// vestedNowAndLater are the shares of the members' engaged time held by the fully vested at --to and 12 months later.
func vestedNowAndLater(members []planFact) (now, later float64, when time.Time) {
	vestees := make([]stat.Vestee, len(members))
	for i, m := range members {
		vestees[i] = stat.Vestee{Hours: m.A / 60, Grants: m.Grants}
	}
	points := stat.VestingHorizon(vestees, dayTime(members[0].Day), []int{0, 12})
	return points[0].Share, points[1].Share, points[1].Day
}

// line is the larger of a line and what all teams do.
func line(least, whole float64) float64 {
	if whole > least { // false for NaN
		return whole
	}
	return least
}

func (t planTeam) one(fact string) planFact {
	if len(t.facts[fact]) == 0 {
		return planFact{}
	}
	return t.facts[fact][0]
}

// planRules are the questions asked of every team, in the order in which suggestions are listed.
var planRules = []func(planTeam) []planRow{onCallTime, stretches, calledOffCall, atNight, soonVested, oneHolder, firstTimers, islands, answeredByOthers}

// ofMembers gives the members their engaged time and their grants, and drops the rows that tell the time.
func ofMembers(rows []planFact, grants map[string][]stat.Grant) []planFact {
	minutes := map[string]float64{}
	for _, r := range rows {
		if r.Fact == "mine" {
			minutes[r.Name] = r.A
		}
	}
	rows = slices.DeleteFunc(rows, func(r planFact) bool { return r.Fact == "mine" })
	for i := range rows {
		if rows[i].Fact == "member" {
			rows[i].A, rows[i].Grants = minutes[rows[i].Person], grants[rows[i].Person]
		}
	}
	return rows
}

func viewPlanning(ctx context.Context, db *DB, f Filter, ask func() ([]planFact, error)) (table, error) {
	grants, err := db.grants(ctx)
	if err != nil {
		return table{}, err
	}
	roster, err := db.roster(ctx)
	if err != nil {
		return table{}, err
	}
	rota, err := db.rota(ctx)
	if err != nil {
		return table{}, err
	}
	rows, err := planFacts(ctx, db, roster, rota, ask)
	if err != nil {
		return table{}, err
	}
	if rows = ofMembers(rows, grants); len(rows) == 0 {
		return tableOf([]planRow{}, []string{"no team is known: a roster with teams, or incidents with owning teams, says which there are"}), nil
	}
	var out []planRow
	var small []string
	whole := wholeOf(rows)
	for from := 0; from < len(rows); {
		few := false
		t := planTeam{rows[from].Team, map[string][]planFact{}, whole, &few}
		for ; from < len(rows) && rows[from].Team == t.name; from++ {
			t.facts[rows[from].Fact] = append(t.facts[rows[from].Fact], rows[from])
		}
		if len(f.Teams) > 0 && !slices.Contains(f.Teams, t.name) || roster.listed && len(t.facts["member"]) == 0 {
			continue // not asked for, or dissolved by now
		}
		for _, rule := range planRules {
			for _, r := range rule(t) {
				r.Team, r.Headcount = t.name, len(t.facts["member"])
				if r.Plain == "" {
					r.Plain = r.Evidence
				}
				r.Evidence, r.Plain = capital(r.Evidence), capital(r.Plain)
				out = append(out, r)
			}
		}
		if few {
			small = append(small, t.name)
		}
	}
	return tableOf(out, planWarnings(roster.listed, len(rota.shifts) > 0, len(grants) > 0, len(rota.owners) > 0, small)), nil
}

func planWarnings(roster, shifts, grants, ownership bool, small []string) []string {
	var warnings []string
	for _, lack := range []struct {
		with bool
		text string
	}{
		{roster, "no roster is loaded: headcount, rotas and vesting of teams are unknown"},
		{shifts, "no on-call shifts are loaded: nothing is said of time on call, calls while off call and first shifts"},
		{grants, "no equity grants are loaded: nothing is said of vesting"},
		{ownership, "no ownership of services is loaded: nothing is said of islands, and owners are only those that incidents name"},
	} {
		if !lack.with {
			warnings = append(warnings, lack.text)
		}
	}
	if len(small) > 0 {
		warnings = append(warnings, fmt.Sprintf("too few to say (under %d incidents or responses, or %d h) for a part of: %s", minDenominator, leastHours, strings.Join(small, ", ")))
	}
	return warnings
}

// enough reports whether n is enough for a share, and notes if not.
func (t planTeam) enough(n, least float64) bool {
	if n > 0 && n < least {
		*t.few = true
	}
	return n >= least
}

// onCallTime: the rota's demand is the sum of its members' shares of time on call; at 25% each it takes demand / 25% people.
func onCallTime(t planTeam) []planRow {
	var most, demand float64
	rota := 0
	for _, m := range t.facts["member"] {
		if m.B > 0 && m.C > 0 {
			share := m.B / m.C
			most, demand, rota = math.Max(most, share), demand+share, rota+1
		}
	}
	if rota == 0 || most <= onCallLine {
		return nil
	}
	need := int(math.Ceil(demand/onCallLine - 1e-9))
	members := len(t.facts["member"])
	r := planRow{Measure: "on_call_time", Value: most, Reference: onCallLine, Unit: "share of a person's time", N: rota, Source: sreBook, Behind: uint64(rota)}
	r.Evidence = fmt.Sprintf("%s of %d members carried %.2f people's whole time on call, one of them %s of theirs; at %s each it takes %d people (%.2f / %.2f)",
		headcount(rota), members, demand, percent(most), percent(onCallLine), need, demand, onCallLine)
	switch {
	case need <= rota:
		r.Kind, r.Suggestion = planRota, "Spread the on-call time evenly: the people on the rota are enough"
	case need <= members:
		r.Kind, r.Suggestion = planRota, fmt.Sprintf("Put %d more of the team's members on the rota", need-rota)
	default:
		r.Kind, r.Suggestion = planHeadcount, fmt.Sprintf("Find %d more for the rota, or share it with another team", need-members)
	}
	return []planRow{r}
}

func stretches(t planTeam) []planRow {
	s := t.one("slots")
	if !t.enough(s.B, minDenominator) || s.A/s.B <= stretchShare {
		return nil
	}
	return []planRow{{Kind: planRota, Suggestion: "Put a second person on call, or take causes away", Measure: "busy_stretches", Value: s.A / s.B, Reference: stretchShare, Unit: "share of 12-hour stretches on call", N: int(s.B), Source: sreBook,
		Evidence: fmt.Sprintf("%.0f of %.0f stretches of 12 hours on call (%s) had more than %d incidents, the most %.0f", s.A, s.B, percent(s.A/s.B), stretchLine, s.C)}}
}

func calledOffCall(t planTeam) []planRow {
	s := t.one("status")
	if !t.enough(s.B, minDenominator) || stat.Wilson(int(s.A), int(s.B), .05).Lo <= offCallLine {
		return nil
	}
	return []planRow{{Kind: planRota, Suggestion: "Ask why people who are not on call are needed: widen the rota, or write down what only they know", Measure: "off_call", Value: s.A / s.B, Reference: offCallLine, Unit: "share of responses of known status",
		N: int(s.B), Source: OwnLine, Behind: uint64(s.C), Evidence: fmt.Sprintf("%.0f of %.0f responses (%s) were by people who were not on call: %s (%s in all teams)", s.A, s.B, percent(s.A/s.B), headcount(int(s.C)), percent(t.whole.offCall))}}
}

func atNight(t planTeam) []planRow {
	awake, asleep := t.one("awake"), t.one("asleep")
	share, limit := asleep.A/awake.A, line(nightLine, t.whole.night)
	if !t.enough(awake.A/60, leastHours) || share <= limit {
		return nil
	}
	return []planRow{{Kind: planRota, Suggestion: "Move night work to where it is day: a rota shared with another zone, or a change of what pages at night", Measure: "sleep_time", Value: share, Reference: limit, Unit: "share of engaged time",
		N: int(asleep.C), Source: OwnLine, Behind: uint64(asleep.C), Evidence: fmt.Sprintf("%.0f of %.0f engaged hours (%s) fell into the sleep band of %s (%s in all teams)", asleep.A/60, awake.A/60, percent(share), headcount(int(asleep.C)), percent(t.whole.night))}}
}

func soonVested(t planTeam) []planRow {
	members := t.facts["member"]
	minutes, granted := 0., false
	for _, m := range members {
		minutes += m.A
		granted = granted || len(m.Grants) > 0
	}
	if !granted || !t.enough(minutes/60, leastHours) {
		return nil
	}
	now, later, when := vestedNowAndLater(members)
	limit := line(vestedLine, t.whole.vested)
	if !(later >= limit) {
		return nil
	}
	return []planRow{{Kind: planHeadcount, Suggestion: "Plan for departures: hire or train ahead of the vesting dates", Measure: "vesting_horizon", Value: later, Reference: limit, Unit: "share of engaged time", N: len(members), Source: OwnLine, Behind: uint64(len(members)),
		Evidence: fmt.Sprintf("by %s %s of the %.0f engaged hours of today's members will be those of people who are fully vested (%s now; %s then in all teams)", when.Format("2006-01"), percent(later), minutes/60, percent(now), percent(t.whole.vested))}}
}

func oneHolder(t planTeam) []planRow {
	owned, h := t.one("owned"), t.one("holder")
	if h.A <= 0 || !t.enough(owned.B, minDenominator) || h.B/h.A < heldLine {
		return nil
	}
	say := func(who string) string {
		return fmt.Sprintf("%s held %s of the %.0f engaged hours in the team's %.0f incidents with a responder, of %s: contributor absence factor 1", who, percent(h.B/h.A), h.A/60, owned.B, headcount(int(h.C)))
	}
	return []planRow{{Kind: planTraining, Suggestion: "Pair a second person on these incidents until no one person holds half", Measure: "absence_factor", Value: h.B / h.A, Reference: heldLine, Unit: "share of engaged time", N: int(owned.B), Source: OwnLine,
		Behind: uint64(h.C), Evidence: say(h.shown()), Plain: say("one person"), People: []string{h.Person}}}
}

func firstTimers(t planTeam) []planRow {
	first := t.facts["first"]
	if len(first) == 0 {
		return nil
	}
	incidents := 0.
	var persons, names []string
	for _, f := range first {
		incidents += f.A
		persons, names = append(persons, f.Person), append(names, f.shown())
	}
	say := func(who string) string {
		return fmt.Sprintf("%s met %s while on call for the first time", who, counted(int(incidents), "incident"))
	}
	return []planRow{{Kind: planTraining, Suggestion: "Have newcomers to the rota shadow a shift, and rehearse an incident, before their first", Measure: "first_shifts", Value: float64(len(first)), Unit: "people", N: len(first), Source: OwnLine,
		Reference: 0, Behind: uint64(len(first)), Evidence: say(atMost(names, mostNames)), Plain: say(headcount(len(first))), People: persons}}
}

func islands(t planTeam) []planRow {
	var out []planRow
	for _, i := range t.facts["island"] {
		say := func(who string) string {
			return fmt.Sprintf("of the people still here only %s responded to %s at least twice in 12 months (%.0f of its %.0f incidents)", who, i.Name, i.A, i.B)
		}
		out = append(out, planRow{Kind: planDocumentation, Suggestion: "Write down and share what one person knows of " + i.Name, Measure: "island", Value: 1, Reference: 2, Unit: "people", N: int(i.B), Source: OwnLine, Service: i.Name, Behind: 1,
			Evidence: say(i.shown()), Plain: say("one person"), People: []string{i.Person}})
	}
	return out
}

func answeredByOthers(t planTeam) []planRow {
	owned := t.one("owned")
	if !t.enough(owned.B, minDenominator) {
		return nil
	}
	total, own := 0., 0.
	most := planFact{}
	for _, a := range t.facts["across"] {
		total += a.A
		if a.Name == t.name {
			own = a.A
		} else if a.A > most.A {
			most = a
		}
	}
	if total <= 0 || 1-own/total <= foreignLine {
		return nil
	}
	by := most.Name
	if by == "" {
		by = "people without a team"
	}
	return []planRow{{Kind: planOwnership, Suggestion: fmt.Sprintf("Give the services to those who answer for them, or train %s to", t.name), Measure: "answered_by_others", Value: 1 - own/total, Reference: foreignLine, Unit: "share of engaged time", N: int(owned.B), Source: OwnLine,
		Evidence: fmt.Sprintf("%s of the %.0f engaged hours in its %.0f incidents were other teams', most of all %s (%s)", percent(1-own/total), total/60, owned.B, by, percent(most.A/total))}}
}

// shown is the person's name.
func (f planFact) shown() string {
	if f.PersonName == "" || f.PersonName == f.Person {
		return "somebody no roster knows"
	}
	return f.PersonName
}

package generate

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// Truth is what was planted and how large it came out in the written data: counted from the same steps that the exports hold,
// by the product's own definitions. Dates are YYYY-MM-DD, ranges half-open, people are roster e-mails, teams and services names.
type Truth struct {
	Seed    uint64  `json:"seed"`
	People  int     `json:"people"` // employed at the end
	Years   float64 `json:"years"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	Volume  float64 `json:"volume"`
	Company string  `json:"company"`

	Incidents  int `json:"incidents"`
	Responded  int `json:"incidents_with_responder"`
	NearMisses int `json:"near_misses"`

	Hero       HeroTruth        `json:"hero"`
	Islands    []IslandTruth    `json:"islands"` // every knowledge island in the 12 months before To, planted or not
	QuietCells []quietCell      `json:"quiet_cells"`
	Kieran     KieranTruth      `json:"kieran"`
	Promotions CycleTruth       `json:"promotion_cycle"`
	NoEffect   []string         `json:"categories_without_effect"`
	Growth     GrowthTruth      `json:"growth"`
	Season     SeasonTruth      `json:"season"`
	Crowds     []CrowdTruth     `json:"crowds"`
	Lurkers    LurkerTruth      `json:"lurkers"` // over all incidents
	Meeting    MeetingTruth     `json:"first_meeting"`
	Transfers  []TransferTruth  `json:"transfers"`
	Leavers    []LeaverTruth    `json:"leavers"`
	Handovers  []HandoverTruth  `json:"handovers"`
	Zones      []string         `json:"zones"`
	Themes     []ThemeTruth     `json:"themes"`
	Reviews    ReviewTruth      `json:"reviews"`
	Activities map[string]int64 `json:"activities"` // written, by kind of activity; bots' messages under bot_message
}

// HeroTruth is the person everybody waits for. Shares are of the incidents with at least one responder.
type HeroTruth struct {
	Person           string  `json:"person"`
	Team             string  `json:"team"`
	Training         string  `json:"training"` // first day of the programme; the planned share falls over 90 days from it
	ShareBefore      float64 `json:"share_before"`
	ShareAfter       float64 `json:"share_after"` // from 90 days after its first day
	IncidentsBefore  int     `json:"incidents_before"`
	IncidentsAfter   int     `json:"incidents_after"`
	Share            float64 `json:"share"` // whole history
	OffCallShare     float64 `json:"off_call_share"`
	HeroReactions    int     `json:"hero_reactions"`
	Arrivals         int     `json:"hero_arrivals"` // incidents greeted within 10 minutes of arrival
	FullyVestedSince string  `json:"fully_vested_since"`
	Start            string  `json:"start"`
}

// IslandTruth is a service with exactly one person, still employed, who responded at least twice in the last 12 months.
type IslandTruth struct {
	Service string `json:"service"`
	Person  string `json:"person"`
	Planted bool   `json:"planted"`
}

// KieranTruth is the night that a newcomer was set up to fail.
type KieranTruth struct {
	Person      string   `json:"person"`
	Incident    string   `json:"incident"`
	At          string   `json:"at"`
	LocalHour   int      `json:"local_hour"`
	Zone        string   `json:"zone"`
	TenureDays  int      `json:"tenure_days"`
	Schedules   []string `json:"schedules"` // both held that night; named like their services
	EarlierPage string   `json:"earlier_page"`
	EarlierFor  string   `json:"earlier_page_service"`
	Service     string   `json:"service"`
	InheritedOn string   `json:"inherited_on"`
	FromTeam    string   `json:"from_team"`
	ToTeam      string   `json:"to_team"`
	Trigger     string   `json:"trigger"`
}

// CycleTruth is the planted effect of a category of org events. Lag k is the days 7k to 7k+6 after the event.
type CycleTruth struct {
	Category          string   `json:"category"`
	Dates             []string `json:"dates"`
	IncidentsRR       float64  `json:"incidents_rr"`
	IncidentsFirstLag int      `json:"incidents_first_lag"`
	IncidentsLastLag  int      `json:"incidents_last_lag"`
	MergesRR          float64  `json:"merges_rr"`
	MergesFirstLag    int      `json:"merges_first_lag"`
	MergesLastLag     int      `json:"merges_last_lag"`
	IncidentsInside   int      `json:"incidents_inside"` // counted in the written incidents
	DaysInside        int      `json:"days_inside"`
	DaysOutside       int      `json:"days_outside"`
}

type GrowthTruth struct {
	HeadcountFrom    int     `json:"headcount_from"`
	HeadcountTo      int     `json:"headcount_to"`
	HeadcountPerYear float64 `json:"headcount_per_year"`
	IncidentsPerYear float64 `json:"incidents_per_year"`
}

type SeasonTruth struct {
	LogAmplitude float64 `json:"log_amplitude"`
	Phase        float64 `json:"phase"` // of the sine over the year
	WeekendRate  float64 `json:"weekend_rate"`
	Aftershocks  float64 `json:"aftershocks"`
}

type CrowdTruth struct {
	Incident   string `json:"incident"`
	Responders int    `json:"responders"`
	Lurkers    int    `json:"lurkers"`
}

type LurkerTruth struct {
	Responders int     `json:"responders"`
	Lurkers    int     `json:"lurkers"`
	Ratio      float64 `json:"ratio"`
}

type MeetingTruth struct {
	Incident string `json:"incident"`
	TeamA    string `json:"team_a"`
	TeamB    string `json:"team_b"`
}

type TransferTruth struct {
	Person string `json:"person"`
	From   string `json:"from"`
	To     string `json:"to"`
	On     string `json:"on"`
}

type LeaverTruth struct {
	Person  string `json:"person"`
	LastDay string `json:"last_day"`
}

type HandoverTruth struct {
	Service string `json:"service"`
	From    string `json:"from"`
	To      string `json:"to"`
	On      string `json:"on"`
}

// ThemeTruth compares the first with the last 365 days.
type ThemeTruth struct {
	Theme      string  `json:"theme"`
	Direction  string  `json:"direction"` // rising, falling
	FirstShare float64 `json:"first_year_share"`
	LastShare  float64 `json:"last_year_share"`
	FirstCount int     `json:"first_year_incidents"`
	LastCount  int     `json:"last_year_incidents"`
}

// ReviewTruth: voluntary shares are attendances not required over all attendances, pooled, by the day held.
type ReviewTruth struct {
	Reviews        int     `json:"reviews"`
	VoluntaryFirst float64 `json:"voluntary_share_first_year"`
	VoluntaryLast  float64 `json:"voluntary_share_last_year"`
}

func (o *org) email(i int) string { return o.people[i].email }

// measure plays every incident once and counts what the truth says about them.
func (o *org) measure() {
	t := o.truth
	c := &o.cast
	t.Incidents = len(o.incidents)
	h := &o.people[c.hero]
	hero := &t.Hero
	*hero = HeroTruth{Person: h.email, Team: o.teams[h.stints[0].team].name, Training: c.training.String(), Start: h.start.String()}
	hero.FullyVestedSince = dayOf(addMonths(h.start, 48).time()).String()
	after := c.training + 90
	yearAgo := dayOf(o.end.time().AddDate(-1, 0, 0))
	responses := make([][]tally, len(o.services)) // in the last 12 months
	var nBefore, nAfter, heroAll, offCall int
	var steps []step
	for k := range o.incidents {
		in := &o.incidents[k]
		steps = o.timeline(in, steps)
		at := unixDay(in.start)
		if in.startUnknown {
			at = unixDay(in.detected)
		}
		firsts := responders(steps)
		lurking := o.countLurkers(in, steps, firsts)
		t.Lurkers.Responders += len(firsts)
		t.Lurkers.Lurkers += lurking
		if in.nearMiss {
			t.NearMisses++
		}
		if in.plant == plantCrowd {
			t.Crowds = append(t.Crowds, CrowdTruth{in.ref(), len(firsts), lurking})
		}
		if in.plant == plantMeeting {
			t.Meeting = MeetingTruth{in.ref(), o.teams[c.meetA].name, o.teams[c.meetB].name}
		}
		if o.calendar.effect(at, incidentsFirstLag, incidentsTo, 2) == 2 {
			t.Promotions.IncidentsInside++
		}
		if len(firsts) == 0 {
			continue
		}
		t.Responded++
		if at >= yearAgo {
			for _, f := range firsts {
				for _, s := range append([]int{in.service}, in.also...) {
					responses[s] = count(responses[s], int(f.who))
				}
			}
		}
		mine := slices.IndexFunc(firsts, func(s step) bool { return s.who == int32(c.hero) })
		if at < c.training {
			nBefore++
		} else if at >= after {
			nAfter++
		}
		if mine >= 0 {
			heroAll++
			if at < c.training {
				hero.IncidentsBefore++
			} else if at >= after {
				hero.IncidentsAfter++
			}
			if !o.onCallFor(in, c.hero, firsts[mine].at) {
				offCall++
			}
		}
		n, greeted := o.heroGreetings(steps)
		hero.HeroReactions += n
		if greeted {
			hero.Arrivals++
		}
	}
	hero.ShareBefore = ratio(hero.IncidentsBefore, nBefore)
	hero.ShareAfter = ratio(hero.IncidentsAfter, nAfter)
	hero.Share = ratio(heroAll, t.Responded)
	hero.OffCallShare = ratio(offCall, heroAll)
	t.Lurkers.Ratio = ratio(t.Lurkers.Lurkers, t.Lurkers.Responders)
	o.islands(responses)
	o.describeKieran()
	o.describeTime()
	o.describeThemes()
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return math.Round(float64(a)/float64(b)*1e4) / 1e4
}

// responders lists the first contribution of each responder, in order of time.
func responders(steps []step) []step {
	var firsts []step
	for _, s := range steps {
		if s.contributes() && !slices.ContainsFunc(firsts, func(f step) bool { return f.who == s.who }) {
			firsts = append(firsts, s)
		}
	}
	return firsts
}

// countLurkers counts those who joined and did nothing, not even react, and were not paged.
func (o *org) countLurkers(in *incident, steps, firsts []step) int {
	n := 0
	for i := range in.parts {
		who := in.parts[i].person
		joined, did := false, slices.ContainsFunc(firsts, func(f step) bool { return f.who == who })
		for _, s := range steps {
			if s.who == who {
				joined = joined || s.kind == stepJoin
				did = did || s.kind == stepReaction || s.kind == stepPage
			}
		}
		if joined && !did {
			n++
		}
	}
	return n
}

// heroGreetings counts the hero emoji on the hero's messages in an incident, and whether one came within 10 minutes of arrival.
func (o *org) heroGreetings(steps []step) (n int, greeted bool) {
	arrived := int64(-1)
	for _, s := range steps {
		if s.who == int32(o.cast.hero) && (s.kind == stepJoin || s.kind == stepMessage || s.kind == stepReply) && arrived < 0 {
			arrived = s.at
		}
		if s.kind == stepReaction && slices.Contains(heroEmoji, s.emoji) && steps[s.to].who == int32(o.cast.hero) {
			n++
			greeted = greeted || s.at <= arrived+600
		}
	}
	return n, greeted
}

// onCallFor reports whether the person holds a schedule of one of the incident's services or of its owning team.
func (o *org) onCallFor(in *incident, who int, at int64) bool {
	owner := o.services[in.service].ownerAt(unixDay(in.start))
	for i := range o.rotas {
		ro := &o.rotas[i]
		team := ro.team
		if ro.service >= 0 {
			team = o.services[ro.service].ownerAt(unixDay(at))
		}
		if (team == owner || ro.service >= 0 && (ro.service == in.service || slices.Contains(in.also, ro.service))) && o.onCall(i, at) == who {
			return true
		}
	}
	return false
}

type tally struct{ person, n int }

func count(list []tally, person int) []tally {
	for i := range list {
		if list[i].person == person {
			list[i].n++
			return list
		}
	}
	return append(list, tally{person, 1})
}

func (o *org) islands(responses [][]tally) {
	for s, list := range responses {
		holder, n := -1, 0
		for _, t := range list {
			if t.n >= 2 && o.people[t.person].end == never {
				holder = t.person
				n++
			}
		}
		if n == 1 {
			o.truth.Islands = append(o.truth.Islands, IslandTruth{o.services[s].name, o.email(holder), o.services[s].keeper == holder})
		}
	}
}

func (o *org) describeKieran() {
	c := &o.cast
	k := &o.people[c.kieran]
	b := &o.services[c.broker]
	page := o.earlierPage()
	for i := range o.incidents {
		in := &o.incidents[i]
		if in.plant != plantKieran {
			continue
		}
		_, _, hour := o.zones[dublin].local(in.detected)
		o.truth.Kieran = KieranTruth{
			Person: k.email, Incident: in.ref(), At: iso(in.detected), LocalHour: hour, Zone: o.zones[dublin].name,
			TenureDays:  int(unixDay(in.start) - k.start),
			Schedules:   []string{o.services[c.kieranService].name, b.name},
			EarlierPage: iso(page), EarlierFor: o.services[c.kieranService].name,
			Service: b.name, InheritedOn: c.brokerFrom.String(),
			FromTeam: o.teams[b.ownerAt(c.brokerFrom-1)].name, ToTeam: o.teams[c.kieranTeam].name,
			Trigger: themes[in.theme].trigger,
		}
	}
}

func (o *org) describeTime() {
	t := o.truth
	p := &t.Promotions
	p.Category, p.IncidentsRR, p.MergesRR = "promotion_cycle", incidentsRR, mergesRR
	p.IncidentsFirstLag, p.IncidentsLastLag = incidentsFirstLag, incidentsTo
	p.MergesFirstLag, p.MergesLastLag = mergesFirstLag, mergesLastLag
	for _, e := range o.calendar.events {
		if e.category == p.Category {
			p.Dates = append(p.Dates, e.start.String())
		}
	}
	for d := o.first; d < o.end; d++ {
		if o.calendar.effect(d, incidentsFirstLag, incidentsTo, 2) == 2 {
			p.DaysInside++
		} else {
			p.DaysOutside++
		}
	}
	t.NoEffect = []string{"earnings_call", "performance_review", "launch", "code_freeze", "all_hands", "training"}
	t.Season = SeasonTruth{seasonSize, o.seasonPhase(), weekendRate, aftershocks}
	t.Growth = GrowthTruth{HeadcountPerYear: growthYear, IncidentsPerYear: incidentGrowth}
	for i := range o.people {
		q := &o.people[i]
		if q.employed(o.first) {
			t.Growth.HeadcountFrom++
		}
		if q.employed(o.end - 1) {
			t.Growth.HeadcountTo++
		}
		for k := 1; k < len(q.stints); k++ {
			t.Transfers = append(t.Transfers, TransferTruth{q.email, o.teams[q.stints[k-1].team].name, o.teams[q.stints[k].team].name, q.stints[k].from.String()})
		}
		if q.end != never {
			t.Leavers = append(t.Leavers, LeaverTruth{q.email, q.end.String()})
		}
	}
	for i := range o.services {
		s := &o.services[i]
		for k := 1; k < len(s.owners); k++ {
			t.Handovers = append(t.Handovers, HandoverTruth{s.name, o.teams[s.owners[k-1].team].name, o.teams[s.owners[k].team].name, s.owners[k].from.String()})
		}
	}
	for i := range o.zones {
		t.Zones = append(t.Zones, o.zones[i].name)
	}
}

func (o *org) describeThemes() {
	for _, x := range []struct {
		theme     int
		direction string
	}{{themeCertificates, "rising"}, {themeDNS, "rising"}, {themeCapacity, "falling"}} {
		tt := ThemeTruth{Theme: themes[x.theme].name, Direction: x.direction}
		var first, last int
		for i := range o.incidents {
			d := unixDay(o.incidents[i].start)
			hit := o.incidents[i].theme == x.theme
			if d < o.first+365 {
				first++
				if hit {
					tt.FirstCount++
				}
			}
			if d >= o.end-365 {
				last++
				if hit {
					tt.LastCount++
				}
			}
		}
		tt.FirstShare, tt.LastShare = ratio(tt.FirstCount, first), ratio(tt.LastCount, last)
		o.truth.Themes = append(o.truth.Themes, tt)
	}
}

func (t *Truth) write(dir string) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "truth.json"), append(b, '\n'), 0o644)
}

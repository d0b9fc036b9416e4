package generate

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// quarters are the days on which HR closes a quarter: snapshots are taken, and transfers take effect, on these.
func (o *org) quarters() []day {
	var list []day
	t := o.first.time()
	for m := t.AddDate(0, 0, 1-t.Day()); dayOf(m) < o.end; m = m.AddDate(0, 1, 0) {
		if d := dayOf(m); d >= o.first && (m.Month()-1)%3 == 0 {
			list = append(list, d)
		}
	}
	return list
}

// planPeople lives through the company's history week by week: people leave, are hired where a team is short, change team at
// the quarter and are promoted after a cycle.
func (o *org) planPeople(headcount int) {
	r := newRandom(o.seed, "people")
	years := float64(o.end-o.first) / 365.25
	begin := float64(headcount) / math.Pow(growthYear, years)
	size := make([]int, len(o.teams))
	var employed []int
	emails, logins := map[string]int{}, map[string]int{}

	hire := func(t int, start day) int {
		tm := &o.teams[t]
		p := person{fn: tm.fn, zone: tm.office, start: start, end: never, stints: []stint{{t, start}}, chat: .25 + .75*r.Float64()}
		if r.chance(.22) {
			p.zone = tm.away
		}
		given, family := drawName(r, p.zone)
		p.rank = r.weighted([]float64{.22, .33, .28, .13, .04})
		if tm.fn == management {
			p.rank = r.weighted([]float64{.4, .25, .22, .1, .03})
		}
		i := len(o.people)
		o.identify(&p, i, given, family, emails, logins)
		o.people = append(o.people, p)
		tm.members = append(tm.members, i)
		employed = append(employed, i)
		size[t]++
		return i
	}
	// Staff at the start: tenures up to nine years, recent ones more often, as in a company that has always grown.
	for t := range o.teams {
		n := max(int(math.Round(o.teams[t].weight*begin/float64(headcount))), 1)
		if o.teams[t].fn == engineering {
			n = max(n, 3)
		}
		for range n {
			hire(t, o.first-day(30+3250*math.Pow(r.Float64(), 1.6)))
		}
	}
	o.planHero()
	o.planKeepers()

	quarters := o.quarters()
	kieranStart := o.cast.kieranNight.time().AddDate(0, -5, 0)
	o.cast.kieran = -1
	lastCycle := o.first
	for monday := o.first.monday() + 7; monday < o.end; monday += 7 {
		// Leavers, last day on the Friday.
		for range r.poisson(float64(len(employed)) * leaversYear * 7 / 365.25) {
			k := r.IntN(len(employed))
			p := &o.people[employed[k]]
			t := p.teamAt(monday)
			if p.fixed || p.fn == management || monday-p.start < 120 || size[t] <= 3 {
				continue
			}
			if p.end = monday + 4; p.end >= o.end {
				p.end = never
				continue
			}
			size[t]--
			employed[k] = employed[len(employed)-1]
			employed = employed[:len(employed)-1]
		}
		if o.cast.kieran < 0 && monday+7 > dayOf(kieranStart) {
			o.cast.kieran = hire(o.cast.kieranTeam, monday)
			p := &o.people[o.cast.kieran]
			o.identify(p, o.cast.kieran, "Kieran", pick(r, cultures[1].family), emails, logins)
			p.zone, p.rank, p.fixed = dublin, 1, true
		}
		target := begin * math.Pow(growthYear, float64(monday-o.first)/365.25)
		for t := range o.teams {
			want := int(math.Round(o.teams[t].weight * target / float64(headcount)))
			if o.teams[t].fn == engineering {
				want = max(want, 3)
			}
			if size[t] < want && r.chance(.5) { // a position takes a few weeks to fill
				hire(t, monday)
			}
		}
		if len(quarters) > 0 && quarters[0] <= monday {
			o.transfers(r, quarters[0], employed, size)
			quarters = quarters[1:]
		}
		for _, c := range o.calendar.promotions {
			if at := c + 42; at > lastCycle && at <= monday { // announced six weeks after the packets are due
				o.promote(r, at, employed)
				lastCycle = at
			}
		}
	}
	o.appointManagers()
}

// identify gives a person a name and the accounts that follow from it.
func (o *org) identify(p *person, i int, given, family string, emails, logins map[string]int) {
	p.name = given + " " + family
	local := asciiSlug(given, '-') + "." + asciiSlug(family, '-')
	emails[local]++
	if n := emails[local]; n > 1 {
		local += strconv.Itoa(n)
	}
	p.email = local + "@" + domain
	g, f := asciiSlug(given, '-'), asciiSlug(family, '-')
	login := [4]string{g[:1] + strings.ReplaceAll(f, "-", ""), g + "-" + f, g + f[:1], f + "-" + g[:1]}[i%4]
	logins[login]++
	if n := logins[login]; n > 1 {
		login += strconv.Itoa(n)
	}
	p.login = login
	p.slackID = "U0" + code(mixKey(o.seed, "slack-user", i), 9)
	p.pdID = "P" + code(mixKey(o.seed, "pd-user", i), 6)
	p.account = strings.ToLower("5" + code(mixKey(o.seed, "jira-user", i), 11) + code(mixKey(o.seed, "jira-user-low", i), 12))
}

// planHero makes one of the first reliability engineers the organization's Batman: hired more than five years before the
// history begins, hence fully vested throughout.
func (o *org) planHero() {
	t := o.byFunction[sre][0]
	h := o.teams[t].members[0]
	p := &o.people[h]
	p.start = (o.first - 2000).monday()
	p.stints[0].from = p.start
	p.zone, p.rank, p.fixed, p.chat = newYork, 3, true, 1
	o.cast.hero = h
}

// planKeepers picks services that only one person can repair.
func (o *org) planKeepers() {
	r := newRandom(o.seed, "keepers")
	want := min(3+len(o.services)/150, max(1, len(o.services)/8))
	for _, s := range r.Perm(len(o.services)) {
		sv := &o.services[s]
		t := sv.owners[0].team
		if want == 0 {
			return
		}
		if s == o.cast.broker || t == o.cast.kieranTeam || o.teams[t].fn != engineering || t == o.cast.meetA || t == o.cast.meetB {
			continue
		}
		k := o.teams[t].members[0]
		if o.people[k].fixed {
			continue
		}
		o.people[k].fixed = true
		sv.keeper = k
		want--
	}
}

func (o *org) transfers(r *random, d day, employed, size []int) {
	eng := o.byFunction[engineering]
	for _, i := range employed {
		p := &o.people[i]
		if p.fn != engineering || p.fixed || d-p.start < 270 || !r.chance(.015) {
			continue
		}
		from, to := p.teamAt(d), pick(r, eng)
		if to == from || size[from] <= 3 || slices.Contains(o.teams[to].members, i) {
			continue
		}
		p.stints = append(p.stints, stint{to, d})
		o.teams[to].members = append(o.teams[to].members, i)
		size[from]--
		size[to]++
	}
}

func (o *org) promote(r *random, d day, employed []int) {
	for _, i := range employed {
		p := &o.people[i]
		if d-p.start > 400 && p.rankAt(d) < 3 && r.chance(.05) {
			p.promotions = append(p.promotions, d)
		}
	}
}

// appointManagers gives every team a manager: engineering's from management, the others' their most senior member.
func (o *org) appointManagers() {
	var managers []int
	for _, t := range o.byFunction[management] {
		for _, m := range o.teams[t].members {
			if o.people[m].start <= o.first {
				managers = append(managers, m)
			}
		}
	}
	chief := managers[0]
	o.people[chief].rank = 4
	for t := range o.teams {
		o.teams[t].manager = managers[t%len(managers)]
		if o.teams[t].fn == management {
			o.teams[t].manager = chief
		}
	}
}

// managerOf is the person someone reports to, or -1 for the head of the company.
func (o *org) managerOf(i int, d day) int {
	m := o.teams[o.people[i].teamAt(d)].manager
	if m == i {
		if m = o.teams[o.byFunction[management][0]].manager; m == i {
			return -1
		}
	}
	return m
}

package generate

import "slices"

// planner decides who takes part in one incident. Incidents are planned in order of time, since some truths depend on what
// happened before: whom a keeper was helped by, which teams have met.
type planner struct {
	o      *org
	r      *random
	in     *incident
	helped map[[2]int]bool
	minute float64 // length
}

func (p *planner) cast() {
	in := p.in
	p.minute = float64(in.resolved-in.declared) / 60
	switch {
	case in.plant == plantKieran:
		p.kieranNight()
	case in.plant == plantCrowd:
		p.crowd()
	case in.plant == plantMeeting:
		p.meeting()
	case p.o.services[in.service].keeper >= 0:
		p.keeperAlone()
	default:
		p.usual()
	}
}

// usual is an ordinary incident: whoever is on call, colleagues, neighbours, by severity others, often the hero.
func (p *planner) usual() {
	o, r, in := p.o, p.r, p.in
	d := unixDay(in.start)
	team := o.services[in.service].ownerAt(d)
	if who := o.onCall(o.services[in.service].schedule, in.detected); who >= 0 {
		if r.chance(.9) {
			p.add(who, onCallRole, 1)
		} else {
			p.add(who, paged, 0)
		}
	}
	colleagues := r.poisson([5]float64{0, 2.2, 1.4, .9, .5}[in.severity])
	neighbours := r.poisson([5]float64{0, 3, 1.5, .6, .15}[in.severity])
	if len(in.parts) == 0 || in.parts[0].role == paged {
		colleagues++
	}
	for range colleagues {
		p.addFrom(o.teams[team].members, team, worker, .8)
	}
	for range neighbours {
		t := pick(r, o.services[in.service].deps)
		if in.severity <= 2 && r.chance(.3) {
			t = o.services[r.IntN(len(o.services))].ownerAt(d)
		}
		p.addFrom(o.teams[t].members, t, worker, .6)
	}
	if r.chance(o.heroShare(d)) {
		p.add(o.cast.hero, hero, 2.2)
	}
	if in.severity <= 2 {
		p.addFrom(o.teams[o.byFunction[management][0]].members, -1, commander, .7)
		if r.chance(.6) {
			t := pick(r, o.byFunction[support])
			p.addFrom(o.teams[t].members, t, worker, .5)
		}
		if r.chance(.3) {
			t := pick(r, o.byFunction[product])
			p.addFrom(o.teams[t].members, t, worker, .3)
		}
	}
	p.audience(
		r.poisson([5]float64{0, 14, 4, 1, .3}[in.severity]),
		r.poisson([5]float64{0, 3, 1.5, .5, .2}[in.severity]))
}

// keeperAlone: the person on call is paged but does not know the service; its keeper repairs it. Now and then someone helps,
// everybody once at most, so that nobody but the keeper ever has two responses there.
func (p *planner) keeperAlone() {
	o, r, in := p.o, p.r, p.in
	s := &o.services[in.service]
	if who := o.onCall(s.schedule, in.detected); who >= 0 && who != s.keeper {
		p.add(who, paged, 0)
	}
	p.add(s.keeper, onCallRole, 1.3)
	if r.chance(.3) {
		t := s.ownerAt(unixDay(in.start))
		for _, m := range o.teams[t].members {
			if key := [2]int{in.service, m}; !p.helped[key] && m != o.cast.hero && p.add(m, worker, .5) {
				p.helped[key] = true
				break
			}
		}
	}
	p.audience(r.poisson(.8), 0)
}

// kieranNight: five months in, on call for two services, already woken once, a service his team has held for a month, a
// certificate. He works alone for three quarters of an hour before others come.
func (p *planner) kieranNight() {
	o, in := p.o, p.in
	p.add(o.cast.kieran, onCallRole, 1.5)
	p.add(o.cast.hero, hero, 2)
	d := unixDay(in.start)
	for _, t := range append(slices.Clone(o.services[o.cast.broker].deps), o.services[o.cast.broker].ownerAt(o.cast.brokerFrom-1)) {
		if t != o.cast.kieranTeam {
			p.addFrom(o.teams[t].members, t, worker, .6)
		}
	}
	p.addFrom(o.teams[o.byFunction[management][0]].members, -1, commander, .6)
	t := pick(p.r, o.byFunction[support])
	p.addFrom(o.teams[t].members, t, worker, .5)
	for i := range in.parts {
		if in.parts[i].person != int32(o.cast.kieran) { // declared 23 minutes in, help from minute 40 on
			in.parts[i].arrive += int32(17 * 60)
		} else {
			in.parts[i].arrive = 20
		}
	}
	for s := 0; len(in.also) < 3 && s < len(o.services); s++ {
		if k := (s*7 + 3) % len(o.services); k != in.service && o.services[k].keeper < 0 && !slices.Contains(in.also, k) &&
			o.services[k].ownerAt(d) != o.cast.kieranTeam {
			in.also = append(in.also, k)
		}
	}
	in.alerts = 2
	p.audience(min(20, p.o.headcount/6), 0)
}

const crowdWatchers, crowdWorkers = 40, 4

// crowd: four work while forty watch; in a small company a quarter of it watches.
func (p *planner) crowd() {
	o, in := p.o, p.in
	team := o.services[in.service].ownerAt(unixDay(in.start))
	if who := o.onCall(o.services[in.service].schedule, in.detected); who >= 0 {
		p.add(who, onCallRole, 1.2)
	}
	for tries := 0; len(in.parts) < crowdWorkers && tries < 300; tries++ {
		t := team
		if tries%2 == 1 {
			t = pick(p.r, o.byFunction[engineering])
		}
		p.addFrom(o.teams[t].members, t, worker, 1)
	}
	p.audience(min(crowdWatchers, o.headcount/5), 0)
}

// meeting: two people of each of two teams that have never worked on the same incident.
func (p *planner) meeting() {
	o := p.o
	for _, t := range []int{o.cast.meetA, o.cast.meetA, o.cast.meetB, o.cast.meetB} {
		for range 10 {
			if p.addFrom(o.teams[t].members, t, worker, 1) {
				break
			}
		}
	}
}

// addFrom adds one of the members who are on the team that day (any team if -1), preferring those for whom it is day.
func (p *planner) addFrom(members []int, team int, as role, busy float64) bool {
	d := unixDay(p.in.start)
	for range 12 {
		m := pick(p.r, members)
		who := &p.o.people[m]
		if !who.employed(d) || team >= 0 && who.teamAt(d) != team || m == p.o.cast.hero || m == p.o.cast.kieran {
			continue
		}
		_, weekday, hour := p.o.zones[who.zone].local(p.in.declared)
		awake := 1.0
		if sleeping(hour) {
			awake = .06
		} else if hour < 9 || hour >= 18 || weekday >= 5 {
			awake = .45
		}
		if p.r.chance(awake) && p.add(m, as, busy) {
			return true
		}
	}
	return false
}

// audience adds people who join without working.
func (p *planner) audience(lurkers, reactors int) {
	d := unixDay(p.in.start)
	for i, tries := 0, 0; i < lurkers+reactors && tries < 60*(lurkers+reactors); tries++ {
		m := p.r.IntN(len(p.o.people))
		who := &p.o.people[m]
		if !who.employed(d) || m == p.o.cast.hero || m == p.o.cast.kieran {
			continue
		}
		if _, _, hour := p.o.zones[who.zone].local(p.in.declared); sleeping(hour) && tries < 30*(lurkers+reactors) {
			continue
		}
		as := lurker
		if i >= lurkers {
			as = reactor
		}
		if p.add(m, as, 0) {
			i++
		}
	}
}

// add puts a person into the incident, unless they are in it, asleep to the world by a planted truth, or would make two teams
// meet before their time. busy scales how much they write.
func (p *planner) add(m int, as role, busy float64) bool {
	o, r, in := p.o, p.r, p.in
	who := &o.people[m]
	d := unixDay(in.start)
	if !who.employed(d) || !who.employed(d+1) {
		return false
	}
	works := as != reactor && as != lurker && as != paged
	for _, x := range in.parts {
		if x.person == int32(m) {
			return false
		}
		if works && in.plant != plantMeeting && in.start < o.cast.meetDay.unix()+daySeconds &&
			o.meets(who.teamAt(d), o.people[x.person].teamAt(d)) {
			return false
		}
	}
	length := int32(in.resolved - in.declared)
	pt := part{person: int32(m), role: as}
	switch as {
	case onCallRole:
		pt.arrive = int32(20 + r.IntN(200))
	case hero:
		pt.arrive = int32(min(240+r.ExpFloat64()*700, float64(length)*.6))
	case lurker, reactor:
		pt.arrive = int32(60 + r.Float64()*float64(length)*.9)
	default:
		pt.arrive = int32(min(60+r.ExpFloat64()*900, float64(length)*.6))
	}
	pt.leave = length + int32(r.IntN(900))
	if works {
		stay := float64(pt.leave-pt.arrive) / 60
		if as == worker && r.chance(.4) {
			pt.leave = pt.arrive + int32(60*max(10, stay*.5))
			stay *= .5
		}
		pt.messages = uint8(min(60, 1+r.poisson(busy*(1+stay/14))))
	}
	if as == reactor {
		pt.messages = 0
	}
	// The hours that belong to one function belong to it during incidents too.
	if as != paged && (o.quiet(m, in.declared+int64(pt.arrive)) || o.quiet(m, in.declared+int64(pt.arrive)+240)) {
		return false
	}
	in.parts = append(in.parts, pt)
	return true
}

func (o *org) meets(a, b int) bool {
	return a == o.cast.meetA && b == o.cast.meetB || a == o.cast.meetB && b == o.cast.meetA
}

// quiet reports whether a planted truth keeps the person away at the instant.
func (o *org) quiet(who int, unix int64) bool {
	p := &o.people[who]
	_, weekday, hour := o.zones[p.zone].local(unix)
	return quietAt(p.fn, weekday, hour)
}

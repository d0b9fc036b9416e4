package generate

import "slices"

// rotaHome says which export a schedule is kept in: an organization's rotas rarely live in one tool.
type rotaHome uint8

const (
	inPagerDuty rotaHome = iota
	inCalendar           // .ics
	inShifts             // CSV
)

// rota is a weekly on-call schedule, handed over on Monday at 10:00 in the zone of the team that holds it.
type rota struct {
	name    string
	service int // -1: a duty that belongs to a team only
	team    int // for a duty
	home    rotaHome
	pdID    string
	base    []int32 // by week: whose turn it is; -1 nobody
	actual  []int32 // by week: who did it, after swaps
	epochs  []epoch
}

// epoch is a run of weeks with the same team and the same members in turn.
type epoch struct {
	from, to int // weeks, to exclusive
	team     int
	members  []int
	phase    int // whose turn week 0 would be
}

const handover = 10 * 3600 // second of the local Monday

// rotaStart is the Monday of week 0. Weeks are counted from there.
func (o *org) rotaStart() day { return (o.first - 7).monday() }

func (o *org) weeks() int { return int(o.end-o.rotaStart())/7 + 1 }

func (o *org) planRotas() {
	for s := range o.services {
		h := inPagerDuty
		if s != o.cast.broker && s != o.cast.kieranService {
			h = [...]rotaHome{inPagerDuty, inPagerDuty, inCalendar, inPagerDuty, inShifts, inPagerDuty, inCalendar}[s%7]
		}
		o.services[s].schedule = len(o.rotas)
		o.rotas = append(o.rotas, rota{name: o.services[s].name, service: s, home: h})
	}
	for _, t := range o.byFunction[support] {
		o.rotas = append(o.rotas, rota{name: o.teams[t].slug + "-duty", service: -1, team: t, home: inCalendar})
	}
	for _, t := range o.byFunction[management] {
		o.rotas = append(o.rotas, rota{name: o.teams[t].slug + "-incident-commander", service: -1, team: t, home: inShifts})
	}
	n := o.weeks()
	for i := range o.rotas {
		o.rotas[i].pdID = "P" + code(mixKey(o.seed, "pd-schedule", i), 6)
		o.rotas[i].base = make([]int32, n)
		o.rotas[i].actual = make([]int32, n)
	}
	quarters := o.quarters()
	q := 0
	byTeam := make([][]int, len(o.teams))
	lastMembers := make([][]int, len(o.teams))
	for w := range n {
		monday := o.rotaStart() + day(7*w)
		fresh := w == 0
		for q < len(quarters) && quarters[q] <= monday {
			fresh = true
			q++
		}
		for t := range byTeam {
			byTeam[t] = byTeam[t][:0]
		}
		for i := range o.rotas {
			t := o.rotas[i].team
			if s := o.rotas[i].service; s >= 0 {
				t = o.services[s].ownerAt(monday)
			}
			byTeam[t] = append(byTeam[t], i)
		}
		for t, list := range byTeam {
			if len(list) == 0 {
				continue
			}
			if fresh || lastMembers[t] == nil {
				until := o.end
				if q < len(quarters) {
					until = quarters[q] + 7
				}
				lastMembers[t] = o.inRotation(t, monday, until, len(list))
			}
			if t == o.cast.kieranTeam && monday <= o.cast.kieranNight && o.cast.kieranNight < monday+7 && !slices.Contains(lastMembers[t], o.cast.kieran) {
				lastMembers[t] = append(slices.Clone(lastMembers[t]), o.cast.kieran)
			}
			o.assignWeek(w, t, list, lastMembers[t])
		}
	}
}

// inRotation lists the people who share a team's on-call weeks: there for more than ten weeks and staying until the next
// quarter. A team with fewer people than schedules lets everybody in.
func (o *org) inRotation(t int, monday, until day, schedules int) []int {
	var seasoned, all []int
	for _, m := range o.teams[t].members {
		p := &o.people[m]
		if !p.employed(monday) || p.teamAt(monday) != t {
			continue
		}
		all = append(all, m)
		if monday-p.start > 70 && p.end >= min(until, o.end-1) {
			seasoned = append(seasoned, m)
		}
	}
	if len(seasoned) > schedules {
		return seasoned
	}
	return all
}

// assignWeek gives each of a team's schedules its person of the week, nobody two of them, except Kieran in his week.
func (o *org) assignWeek(w, t int, list, members []int) {
	n := len(members)
	busy := make([]int, 0, 8)
	for k, i := range list {
		ro := &o.rotas[i]
		ro.base[w] = -1
		phase := k * max(1, n/len(list))
		if n > 0 {
			ro.base[w] = int32(members[(w+phase)%n])
			busy = append(busy, int(ro.base[w]))
		}
		ro.actual[w] = ro.base[w]
		if e := len(ro.epochs) - 1; e >= 0 && ro.epochs[e].team == t && ro.epochs[e].phase == phase && slices.Equal(ro.epochs[e].members, members) {
			ro.epochs[e].to = w + 1
		} else {
			ro.epochs = append(ro.epochs, epoch{w, w + 1, t, members, phase})
		}
	}
	for _, i := range list {
		ro := &o.rotas[i]
		if share(o.seed, "swap", i, w) < .05 {
			for _, m := range members {
				if !slices.Contains(busy, m) {
					ro.actual[w] = int32(m)
					busy = append(busy, m)
					break
				}
			}
		}
		monday := o.rotaStart() + day(7*w)
		if ro.service >= 0 && (ro.service == o.cast.broker || ro.service == o.cast.kieranService) &&
			monday <= o.cast.kieranNight && o.cast.kieranNight < monday+7 {
			ro.actual[w] = int32(o.cast.kieran)
		}
	}
}

// shiftStart is the instant at which the week's person takes over.
func (o *org) shiftStart(rota, week int) int64 {
	monday := o.rotaStart() + day(7*week)
	ro := &o.rotas[rota]
	t := ro.team
	if ro.service >= 0 {
		t = o.services[ro.service].ownerAt(monday)
	}
	return o.zones[o.teams[t].office].at(monday, handover)
}

// onCall is who holds the schedule at the instant, -1 for nobody.
func (o *org) onCall(rota int, unix int64) int {
	w := int(unixDay(unix)-o.rotaStart()) / 7
	if unix < o.shiftStart(rota, w) {
		w--
	} else if w+1 < o.weeks() && unix >= o.shiftStart(rota, w+1) { // Sydney's Monday begins on Sunday
		w++
	}
	if w < 0 {
		return -1
	}
	return int(o.rotas[rota].actual[w])
}

// eachShift calls f for every held shift of a schedule inside the history, in order.
func (o *org) eachShift(rota int, f func(person int, start, end int64) error) error {
	for w, who := range o.rotas[rota].actual {
		start, end := o.shiftStart(rota, w), int64(0)
		if w+1 < o.weeks() {
			end = o.shiftStart(rota, w+1)
		} else {
			end = start + 7*daySeconds
		}
		if who < 0 {
			continue
		}
		if err := f(int(who), start, end); err != nil {
			return err
		}
	}
	return nil
}

package generate

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

type role uint8

const (
	onCallRole role = iota // paged, acknowledges and works
	worker
	commander
	hero
	reactor // reads and reacts
	lurker  // joins and watches
	paged   // paged, never answers; never joins either
)

// part is someone's part in an incident; times are seconds after it was declared.
type part struct {
	person   int32
	role     role
	messages uint8
	arrive   int32
	leave    int32
}

type plant uint8

const (
	noPlant plant = iota
	plantKieran
	plantCrowd // few work, many watch
	plantMeeting
	plantKeeper
)

type incident struct {
	id                                             int // the number in INC-1
	start, detected, declared, mitigated, resolved int64
	severity                                       int // 1-4
	service                                        int
	also                                           []int // further services
	theme, symptom, title                          int
	second                                         int // index into secondThemes, -1 none
	nearMiss, backfilled, startUnknown, pr, ticket bool
	alerts                                         int
	plant                                          plant
	channel                                        string
	parts                                          []part
}

func (in *incident) ref() string { return "INC-" + strconv.Itoa(in.id) }

func (in *incident) windowEnd() int64 { return in.resolved + 3600 }

// opening is an incident before it has people: when and, if that is already decided, where and why.
type opening struct {
	at      int64
	service int // -1: any
	theme   int // -1: any
	plant   plant
}

// baseRate is the mean number of incidents a year of an organization of 220 before cycles and aftershocks; larger
// organizations have more, though less than in proportion.
const (
	baseRate       = 140
	incidentGrowth = 1.15 // a year
	seasonSize     = .2   // log amplitude
	weekendRate    = .4
	aftershocks    = .15 // of each incident, on the same service, exponential with a mean of two days
)

func (o *org) seasonPhase() float64 { return 2 * math.Pi * share(o.seed, "season") }

// dailyRate is the expected number of incidents on a day, aftershocks and weekly noise aside.
func (o *org) dailyRate(d day) float64 {
	mid := float64(o.first+o.end) / 2
	x := baseRate / 365.25 * math.Pow(float64(o.headcount)/220, .75)
	x *= math.Pow(incidentGrowth, (float64(d)-mid)/365.25)
	x *= math.Exp(seasonSize * math.Sin(2*math.Pi*float64(d.time().YearDay())/365.25+o.seasonPhase()))
	x /= (5 + 2*weekendRate) / 7
	if d.weekday() >= 5 {
		x *= weekendRate
	}
	return x * o.calendar.effect(d, incidentsFirstLag, incidentsTo, incidentsRR)
}

func (o *org) planIncidents() {
	openings := o.openings()
	r := newRandom(o.seed, "incidents")
	names := map[string]bool{}
	helped := map[[2]int]bool{} // (service, person): who ever helped a keeper
	o.incidents = make([]incident, 0, len(openings))
	for _, op := range openings {
		in := o.describe(r, op)
		in.id = len(o.incidents) + 1
		p := planner{o: o, r: r, in: &in, helped: helped}
		p.cast()
		if !in.backfilled {
			in.channel = o.channelName(&in, names)
		}
		o.incidents = append(o.incidents, in)
	}
}

// openings draws when incidents begin, adds the planted ones, and sorts.
func (o *org) openings() []opening {
	r := newRandom(o.seed, "openings")
	var list []opening
	weekly := 0.0
	for d := o.first; d < o.end-2; d++ {
		if d.weekday() == 0 || d == o.first { // AR(1), sd .25, rho .5
			weekly = .5*weekly + .25*math.Sqrt(1-.25)*r.NormFloat64()
		}
		for range r.poisson(o.dailyRate(d) * math.Exp(weekly-.25*.25/2)) {
			op := opening{at: o.timeOfDay(r, d), service: -1, theme: -1}
			list = append(list, op)
			for range r.poisson(aftershocks) {
				at := op.at + int64(r.ExpFloat64()*2*daySeconds) + 7200
				if unixDay(at) < o.end-2 {
					list = append(list, opening{at, -2, -1, noPlant}) // placed on the same service below
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b opening) int { return compare(a.at, b.at) })
	weights := make([]float64, len(o.services))
	for i := range o.services {
		weights[i] = o.services[i].weight
		if o.services[i].keeper >= 0 {
			weights[i] = max(weights[i], .3)
		}
	}
	cumulated := make([]float64, len(weights))
	sum := 0.0
	for i, w := range weights {
		sum += w
		cumulated[i] = sum
	}
	last := -1
	for i := range list {
		if list[i].service == -2 && last >= 0 {
			list[i].service = last
		} else {
			k, _ := slices.BinarySearch(cumulated, r.Float64()*sum)
			list[i].service = min(k, len(weights)-1)
		}
		last = list[i].service
	}
	for s := range o.services { // what only one person knows must break often enough to show
		if o.services[s].keeper < 0 {
			continue
		}
		recent := 0
		for _, op := range list {
			if op.service == s && op.at >= (o.end-360).unix() {
				recent++
			}
		}
		for ; recent < 4; recent++ {
			d := o.end - day(20+r.IntN(330))
			if d.weekday() >= 4 {
				d -= 3
			}
			at := o.zones[o.people[o.services[s].keeper].zone].at(d, 3600*10+r.IntN(3600*5))
			list = append(list, opening{at, s, -1, plantKeeper})
		}
	}
	list = append(list,
		opening{o.zones[dublin].at(o.cast.kieranNight, 3*3600+11*60+20), o.cast.broker, themeCertificates, plantKieran},
		opening{o.zones[o.teams[o.cast.meetA].office].at(o.cast.meetDay, 14*3600+700), o.teams[o.cast.meetA].services[0], -1, plantMeeting})
	for y := 0; float64(y) < math.Floor(float64(o.end-o.first)/365.0+.01); y++ { // one crowd a year, on a Wednesday
		d := (o.first + day(365*y+150)).monday() + 2
		s := o.teams[o.byFunction[sre][0]].services[0]
		list = append(list, opening{o.zones[newYork].at(d, 11*3600+240), s, -1, plantCrowd})
	}
	slices.SortStableFunc(list, func(a, b opening) int { return compare(a.at, b.at) })
	return list
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// timeOfDay places an incident on the UTC day: mostly while an office that is at work deploys, sometimes in its night.
func (o *org) timeOfDay(r *random, d day) int64 {
	for {
		at := d.unix() + int64(r.IntN(daySeconds))
		z := &o.zones[r.weighted([]float64{.33, .23, .12, .11, .14, .07})]
		_, _, h := z.local(at)
		w := .3
		if h >= 9 && h < 18 {
			w = 1
		} else if h >= 18 && h < 22 {
			w = .5
		}
		if r.chance(w) {
			return at
		}
	}
}

var severityShare = []float64{.05, .22, .45, .28}

// describe draws everything about an incident but its people.
func (o *org) describe(r *random, op opening) incident {
	in := incident{service: op.service, theme: op.theme, plant: op.plant, second: -1, alerts: 1, severity: 1 + r.weighted(severityShare)}
	progress := (float64(unixDay(op.at)) - float64(o.first)) / float64(o.end-o.first)
	if in.theme < 0 {
		weights := make([]float64, len(themes))
		for i, t := range themes {
			weights[i] = t.first + (t.last-t.first)*progress
		}
		in.theme = r.weighted(weights)
	}
	in.symptom, in.title = r.IntN(len(themes[in.theme].symptoms)), r.IntN(len(themes[in.theme].titles))
	if r.chance(.25) {
		in.second = r.IntN(len(secondThemes))
	}
	keeper := o.services[op.service].keeper >= 0
	switch {
	case op.plant == plantKieran:
		in.severity, in.title, in.symptom = 1, 0, 2
	case op.plant == plantCrowd:
		in.severity = 1
	case op.plant == plantMeeting:
		in.severity = 2
	case keeper:
		in.severity = max(in.severity, 3)
	}
	in.nearMiss = op.plant == noPlant && in.severity >= 3 && r.chance(.11)
	in.backfilled = op.plant == noPlant && !keeper && in.severity >= 3 && r.chance(.05)
	in.startUnknown = op.plant == noPlant && r.chance(.08)
	in.pr, in.ticket = r.chance(.4), r.chance(.4)
	if in.severity <= 2 {
		for range r.poisson(.7) {
			if s := r.IntN(len(o.services)); s != in.service && o.services[s].keeper < 0 && s != o.cast.broker && !slices.Contains(in.also, s) {
				in.also = append(in.also, s)
			}
		}
		in.alerts = 1 + r.IntN(2)
	}
	if op.plant == plantCrowd || op.plant == plantMeeting {
		in.also = nil
	}
	in.start = op.at
	in.detected = in.start + int64(60+r.ExpFloat64()*300)
	in.declared = in.detected + int64(90+r.ExpFloat64()*240)
	median := [5]float64{0, 110, 75, 48, 35}[in.severity]
	minutes := math.Exp(math.Log(median) + .7*r.NormFloat64())
	minutes = min(max(minutes, 15), 600)
	if op.plant == plantKieran {
		in.detected, in.declared, minutes = in.start+40, in.start+1380, 214
	}
	if op.plant == plantCrowd || op.plant == plantMeeting {
		minutes = min(max(minutes, 60), 150)
	}
	in.resolved = in.declared + int64(minutes*60)
	in.mitigated = in.declared + int64(minutes*60*(.6+.35*r.Float64()))
	return in
}

func (o *org) titleOf(in *incident) string {
	t := &themes[in.theme]
	s := strings.NewReplacer("{s}", o.services[in.service].name, "{y}", t.symptoms[in.symptom].phrase).Replace(t.titles[in.title])
	if strings.HasPrefix(s, o.services[in.service].name) {
		return s // a service's name keeps its small letter
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (o *org) channelName(in *incident, taken map[string]bool) string {
	name := "inc-" + utc(in.declared).Format(time.DateOnly) + "-" + o.services[in.service].name + "-" + themes[in.theme].symptoms[in.symptom].slug
	if len(name) > 76 {
		name = name[:76]
	}
	for n, base := 2, name; taken[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}

// heroShare is the chance that the hero joins: it falls over three months after the training programme.
func (o *org) heroShare(d day) float64 {
	const before, after = .52, .2
	switch n := d - o.cast.training; {
	case n < 0:
		return before
	case n < 90:
		return before + (after-before)*float64(n)/90
	}
	return after
}

package generate

import (
	"context"
	"slices"
	"strconv"
)

// pagerDuty writes the REST v2 pages of the alerting tool: the incidents' alerts, and the pages that were nobody's incident.
type pagerDuty struct {
	o         *org
	dir       string
	incidents *pages
	entries   *pages
	buf       []byte
	number    int
	logs      int
	steps     []step
	tallies   tallies
}

const noisePerWeek = .55 // alerts that are no incident, of a schedule a week

// alarm is an alert on its way to the files: one of an incident's, or noise.
type alarm struct {
	at       int64
	incident int // index, -1 for noise
	k        int // which of the incident's alerts
	schedule int // of noise
	n        int // of noise: the number within its schedule and week
}

// earlierPage is when Kieran was woken for the first time that night.
func (o *org) earlierPage() int64 {
	return o.zones[dublin].at(o.cast.kieranNight, 48*60+15)
}

func (o *org) alertID(in *incident, k int) string {
	return "Q" + code(mixKey(o.seed, "alert", in.id, k), 12)
}

func (p *pagerDuty) write(ctx context.Context, progress func(done, total int)) (tallies, error) {
	o := p.o
	for _, w := range []func() error{p.users, p.teams, p.services, p.schedules, p.policies, p.oncalls} {
		if err := w(); err != nil {
			return p.tallies, err
		}
	}
	limit := pageLimit(o.headcount)
	p.incidents = newPages(p.dir, "pagerduty/incidents", "incidents", limit)
	p.entries = newPages(p.dir, "pagerduty/log_entries", "log_entries", limit)
	next := 0
	var alarms []alarm
	r := newRandom(0, "")
	for w := range o.weeks() {
		if err := ctx.Err(); err != nil {
			return p.tallies, err
		}
		monday := o.rotaStart() + day(7*w)
		alarms = alarms[:0]
		for ; next < len(o.incidents) && unixDay(o.incidents[next].start) < monday+7; next++ {
			in := &o.incidents[next]
			for k := range in.alerts {
				alarms = append(alarms, alarm{at: in.detected, incident: next, k: k})
			}
		}
		for i := range o.rotas {
			if o.rotas[i].service < 0 {
				continue
			}
			r.reset(o.seed, "noise", i, w)
			n := 0
			for range r.poisson(noisePerWeek) {
				if at := monday.unix() + int64(r.IntN(7*daySeconds)); at >= o.first.unix() && at < o.end.unix()-4*3600 {
					alarms = append(alarms, alarm{at: at, incident: -1, schedule: i, n: n})
					n++
				}
			}
			if i == o.services[o.cast.kieranService].schedule && monday <= o.cast.kieranNight && o.cast.kieranNight < monday+7 {
				alarms = append(alarms, alarm{at: o.earlierPage(), incident: -1, schedule: i, n: n})
			}
		}
		slices.SortStableFunc(alarms, func(a, b alarm) int { return compare(a.at, b.at) })
		for _, a := range alarms {
			p.number++
			if a.incident < 0 {
				p.noise(r, a, w)
			} else {
				p.alert(&o.incidents[a.incident], a.k)
			}
		}
		progress(w+1, o.weeks())
	}
	if err := p.incidents.close(); err != nil {
		return p.tallies, err
	}
	return p.tallies, p.entries.close()
}

// alert writes the k-th alert of an incident from its timeline.
func (p *pagerDuty) alert(in *incident, k int) {
	o := p.o
	p.steps = o.timeline(in, p.steps)
	service := o.alertService(in, k)
	c := call{id: o.alertID(in, k), service: service, title: o.titleOf(in), severity: in.severity}
	var last step
	started := int64(0)
	for _, s := range p.steps {
		if s.kind < stepTrigger || s.kind > stepResolve || s.to != int32(k) {
			continue
		}
		if s.kind == stepTrigger {
			started = s.at
		}
		p.log(&c, s)
		last = s
	}
	p.record(&c, started, last)
}

// noise writes an alert that was nobody's incident: usually acknowledged within minutes, often gone by itself.
func (p *pagerDuty) noise(r *random, a alarm, week int) {
	o := p.o
	r.reset(o.seed, "noise-alert", a.schedule, week, a.n)
	kieran := a.at == o.earlierPage() && a.schedule == o.services[o.cast.kieranService].schedule
	service := o.rotas[a.schedule].service
	t := &themes[r.IntN(len(themes))]
	c := call{
		id: "Q" + code(mixKey(o.seed, "noise-id", a.schedule, week, a.n), 12), service: service, severity: 3 + r.IntN(2),
		title: o.services[service].name + ": " + pick(r, t.symptoms).phrase,
	}
	p.log(&c, step{at: a.at, who: -1, kind: stepTrigger})
	who := o.onCall(a.schedule, a.at)
	done := step{at: a.at + 300 + int64(r.ExpFloat64()*1500), who: -1, kind: stepResolve}
	if who >= 0 {
		for ch := range r.between(1, 3) {
			p.log(&c, step{at: a.at + 4 + int64(ch*(8+r.IntN(9))), who: int32(who), kind: stepPage, via: uint8(ch)})
		}
		if ack := a.at + 60 + int64(r.ExpFloat64()*180); (kieran || r.chance(.75)) && !o.quiet(who, ack) {
			if kieran {
				ack = a.at + 190
				done.at = ack + 2300
			}
			p.log(&c, step{at: ack, who: int32(who), kind: stepAck})
			if done.at = max(done.at, ack+120); (kieran || r.chance(.5)) && !o.quiet(who, done.at) {
				done.who = int32(who)
			}
		}
	}
	done.at = min(done.at, o.end.unix()-1)
	p.log(&c, done)
	p.record(&c, a.at, done)
}

// call is one of the tool's incidents while it is written.
type call struct {
	id, title string
	service   int
	severity  int
	paged     int64 // until when further notifications belong to the same page
}

func (p *pagerDuty) ref(b []byte, key, kind, id, summary, path string) []byte {
	b = append(appendKey(b, key), '{')
	b = p.refBody(b, kind, id, summary, path)
	return append(b, '}')
}

func (p *pagerDuty) refBody(b []byte, kind, id, summary, path string) []byte {
	b = field(b, "id", id)
	b = field(b, "type", kind)
	b = field(b, "summary", summary)
	b = field(b, "self", "https://api.pagerduty.com/"+path+"/"+id)
	return field(b, "html_url", "https://"+pdHost+"/"+path+"/"+id)
}

func (p *pagerDuty) userRef(b []byte, key string, who int) []byte {
	return p.ref(b, key, "user_reference", p.o.people[who].pdID, p.o.people[who].name, "users")
}

func (p *pagerDuty) serviceRef(b []byte, key string, s int) []byte {
	return p.ref(b, key, "service_reference", p.o.services[s].pdID, p.o.services[s].name, "services")
}

func (p *pagerDuty) teamsRef(b []byte, t int) []byte {
	b = append(appendKey(b, "teams"), "[{"...)
	b = p.refBody(b, "team_reference", p.o.teams[t].pdID, p.o.teams[t].name, "teams")
	return append(b, "}]"...)
}

// log writes a step as a log entry. Assignment comes with the trigger, as in the tool.
func (p *pagerDuty) log(c *call, s step) {
	kind := map[stepKind]string{stepTrigger: "trigger", stepPage: "notify", stepAck: "acknowledge", stepEscalate: "escalate",
		stepNote: "annotate", stepResolve: "resolve"}[s.kind]
	p.entry(c, s, kind)
	switch s.kind {
	case stepTrigger:
		p.tallies[aAlert]++
		if who := p.o.onCall(p.o.services[c.service].schedule, s.at); who >= 0 {
			p.entry(c, step{at: s.at + 1, who: int32(who), kind: s.kind}, "assign")
		}
	case stepPage:
		if s.at > c.paged {
			p.tallies[aPage]++
			c.paged = s.at + 60
		}
	case stepAck:
		p.tallies[aAck]++
	case stepEscalate:
		p.tallies[aEscalation]++
	case stepNote:
		p.tallies[aNote]++
	case stepResolve:
		p.tallies[aResolve]++
	}
}

var logSummaries = map[string]string{
	"trigger": "Triggered through the API.", "assign": "Assigned", "notify": "Notified", "acknowledge": "Acknowledged",
	"escalate": "Escalated, not acknowledged within 10 minutes.", "annotate": "Note added.", "resolve": "Resolved",
}

func (p *pagerDuty) entry(c *call, s step, kind string) {
	o := p.o
	p.logs++
	id := "R" + code(mixKey(o.seed, "log-entry", p.logs), 12)
	summary := logSummaries[kind]
	if s.who >= 0 {
		name := o.people[s.who].name
		switch kind {
		case "notify":
			summary = "Notified " + name + " via " + pageChannels[s.via] + "."
		case "assign":
			summary = "Assigned to " + name + "."
		case "acknowledge", "resolve":
			summary += " by " + name + "."
		}
	}
	b := append(p.buf[:0], '{')
	b = field(b, "id", id)
	b = field(b, "type", kind+"_log_entry")
	b = field(b, "summary", summary)
	b = field(b, "self", "https://api.pagerduty.com/log_entries/"+id)
	b = field(b, "html_url", "https://"+pdHost+"/incidents/"+c.id+"/log_entries/"+id)
	b = fieldISO(b, "created_at", s.at)
	personal := s.who >= 0 && kind != "notify" && kind != "assign"
	if personal {
		b = p.userRef(b, "agent", int(s.who))
	} else {
		b = p.serviceRef(b, "agent", c.service)
	}
	switch kind {
	case "notify":
		b = fieldRaw(b, "channel", `{"type":"auto","notification":{"type":"`+pageChannels[s.via]+`","status":"success"}}`)
		b = p.userRef(b, "user", int(s.who))
	case "assign":
		b = fieldRaw(b, "channel", `{"type":"auto"}`)
		b = append(appendKey(b, "assignees"), "[{"...)
		b = p.refBody(b, "user_reference", o.people[s.who].pdID, o.people[s.who].name, "users")
		b = append(b, "}]"...)
	case "trigger":
		b = fieldRaw(b, "channel", `{"type":"api"}`)
	case "escalate":
		b = fieldRaw(b, "channel", `{"type":"timeout"}`)
	case "annotate":
		b = fieldRaw(b, "channel", `{"type":"note","summary":"Checked the dashboards, working on it."}`)
	default:
		b = fieldRaw(b, "channel", map[bool]string{true: `{"type":"mobile"}`, false: `{"type":"api"}`}[personal])
	}
	b = p.ref(b, "incident", "incident_reference", c.id, "[#"+strconv.Itoa(p.number)+"] "+c.title, "incidents")
	b = p.serviceRef(b, "service", c.service)
	b = p.teamsRef(b, o.services[c.service].ownerAt(unixDay(s.at)))
	b = fieldRaw(b, "contexts", "[]")
	if kind == "trigger" {
		b = append(field(append(appendKey(b, "event_details"), '{'), "description", c.title), '}')
	}
	p.buf = append(b, '}')
	p.entries.add(p.buf)
}

// record writes the tool's incident itself, once its course is known.
func (p *pagerDuty) record(c *call, started int64, last step) {
	o := p.o
	s := &o.services[c.service]
	b := append(p.buf[:0], '{')
	b = field(b, "id", c.id)
	b = field(b, "type", "incident")
	b = field(b, "summary", "[#"+strconv.Itoa(p.number)+"] "+c.title)
	b = field(b, "self", "https://api.pagerduty.com/incidents/"+c.id)
	b = field(b, "html_url", "https://"+pdHost+"/incidents/"+c.id)
	b = fieldInt(b, "incident_number", int64(p.number))
	b = field(b, "title", c.title)
	b = fieldISO(b, "created_at", started)
	b = fieldISO(b, "updated_at", last.at)
	b = field(b, "status", "resolved")
	b = field(b, "incident_key", code(mixKey(o.seed, "key", p.number), 12))
	b = p.serviceRef(b, "service", c.service)
	b = fieldRaw(b, "assignments", "[]")
	b = field(b, "assigned_via", "escalation_policy")
	b = fieldISO(b, "last_status_change_at", last.at)
	b = fieldISO(b, "resolved_at", last.at)
	b = fieldRaw(b, "alert_counts", `{"all":1,"triggered":0,"resolved":1}`)
	b = p.ref(b, "escalation_policy", "escalation_policy_reference", s.policyID, s.name+" escalation", "escalation_policies")
	b = p.teamsRef(b, s.ownerAt(unixDay(started)))
	b = fieldRaw(b, "pending_actions", "[]")
	b = fieldRaw(b, "acknowledgements", "[]")
	if last.who >= 0 {
		b = p.userRef(b, "last_status_change_by", int(last.who))
	} else {
		b = p.serviceRef(b, "last_status_change_by", c.service)
	}
	priority := "P" + strconv.Itoa(c.severity)
	b = append(appendKey(b, "priority"), '{')
	b = field(field(field(b, "id", "PRIO"+strconv.Itoa(c.severity)), "type", "priority_reference"), "summary", priority)
	b = append(b, '}')
	b = fieldNull(b, "resolve_reason")
	b = field(b, "urgency", map[bool]string{true: "high", false: "low"}[c.severity < 4])
	p.buf = append(b, '}')
	p.incidents.add(p.buf)
}

package generate

import "time"

// These files hold how the alerting tool is set up: people, teams, services, policies, schedules, and who is on call when.

// setup writes one kind of record as pages.
func (p *pagerDuty) setup(name string, n int, record func(b []byte, i int) []byte) error {
	out := newPages(p.dir, "pagerduty/"+name, name, pageLimit(p.o.headcount))
	for i := range n {
		if p.buf = record(append(p.buf[:0], '{'), i); p.buf != nil {
			p.buf = append(p.buf, '}')
			out.add(p.buf)
		}
	}
	return out.close()
}

func (p *pagerDuty) head(b []byte, kind, id, name, path string) []byte {
	return field(p.refBody(b, kind, id, name, path), "name", name)
}

// responders in the tool are those who may be paged.
func (o *org) inPagerDuty(i int) bool {
	switch o.people[i].fn {
	case engineering, sre, support, management:
		return true
	}
	return false
}

func (p *pagerDuty) users() error {
	o := p.o
	return p.setup("users", len(o.people), func(b []byte, i int) []byte {
		if !o.inPagerDuty(i) {
			return nil
		}
		q := &o.people[i]
		d := min(q.end, o.end-1)
		b = p.head(b, "user", q.pdID, q.name, "users")
		b = field(b, "email", q.email)
		b = field(b, "time_zone", o.zones[q.zone].name)
		b = field(b, "role", map[bool]string{true: "admin", false: "limited_user"}[q.fn == management])
		b = field(b, "job_title", q.title(d))
		b = fieldBool(b, "invitation_sent", false)
		return p.teamsRef(b, q.teamAt(d))
	})
}

func (p *pagerDuty) teams() error {
	o := p.o
	return p.setup("teams", len(o.teams), func(b []byte, i int) []byte {
		t := &o.teams[i]
		return fieldNull(p.head(b, "team", t.pdID, t.name, "teams"), "description")
	})
}

func (p *pagerDuty) services() error {
	o := p.o
	return p.setup("services", len(o.services), func(b []byte, i int) []byte {
		s := &o.services[i]
		b = p.head(b, "service", s.pdID, s.name, "services")
		b = fieldInt(b, "auto_resolve_timeout", 14400)
		b = fieldInt(b, "acknowledgement_timeout", 600)
		b = fieldISO(b, "created_at", (o.first-200+day(i%150)).unix()+43200)
		b = field(b, "status", "active")
		b = field(b, "alert_creation", "create_alerts_and_incidents")
		b = p.ref(b, "escalation_policy", "escalation_policy_reference", s.policyID, s.name+" escalation", "escalation_policies")
		return p.teamsRef(b, s.ownerAt(o.end-1))
	})
}

// policies: the schedule is the first level, the team's manager the second. Where the rota is kept outside the tool the
// manager is all there is.
func (p *pagerDuty) policies() error {
	o := p.o
	return p.setup("escalation_policies", len(o.services), func(b []byte, i int) []byte {
		s := &o.services[i]
		ro := &o.rotas[s.schedule]
		owner := s.ownerAt(o.end - 1)
		b = p.head(b, "escalation_policy", s.policyID, s.name+" escalation", "escalation_policies")
		b = append(appendKey(b, "escalation_rules"), '[')
		if ro.home == inPagerDuty {
			b = append(b, `{"id":"`+s.policyID+`1","escalation_delay_in_minutes":10,"targets":[{`...)
			b = p.refBody(b, "schedule_reference", ro.pdID, ro.name, "schedules")
			b = append(b, "}]},"...)
		}
		m := &o.people[o.teams[owner].manager]
		b = append(b, `{"id":"`+s.policyID+`2","escalation_delay_in_minutes":15,"targets":[{`...)
		b = p.refBody(b, "user_reference", m.pdID, m.name, "users")
		b = append(b, "}]}]"...)
		b = append(appendKey(b, "services"), "[{"...)
		b = p.refBody(b, "service_reference", s.pdID, s.name, "services")
		b = append(b, "}]"...)
		b = fieldInt(b, "num_loops", 1)
		return p.teamsRef(b, owner)
	})
}

func (p *pagerDuty) schedules() error {
	o := p.o
	return p.setup("schedules", len(o.rotas), func(b []byte, i int) []byte {
		ro := &o.rotas[i]
		if ro.home != inPagerDuty {
			return nil
		}
		s := &o.services[ro.service]
		owner := s.ownerAt(o.end - 1)
		b = p.head(b, "schedule", ro.pdID, ro.name, "schedules")
		b = field(b, "time_zone", o.zones[o.teams[owner].office].name)
		b = field(b, "description", "Weekly rotation for "+ro.name)
		b = append(appendKey(b, "escalation_policies"), "[{"...)
		b = p.refBody(b, "escalation_policy_reference", s.policyID, s.name+" escalation", "escalation_policies")
		b = append(b, "}]"...)
		b = append(appendKey(b, "users"), '[')
		for k, m := range ro.epochs[len(ro.epochs)-1].members {
			if k > 0 {
				b = append(b, ',')
			}
			b = append(p.refBody(append(b, '{'), "user_reference", o.people[m].pdID, o.people[m].name, "users"), '}')
		}
		b = append(b, ']')
		return p.teamsRef(b, owner)
	})
}

// oncalls writes every shift of the tool's schedules, with offsets as the tool gives them, and the managers who are always at
// the second level: without schedule, start and end.
func (p *pagerDuty) oncalls() error {
	o := p.o
	out := newPages(p.dir, "pagerduty/oncalls", "oncalls", pageLimit(o.headcount))
	for i := range o.rotas {
		ro := &o.rotas[i]
		if ro.service < 0 {
			continue
		}
		s := &o.services[ro.service]
		write := func(who, level int, scheduled bool, start, end int64) {
			b := append(p.buf[:0], '{')
			b = p.userRef(b, "user", who)
			if scheduled {
				b = p.ref(b, "schedule", "schedule_reference", ro.pdID, ro.name, "schedules")
			} else {
				b = fieldNull(b, "schedule")
			}
			b = p.ref(b, "escalation_policy", "escalation_policy_reference", s.policyID, s.name+" escalation", "escalation_policies")
			b = fieldInt(b, "escalation_level", int64(level))
			if scheduled {
				loc := o.zones[o.teams[s.ownerAt(unixDay(start))].office].loc
				b = field(b, "start", utc(start).In(loc).Format(time.RFC3339))
				b = field(b, "end", utc(end).In(loc).Format(time.RFC3339))
			} else {
				b = fieldNull(fieldNull(b, "start"), "end")
			}
			p.buf = append(b, '}')
			out.add(p.buf)
		}
		level := 1
		if ro.home == inPagerDuty {
			level = 2
			o.eachShift(i, func(who int, start, end int64) error {
				write(who, 1, true, start, end)
				return nil
			})
		}
		write(o.teams[s.ownerAt(o.end-1)].manager, level, false, 0, 0)
	}
	return out.close()
}

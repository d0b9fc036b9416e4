package generate

import (
	"cmp"
	"slices"
)

type stepKind uint8

const (
	stepJoin stepKind = iota
	stepMessage
	stepReply
	stepReaction
	stepTrigger
	stepPage
	stepAck
	stepEscalate
	stepNote
	stepResolve
	stepPROpened
	stepReview
	stepPRMerged
	stepTicket
	stepTicketChange
	stepTicketComment
	stepSpeech
)

// step is one thing that happened in an incident. who is -1 for machines.
type step struct {
	at    int64 // unix seconds
	who   int32
	kind  stepKind
	to    int32 // reply, reaction: the step it answers; PagerDuty: number of the alert
	via   uint8 // page: index into pageChannels
	emoji string
	file  bool
}

// contributes reports whether the step makes its author a responder by the product's definition.
func (s *step) contributes() bool {
	return s.who >= 0 && s.kind != stepJoin && s.kind != stepReaction && s.kind != stepTrigger && s.kind != stepPage
}

// pageChannels are how the alerting tool reaches someone, in the order of its notification rules.
var pageChannels = [3]string{"push_notification", "sms", "phone"}

var heroEmoji = []string{"batman", "batman", "batman", "batman", "bat-signal", "superhero"}
var plainEmoji = list("+1,eyes,pray,white_check_mark,raised_hands,tada,heart,thinking_face,fire,rocket,100,wave,joy,ok_hand")

// timeline plays an incident: every step within its response window, in order of time but for reactions, which come last and
// bear the time of their message. It is drawn from the incident's own stream, so each writer may ask for it again.
func (o *org) timeline(in *incident, buf []step) []step {
	r := newRandom(o.seed, "timeline", in.id)
	steps := buf[:0]
	add := func(s step) bool {
		if s.who >= 0 && o.quiet(int(s.who), s.at) || s.at >= in.windowEnd() {
			return false
		}
		steps = append(steps, s)
		return true
	}
	first := o.alertSteps(r, in, add)
	for i := range in.parts {
		p := &in.parts[i]
		if p.role == paged || in.backfilled {
			continue
		}
		at := in.declared + int64(p.arrive)
		if !add(step{at: at, who: p.person, kind: stepJoin}) || p.messages == 0 {
			continue
		}
		stay := max(60, int(p.leave-p.arrive)-30)
		add(step{at: at + int64(20+r.IntN(200)), who: p.person, kind: stepMessage})
		for range p.messages - 1 {
			kind := stepMessage
			if r.chance(.22) {
				kind = stepReply
			}
			add(step{at: at + 221 + int64(r.IntN(stay)), who: p.person, kind: kind, to: -1, file: r.chance(.04)})
		}
	}
	o.workSteps(r, in, first, add)
	if o.spoken(in) {
		for i := range in.parts {
			p := &in.parts[i]
			if p.messages == 0 || i > 6 {
				continue
			}
			for range r.between(4, 10) {
				add(step{at: o.callStart(in) + int64(30+r.IntN(1500)), who: p.person, kind: stepSpeech})
			}
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return o.answers(r, in, steps)
}

// alertSteps plays the alerting tool: trigger, pages on up to three channels, acknowledgement or escalation, notes, resolve.
// It returns who took the incident, -1 for nobody.
func (o *org) alertSteps(r *random, in *incident, add func(step) bool) int32 {
	taker := int32(-1)
	for i := range in.parts {
		if role := in.parts[i].role; role == onCallRole || role == worker && taker < 0 {
			taker = in.parts[i].person
			if role == onCallRole {
				break
			}
		}
	}
	for k := range int32(in.alerts) {
		at := in.detected + int64(k)*int64(40+r.IntN(500))
		add(step{at: at, who: -1, kind: stepTrigger, to: k})
		target := int32(o.onCall(o.alertSchedule(in, int(k)), at))
		if k > 0 && target != taker { // the second alert goes to another service's schedule; whoever works on the first takes it
			target = -1
		}
		if target >= 0 {
			for c := range r.between(1, 3) {
				add(step{at: at + 4 + int64(c)*int64(8+r.IntN(9)), who: target, kind: stepPage, to: k, via: uint8(c)})
			}
		}
		ackAt := at + int64(50+r.ExpFloat64()*120)
		switch {
		case taker >= 0 && target == taker:
			if in.plant == plantKieran && k == 0 {
				ackAt = at + 215
			}
			add(step{at: ackAt, who: taker, kind: stepAck, to: k})
		case taker >= 0:
			add(step{at: at + 600, who: -1, kind: stepEscalate, to: k})
			if k == 0 {
				add(step{at: max(at+640, in.declared+60), who: taker, kind: stepAck, to: k})
			}
		}
		if taker >= 0 && r.chance(.3) {
			add(step{at: ackAt + int64(r.IntN(int(in.resolved-in.declared))), who: taker, kind: stepNote, to: k})
		}
		resolver := taker
		if r.chance(.4) {
			resolver = -1 // the alert cleared by itself
		}
		done := step{at: in.resolved - int64(r.IntN(120)), who: resolver, kind: stepResolve, to: k}
		if !add(done) {
			done.who = -1
			add(done)
		}
	}
	return taker
}

// alertSchedule is the schedule that the k-th alert of an incident pages.
func (o *org) alertSchedule(in *incident, k int) int {
	return o.services[o.alertService(in, k)].schedule
}

func (o *org) alertService(in *incident, k int) int {
	if k > 0 && len(in.also) > 0 {
		return in.also[(k-1)%len(in.also)]
	}
	return in.service
}

// workSteps plays the repair: a pull request and a ticket that name the incident.
func (o *org) workSteps(r *random, in *incident, taker int32, add func(step) bool) {
	length := int(in.resolved - in.declared)
	var author, second int32 = taker, -1
	for i := range in.parts {
		if p := &in.parts[i]; p.messages > 0 && p.person != author {
			second = p.person
			break
		}
	}
	if author < 0 {
		author, second = second, -1
	}
	if author < 0 {
		return
	}
	if in.pr {
		opened := in.declared + int64(float64(length)*(.35+.3*r.Float64()))
		merged := in.declared + int64(float64(length)*(.72+.2*r.Float64()))
		if !o.quiet(int(author), merged) && add(step{at: opened, who: author, kind: stepPROpened}) {
			if second >= 0 {
				add(step{at: (opened + merged) / 2, who: second, kind: stepReview})
			}
			add(step{at: merged, who: author, kind: stepPRMerged})
		}
	}
	if in.ticket {
		at := in.declared + int64(300+r.IntN(600))
		by := author
		if second >= 0 && r.chance(.4) {
			by = second
		}
		done := in.resolved + int64(r.IntN(1500))
		if !o.quiet(int(by), done) && add(step{at: at, who: by, kind: stepTicket}) {
			add(step{at: at + int64(r.IntN(length)), who: by, kind: stepTicketComment})
			add(step{at: done, who: by, kind: stepTicketChange})
		}
	}
}

// answers attaches replies to messages and adds the reactions: hero emoji on the hero's first message, and everyday ones.
func (o *org) answers(r *random, in *incident, steps []step) []step {
	n := len(steps)
	last, greeted := int32(-1), false
	var present []int32
	for i := range in.parts {
		if p := &in.parts[i]; (p.messages > 0 || p.role == reactor) && !in.backfilled {
			present = append(present, p.person)
		}
	}
	react := func(to int, emoji string, most int) bool {
		done := 0
		for range 8 {
			if done == most || len(present) == 0 {
				break
			}
			m := pick(r, present)
			if m == steps[to].who || o.quiet(int(m), steps[to].at) || slices.ContainsFunc(steps[n:], func(s step) bool {
				return s.to == int32(to) && s.who == m && s.emoji == emoji
			}) {
				continue
			}
			steps = append(steps, step{at: steps[to].at, who: m, kind: stepReaction, to: int32(to), emoji: emoji})
			done++
		}
		return done > 0
	}
	for i := range n {
		s := &steps[i]
		switch s.kind {
		case stepReply:
			if s.to = last; last < 0 {
				s.kind = stepMessage
				last = int32(i)
			}
		case stepMessage:
			if last < 0 || r.chance(.6) {
				last = int32(i)
			}
		default:
			continue
		}
		if s.who == int32(o.cast.hero) && !greeted {
			greeted = true // on the first message only
			if share(o.seed, "greeting", in.id) < .65 {
				react(i, pick(r, heroEmoji), 1+r.IntN(3))
			}
			continue
		}
		if r.chance(.18) {
			react(i, pick(r, plainEmoji), 1+r.IntN(2))
		}
	}
	// Who only came to react does so once at least, otherwise they would be lurkers.
	for i := range in.parts {
		p := &in.parts[i]
		if p.role != reactor || in.backfilled {
			continue
		}
		for j := n - 1; j >= 0; j-- {
			if k := steps[j].kind; (k == stepMessage || k == stepReply) && !o.quiet(int(p.person), steps[j].at) {
				if !slices.ContainsFunc(steps[n:], func(s step) bool { return s.who == p.person }) {
					steps = append(steps, step{at: steps[j].at, who: p.person, kind: stepReaction, to: int32(j), emoji: pick(r, plainEmoji)})
				}
				break
			}
		}
	}
	return steps
}

// spoken reports whether a call of the incident was recorded.
func (o *org) spoken(in *incident) bool {
	return in.plant == plantKieran || in.plant == plantCrowd && in.start < o.first.unix()+400*daySeconds
}

// callStart is when the recording of the incident's call begins.
func (o *org) callStart(in *incident) int64 { return in.declared + 2400 }

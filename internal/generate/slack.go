package generate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

const (
	workspace   = "T0HALYARD1"
	incidentBot = "U0INCIDENTB"
	deployBotID = "B0DEPLOYBOT"
	noticeBotID = "B0INCIDENTB"
)

// everyday volume: top-level messages of a person on a working day; replies and reactions come on top.
const (
	messagesPerDay = 2.15
	threadChance   = .14
	repliesMean    = 1.6 // beyond the first
	reactedChance  = .3
	meanChat       = .625 // of person.chat
)

type channelKind uint8

const (
	companyWide channelKind = iota
	ofTeam
	ofOffice
	ofFunction
	social
	leadership
)

// channel is an everyday channel. Incident channels follow from the incidents.
type channel struct {
	id, name, purpose string
	kind              channelKind
	team              int
	private           bool
	created           day
	members           []int   // everyone ever entitled
	rate              float64 // top-level messages of a member a working day
	talk              [][]piece
}

// slackExport is a workspace export in the making.
type slackExport struct {
	o        *org
	dir      string
	channels []channel
	workers  []*slackWorker
}

func newSlackExport(o *org, dir string) *slackExport {
	s := &slackExport{o: o, dir: dir}
	s.planChannels()
	return s
}

// planChannels lays out the everyday channels. Rates of wide channels are capped, as nobody talks in a channel of thousands;
// what is left of a person's day goes to the team's channel.
func (s *slackExport) planChannels() {
	o := s.o
	add := func(c channel, weight, fullRate float64) float64 {
		i := len(s.channels)
		c.id = "C0" + code(mixKey(o.seed, "slack-channel", i), 9)
		c.created = o.first - 300 + day(i%200)
		eff := weight
		if n := float64(len(c.members)); n > fullRate {
			eff *= fullRate / n
		}
		c.rate = messagesPerDay * eff
		s.channels = append(s.channels, c)
		return eff
	}
	everybody := make([]int, len(o.people))
	for i := range everybody {
		everybody[i] = i
	}
	byOffice := make([][]int, len(offices))
	var byFunction [numFunctions][]int
	for i := range o.people {
		p := &o.people[i]
		byOffice[p.zone] = append(byOffice[p.zone], i)
		byFunction[p.fn] = append(byFunction[p.fn], i)
	}
	used := add(channel{name: "general", kind: companyWide, members: everybody, purpose: "Company-wide announcements and work-based matters", talk: chatTalk}, .03, 300)
	used += add(channel{name: "random", kind: companyWide, members: everybody, purpose: "Non-work banter and water cooler conversation", talk: chatTalk}, .07, 400)
	for z, m := range byOffice {
		add(channel{name: "office-" + asciiSlug(offices[z].location, '-'), kind: ofOffice, members: m, talk: chatTalk}, .07, 150)
	}
	used += .05
	for _, name := range list("music,food,pets,running,parents,books,gaming,photography,climbing,football") {
		var m []int
		for i := range everybody {
			if share(o.seed, name, i) < .2 {
				m = append(m, i)
			}
		}
		used += .2 * add(channel{name: name, kind: social, members: m, talk: chatTalk}, .06, 120)
	}
	functionUse := [numFunctions]float64{}
	for fn := range numFunctions {
		talk := workTalk
		switch fn {
		case support:
			talk = supportTalk
		case sales, marketing, finance, peopleOps:
			talk = salesTalk
		case management:
			talk = leadTalk
		}
		c := channel{name: functionNames[fn], kind: ofFunction, members: byFunction[fn], talk: talk}
		if fn == management {
			c.name, c.kind, c.private = "leadership", leadership, true
		}
		functionUse[fn] = add(c, .18, 250)
	}
	for t := range o.teams {
		tm := &o.teams[t]
		talk := workTalk
		switch tm.fn {
		case support:
			talk = supportTalk
		case sales, marketing, finance, peopleOps:
			talk = salesTalk
		case management:
			talk = leadTalk
		}
		add(channel{name: "team-" + tm.slug, kind: ofTeam, team: t, members: tm.members, talk: talk},
			max(.3, 1-used-functionUse[tm.fn]), 1e9)
	}
}

// period is a stretch of days by the export's zone, end exclusive.
type period struct {
	from, to day
	label    string
}

// periods cuts the history into calendar quarters.
func (o *org) periods() []period {
	z := &o.zones[exportZone]
	first, _, _ := z.local(o.first.unix())
	last, _, _ := z.local(o.end.unix() - 1)
	var list []period
	for from := first; from <= last; {
		t := from.time()
		to := addMonths(from-day(t.Day()-1), 3-(int(t.Month())-1)%3)
		list = append(list, period{from, min(to, last+1), fmt.Sprintf("%dQ%d", t.Year(), (int(t.Month())-1)/3+1)})
		from = to
	}
	return list
}

// bigExport is the number of person-years beyond which the workspace is exported quarter by quarter: Slack's own exports are
// bounded by date ranges too, and a ZIP file's directory must fit into memory.
const bigExport = 8000

// write writes slack.zip, or slack/slack-2025Q1.zip and so on for large organizations.
func (s *slackExport) write(ctx context.Context, progress func(done, total int)) (tallies, error) {
	quarters := s.o.periods()
	total := len(quarters)*len(s.channels) + len(s.o.incidents)
	done := 0
	step := func() {
		done++
		progress(done, total)
	}
	var err error
	if float64(s.o.headcount)*float64(s.o.end-s.o.first)/365 <= bigExport {
		whole := period{quarters[0].from, quarters[len(quarters)-1].to, ""}
		err = s.writeZip(ctx, s.dir+"/slack.zip", s.units(whole, quarters), step)
	} else {
		for _, q := range quarters {
			if err = s.writeZip(ctx, s.dir+"/slack/slack-"+q.label+".zip", s.units(q, []period{q}), step); err != nil {
				break
			}
		}
	}
	var t tallies
	for _, w := range s.workers {
		t.add(&w.tallies)
	}
	return t, err
}

// units lists the pieces of one ZIP file: the workspace's lists, the everyday channels, the incidents' channels.
func (s *slackExport) units(p period, quarters []period) []unit {
	var list []unit
	incidents := s.incidentsIn(p)
	list = append(list, func(w *slackWorker) ([]entry, error) { return w.lists(p, incidents) })
	for c := range s.channels {
		for _, q := range quarters {
			list = append(list, func(w *slackWorker) ([]entry, error) { return w.everyday(&s.channels[c], c, q) })
		}
	}
	for _, k := range incidents {
		list = append(list, func(w *slackWorker) ([]entry, error) { return w.incident(&s.o.incidents[k], p) })
	}
	return list
}

// incidentsIn lists the incidents with a channel whose days touch the period.
func (s *slackExport) incidentsIn(p period) []int {
	z := &s.o.zones[exportZone]
	var list []int
	for k := range s.o.incidents {
		in := &s.o.incidents[k]
		from, _, _ := z.local(in.declared)
		to, _, _ := z.local(in.windowEnd())
		if in.channel != "" && from < p.to && to >= p.from {
			list = append(list, k)
		}
	}
	return list
}

// lists writes users.json, channels.json and their kin.
func (w *slackWorker) lists(p period, incidents []int) ([]entry, error) {
	s := w.s
	var entries []entry
	add := func(name string, body []byte) error {
		e, err := w.packer.pack(name, body)
		entries = append(entries, e)
		return err
	}
	public, private := []byte("["), []byte("[")
	for i := range s.channels {
		c := &s.channels[i]
		out := &public
		if c.private {
			out = &private
		}
		if len(*out) > 1 {
			*out = append(*out, ",\n"...)
		}
		var members []int32
		for _, m := range c.members {
			q := &s.o.people[m]
			if d := p.to - 1; q.employed(d) && (c.kind != ofTeam || q.teamAt(d) == c.team) {
				members = append(members, int32(m))
			}
		}
		*out = s.appendChannel(*out, c.id, c.name, c.purpose, c.created.unix()+60000, s.o.people[s.channels[0].members[0]].slackID, members, false)
	}
	for _, k := range incidents {
		in := &s.o.incidents[k]
		w.steps = s.o.timeline(in, w.steps)
		var members []int32
		for i := range w.steps {
			if w.steps[i].kind == stepJoin {
				members = append(members, w.steps[i].who)
			}
		}
		public = append(public, ",\n"...)
		public = s.appendChannel(public, s.o.channelID(in), in.channel, in.ref()+": "+s.o.titleOf(in), in.declared, incidentBot, members, in.resolved < s.o.end.unix()-30*daySeconds)
	}
	for _, f := range []struct {
		name string
		body []byte
	}{
		{"users.json", s.appendUsers(nil, p)}, {"channels.json", append(public, "]\n"...)}, {"groups.json", append(private, "]\n"...)},
		{"dms.json", []byte("[]\n")}, {"mpims.json", []byte("[]\n")}, {"integration_logs.json", s.appendIntegrations(nil)},
	} {
		if err := add(f.name, f.body); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (o *org) channelID(in *incident) string {
	return "C0" + code(mixKey(o.seed, "incident-channel", in.id), 9)
}

func (s *slackExport) appendChannel(b []byte, id, name, purpose string, created int64, creator string, members []int32, archived bool) []byte {
	b = append(b, '{')
	b = field(b, "id", id)
	b = field(b, "name", name)
	b = fieldInt(b, "created", created)
	b = field(b, "creator", creator)
	b = fieldBool(b, "is_archived", archived)
	b = fieldBool(b, "is_general", name == "general")
	b = append(appendKey(b, "members"), '[')
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s.o.people[m].slackID)
	}
	b = append(b, ']')
	for _, k := range [2]string{"topic", "purpose"} {
		b = append(appendKey(b, k), '{')
		value, by, at := "", "", int64(0)
		if k == "purpose" && purpose != "" {
			value, by, at = purpose, creator, created
		}
		b = fieldInt(field(field(b, "value", value), "creator", by), "last_set", at)
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendUsers lists everyone who had an account by the end of the period, and the bots.
func (s *slackExport) appendUsers(b []byte, p period) []byte {
	b = append(b, '[')
	for i := range s.o.people {
		q := &s.o.people[i]
		if q.start >= p.to {
			continue
		}
		z := &s.o.zones[q.zone]
		gone := q.end < p.to-1
		b = append(b, '{')
		b = field(b, "id", q.slackID)
		b = field(b, "team_id", workspace)
		b = field(b, "name", q.login)
		b = fieldBool(b, "deleted", gone)
		b = field(b, "color", fmt.Sprintf("%06x", mix(uint64(i))&0xffffff))
		b = field(b, "real_name", q.name)
		b = field(b, "tz", z.name)
		b = fieldInt(b, "tz_offset", z.offset(p.to.unix()-daySeconds))
		b = append(appendKey(b, "profile"), '{')
		b = field(b, "title", q.title(p.to-1))
		b = field(b, "real_name", q.name)
		b = field(b, "real_name_normalized", asciiName(q.name))
		b = field(b, "display_name", q.login)
		b = field(b, "email", q.email)
		b = field(b, "team", workspace)
		b = append(b, '}')
		b = fieldBool(b, "is_admin", i == s.channels[0].members[0])
		b = fieldBool(b, "is_bot", false)
		b = fieldBool(b, "is_app_user", false)
		b = fieldInt(b, "updated", max(q.start, s.o.first-200).unix())
		b = append(b, "},\n"...)
	}
	for _, bot := range [][2]string{{"USLACKBOT", "slackbot"}, {incidentBot, "incident-bot"}, {"U0DEPLOYBOT", "deploy-bot"}, {"U0PAGERDUTY", "pagerduty"}} {
		b = append(b, '{')
		b = field(b, "id", bot[0])
		b = field(b, "team_id", workspace)
		b = field(b, "name", bot[1])
		b = fieldBool(b, "deleted", false)
		b = field(b, "real_name", bot[1])
		b = fieldNull(b, "tz")
		b = append(appendKey(b, "profile"), '{')
		b = field(b, "real_name", bot[1])
		b = append(b, '}')
		b = fieldBool(b, "is_bot", bot[0] != "USLACKBOT") // as in real exports
		b = append(b, "},\n"...)
	}
	return append(b[:len(b)-2], "]\n"...)
}

func asciiName(s string) string {
	words := asciiSlug(s, ' ')
	b := []byte(words)
	for i := range b {
		if i == 0 || b[i-1] == ' ' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

func (s *slackExport) appendIntegrations(b []byte) []byte {
	b = append(b, '[')
	for i, name := range []string{"PagerDuty", "GitHub", "Deploys", "Incident Bot"} {
		b = append(b, '{')
		b = field(b, "user_id", s.o.people[s.channels[0].members[0]].slackID)
		b = field(b, "service_type", name)
		b = field(b, "change_type", "added")
		b = field(b, "date", strconv.FormatInt((s.o.first-250+day(i)).unix()+36000, 10))
		b = append(b, "},"...)
	}
	return append(b[:len(b)-1], "]\n"...)
}

// activeMembers lists, by office and function, who of a channel is there for the whole week that begins on the Monday. New
// people first speak up on a Monday, and leavers fall silent in their last week.
func (w *slackWorker) activeMembers(c *channel, monday day) {
	o := w.s.o
	for i := range w.groups {
		w.groups[i].people = w.groups[i].people[:0]
		w.groups[i].chat = 0
	}
	for _, m := range c.members {
		p := &o.people[m]
		if !p.employed(monday) || p.end < monday+7 || c.kind == ofTeam && (p.teamAt(monday) != c.team || p.teamAt(monday+7) != c.team) {
			continue
		}
		g := &w.groups[p.zone*int(numFunctions)+int(p.fn)]
		g.people = append(g.people, int32(m))
		g.chat += p.chat
	}
	w.live = w.live[:0]
	for i := range w.groups {
		if len(w.groups[i].people) > 0 {
			w.live = append(w.live, i)
		}
	}
}

// newcomers lists who starts in the channel in the week.
func (w *slackWorker) newcomers(c *channel, monday day) []int {
	w.fresh = w.fresh[:0]
	if c.name != "general" && c.kind != ofTeam {
		return nil
	}
	for _, m := range c.members {
		p := &w.s.o.people[m]
		if p.start >= monday && p.start < monday+7 {
			w.fresh = append(w.fresh, m)
		} else if c.kind == ofTeam && len(p.stints) > 1 {
			if k := slices.IndexFunc(p.stints, func(s stint) bool { return s.team == c.team }); p.stints[k].from >= monday && p.stints[k].from < monday+7 {
				w.fresh = append(w.fresh, m)
			}
		}
	}
	return w.fresh
}

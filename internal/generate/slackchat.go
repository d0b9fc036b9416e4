package generate

import (
	"slices"
	"strconv"
)

// group is the active members of a channel of one office and function: they keep the same hours.
type group struct {
	people []int32
	chat   float64 // sum of their talkativeness
}

type reaction struct {
	emoji string
	users []int32
}

type messageKind uint8

const (
	chatMessage messageKind = iota
	chatJoin
	chatFile // a file without text
	chatBot
)

// chatLine is one line of a channel.
type chatLine struct {
	ts        int64 // microseconds
	who       int32
	kind      messageKind
	withFile  bool
	thread    int // index of the parent in the worker's lines, -1 for none
	replies   []int
	reactions []reaction
	text      string // of a bot
}

// slackWorker generates units; it belongs to one goroutine at a time.
type slackWorker struct {
	s        *slackExport
	r        *random
	packer   packer
	compose  composer
	groups   []group // by office and function
	live     []int   // indices of groups with people
	fresh    []int
	steps    []step
	lines    []chatLine
	byDay    [][]int // indices of lines by day of the unit
	stepLine []int
	since    int64 // of the incident whose channel is written; both 0 in everyday channels
	until    int64
	body     []byte
	tallies  tallies
	quiet    [len(quietCells)]map[day]bool // local dates on which the planted hours were used
}

func newSlackWorker(s *slackExport) *slackWorker {
	w := &slackWorker{s: s, r: newRandom(0, ""), groups: make([]group, len(offices)*int(numFunctions))}
	w.compose.o = s.o
	for i := range w.quiet {
		w.quiet[i] = map[day]bool{}
	}
	return w
}

// micro makes the k-th time stamp of a unit unique within its second: 618033 has no factor in common with a million, so the
// fractions repeat only after a million stamps.
func micro(unix int64, k int) int64 { return unix*1e6 + int64(k)*618033%1e6 }

func (w *slackWorker) addLine(l chatLine, first day) int {
	k := len(w.lines)
	z := &w.s.o.zones[exportZone]
	d, _, _ := z.local(l.ts)
	l.ts = micro(l.ts, k+1)
	if l.who >= 0 && l.kind != chatJoin {
		w.noteQuiet(l.who, l.ts/1e6)
	}
	w.lines = append(w.lines, l)
	w.byDay[d-first] = append(w.byDay[d-first], k)
	return k
}

// noteQuiet remembers on which local dates the planted hours were used by their function.
func (w *slackWorker) noteQuiet(who int32, unix int64) {
	p := &w.s.o.people[who]
	d, weekday, hour := w.s.o.zones[p.zone].local(unix)
	for i := range quietCells {
		if quietCells[i].Weekday == weekday+1 && quietCells[i].Hour == hour {
			w.quiet[i][d] = true
		}
	}
}

func (w *slackWorker) begin(days int) {
	w.lines = w.lines[:0]
	for len(w.byDay) < days {
		w.byDay = append(w.byDay, nil)
	}
	for i := range w.byDay {
		w.byDay[i] = w.byDay[i][:0]
	}
}

// everyday generates a channel's days of a quarter: for each half hour and each group of people who keep the same hours, a
// Poisson number of messages; some start threads, some get reactions.
func (w *slackWorker) everyday(c *channel, index int, q period) ([]entry, error) {
	o, r := w.s.o, w.r
	r.reset(o.seed, "chat", index, int(q.from))
	w.since, w.until = 0, 0
	w.begin(int(q.to - q.from))
	z := &o.zones[exportZone]
	from, to := max(z.at(q.from, 0), o.first.unix()), min(z.at(q.to, 0), o.end.unix())
	week := day(-1)
	for half := from / 1800 * 1800; half < to; half += 1800 {
		if monday := unixDay(half + z.offset(half)).monday(); monday != week {
			week = monday
			w.activeMembers(c, week)
			for _, m := range w.newcomers(c, week) {
				p := &o.people[m]
				at := o.zones[p.zone].at(max(p.start, week), 9*3600+r.IntN(3600))
				if at >= from && at < to {
					w.addLine(chatLine{ts: at, who: int32(m), kind: chatJoin, thread: -1}, q.from)
				}
			}
		}
		for _, gi := range w.live {
			g := &w.groups[gi]
			zone, fn := gi/int(numFunctions), function(gi%int(numFunctions))
			_, weekday, hour := o.zones[zone].local(half)
			weight := profiles[fn][weekday][hour]
			if weight == 0 {
				continue
			}
			for range r.poisson(g.chat / meanChat * c.rate * o.volume * weight / 2) {
				w.talk(c, g, half+int64(r.IntN(1800)), from, to, q.from)
			}
		}
		if c.kind == ofTeam && o.teams[c.team].fn == engineering {
			if _, weekday, hour := z.local(half); weekday < 5 && hour >= 9 && hour < 17 && r.chance(.06) {
				svc := o.teams[c.team].slug
				if own := o.teams[c.team].services; len(own) > 0 {
					svc = o.services[pick(r, own)].name
				}
				w.addLine(chatLine{ts: half + int64(r.IntN(1800)), who: -1, kind: chatBot, thread: -1, text: "Deployed " + svc + " v" + strconv.Itoa(100+r.IntN(900)) + " to production"}, q.from)
			}
		}
	}
	return w.render(c.id, c.name, q.from, c)
}

// talk says one thing in a channel, with what it leads to.
func (w *slackWorker) talk(c *channel, g *group, at, from, to int64, first day) {
	r := w.r
	if at < from || at >= to {
		return
	}
	who := w.author(g)
	l := chatLine{ts: at, who: who, thread: -1}
	switch x := r.Float64(); {
	case x < .006:
		l.kind = chatFile
	case x < .025:
		l.withFile = true
	}
	k := w.addLine(l, first)
	w.react(k)
	if !r.chance(threadChance) {
		return
	}
	t := at
	for range 1 + r.poisson(repliesMean) {
		t += 30 + int64(r.ExpFloat64()*1500)
		if t >= to {
			return
		}
		other := w.author(&w.groups[pick(r, w.live)])
		if w.asleep(other, t) {
			continue
		}
		reply := w.addLine(chatLine{ts: t, who: other, thread: k}, first)
		w.lines[k].replies = append(w.lines[k].replies, reply)
	}
}

func (w *slackWorker) author(g *group) int32 {
	for {
		if m := pick(w.r, g.people); w.r.chance(w.s.o.people[m].chat) {
			return m
		}
	}
}

// asleep reports that the person does not write at that hour; the planted hours are part of it.
func (w *slackWorker) asleep(who int32, at int64) bool {
	p := &w.s.o.people[who]
	_, weekday, hour := w.s.o.zones[p.zone].local(at)
	return profiles[p.fn][weekday][hour] == 0
}

func (w *slackWorker) react(k int) {
	r, l := w.r, &w.lines[k]
	if !r.chance(reactedChance) {
		return
	}
	for range 1 + r.IntN(3)/2 {
		re := reaction{emoji: pick(r, plainEmoji)}
		if len(l.reactions) == 1 && re.emoji == l.reactions[0].emoji {
			return
		}
		for range min(4, 1+r.poisson(.6)) {
			m := pick(r, w.groups[pick(r, w.live)].people)
			if m != l.who && !w.asleep(m, l.ts/1e6) && !slices.Contains(re.users, m) {
				re.users = append(re.users, m)
			}
		}
		if len(re.users) > 0 {
			l.reactions = append(l.reactions, re)
		}
	}
}

// incident generates an incident's channel, as far as it lies in the period.
func (w *slackWorker) incident(in *incident, p period) ([]entry, error) {
	o, r := w.s.o, w.r
	r.reset(o.seed, "incident-channel", in.id)
	w.steps = o.timeline(in, w.steps)
	z := &o.zones[exportZone]
	first, _, _ := z.local(in.declared - 3600)
	last, _, _ := z.local(in.windowEnd() + 60)
	w.begin(int(last-first) + 1)
	service := o.services[in.service].name
	w.participants(in)
	w.since, w.until = in.declared, in.resolved
	w.addLine(chatLine{ts: in.declared - 2, who: -1, kind: chatBot, thread: -1, text: in.ref() + " declared: " + o.titleOf(in) + " (SEV" + strconv.Itoa(in.severity) + ", " + service + ")"}, first)
	w.stepLine = w.stepLine[:0]
	for i := range w.steps {
		s := &w.steps[i]
		k := -1
		switch s.kind {
		case stepJoin:
			k = w.addLine(chatLine{ts: s.at, who: s.who, kind: chatJoin, thread: -1}, first)
		case stepMessage:
			k = w.addLine(chatLine{ts: s.at, who: s.who, thread: -1, withFile: s.file}, first)
		case stepReply:
			parent := w.stepLine[s.to]
			k = w.addLine(chatLine{ts: s.at, who: s.who, thread: parent, withFile: s.file}, first)
			w.lines[parent].replies = append(w.lines[parent].replies, k)
		case stepReaction:
			l := &w.lines[w.stepLine[s.to]]
			j := slices.IndexFunc(l.reactions, func(re reaction) bool { return re.emoji == s.emoji })
			if j < 0 {
				j = len(l.reactions)
				l.reactions = append(l.reactions, reaction{emoji: s.emoji})
			}
			l.reactions[j].users = append(l.reactions[j].users, s.who)
		}
		w.stepLine = append(w.stepLine, k)
	}
	w.addLine(chatLine{ts: in.resolved + 40, who: -1, kind: chatBot, thread: -1, text: in.ref() + " is resolved. Please add what you saw to the timeline."}, first)
	return w.renderDays(o.channelID(in), in.channel, first, p, incidentTalk, service, o.teams[o.services[in.service].ownerAt(unixDay(in.start))].project)
}

// participants makes those who work on the incident the ones that its messages mention.
func (w *slackWorker) participants(in *incident) {
	g := &w.groups[0]
	g.people = g.people[:0]
	for i := range in.parts {
		if in.parts[i].messages > 0 {
			g.people = append(g.people, in.parts[i].person)
		}
	}
	w.live = w.live[:0]
	if len(g.people) > 0 {
		w.live = append(w.live, 0)
	}
}

func (w *slackWorker) render(id, name string, first day, c *channel) ([]entry, error) {
	o := w.s.o
	service, project := "event-broker", "OPS"
	if c.kind == ofTeam {
		project = o.teams[c.team].project
		if own := o.teams[c.team].services; len(own) > 0 {
			service = o.services[own[0]].name
		}
	} else {
		service = o.services[w.r.IntN(len(o.services))].name
	}
	return w.renderDays(id, name, first, period{first, never, ""}, c.talk, service, project)
}

// renderDays writes the collected lines as day files and counts them.
func (w *slackWorker) renderDays(id, name string, first day, p period, talk [][]piece, service, project string) ([]entry, error) {
	var entries []entry
	for n, keys := range w.byDay {
		d := first + day(n)
		if len(keys) == 0 || d < p.from || d >= p.to {
			continue
		}
		slices.SortFunc(keys, func(a, b int) int { return compare(w.lines[a].ts, w.lines[b].ts) })
		w.body = append(w.body[:0], '[')
		for i, k := range keys {
			if i > 0 {
				w.body = append(w.body, ",\n"...)
			}
			w.appendLine(id, &w.lines[k], talk, service, project)
		}
		w.body = append(w.body, "]\n"...)
		e, err := w.packer.pack(name+"/"+d.String()+".json", w.body)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

var fileNames = list("graph.png,screenshot.png,trace.json,heap.svg,query.sql,timeline.pdf,latency.png,export.csv")

func (w *slackWorker) appendLine(channelID string, l *chatLine, talk [][]piece, service, project string) {
	o, r := w.s.o, w.r
	b := append(w.body, '{')
	user := ""
	if l.who >= 0 {
		user = o.people[l.who].slackID
	}
	switch l.kind {
	case chatJoin:
		w.tallies[aJoin]++
		b = field(b, "type", "message")
		b = field(b, "subtype", "channel_join")
		b = field(b, "user", user)
		b = field(b, "text", "<@"+user+"> has joined the channel")
		b = append(appendTS(append(appendKey(b, "ts"), '"'), l.ts), '"')
		w.body = append(b, '}')
		return
	case chatBot:
		w.tallies[aBot]++
		bot := deployBotID
		if l.text[:4] == "INC-" {
			bot = noticeBotID
		}
		b = field(b, "type", "message")
		b = field(b, "subtype", "bot_message")
		b = field(b, "text", l.text)
		b = append(appendTS(append(appendKey(b, "ts"), '"'), l.ts), '"')
		b = field(b, "username", map[bool]string{true: "Deploys", false: "Incident Bot"}[bot == deployBotID])
		b = field(b, "bot_id", bot)
		w.body = append(b, '}')
		return
	}
	b = append(appendKey(b, "client_msg_id"), '"')
	b = append(appendUUID(b, r), '"')
	b = field(b, "type", "message")
	if l.kind == chatFile {
		b = field(b, "text", "")
	} else {
		mention := int32(-1)
		if len(w.live) > 0 {
			mention = pick(r, w.groups[pick(r, w.live)].people)
		}
		sentence := pick(r, talk)
		switch {
		case l.thread >= 0:
			sentence = pick(r, replyTalk)
		case w.until > w.since: // an incident is talked about in the order in which it goes
			at := float64(l.ts/1e6-w.since) / float64(w.until-w.since) * float64(len(talk))
			sentence = talk[min(max(int(at)+r.IntN(9)-4, 0), len(talk)-1)]
		}
		w.compose.compose(r, sentence, service, mention, project)
		b = append(appendKey(b, "text"), '"')
		b = append(append(b, w.compose.text...), '"')
	}
	b = field(b, "user", user)
	b = append(appendTS(append(appendKey(b, "ts"), '"'), l.ts), '"')
	b = field(b, "team", workspace)
	if l.kind != chatFile {
		b = append(appendKey(b, "blocks"), `[{"type":"rich_text","block_id":"`...)
		x := r.Uint64()
		for range 5 {
			b = append(b, "abcdefghijklmnopqrstuvwxyzABCDEF"[x&31])
			x >>= 5
		}
		b = append(b, `","elements":[{"type":"rich_text_section","elements":[`...)
		b = append(append(b, w.compose.elements...), "]}]}]"...)
	}
	if l.withFile || l.kind == chatFile {
		b = w.appendFile(b, l, user)
	}
	switch {
	case l.thread >= 0:
		parent := &w.lines[l.thread]
		b = append(appendTS(append(appendKey(b, "thread_ts"), '"'), parent.ts), '"')
		b = field(b, "parent_user_id", o.people[parent.who].slackID)
	case len(l.replies) > 0:
		b = w.appendReplies(b, l)
	}
	b = w.appendReactions(b, l)
	switch {
	case l.kind == chatFile:
		w.tallies[aFile]++
	case l.thread >= 0:
		w.tallies[aReply]++
	default:
		w.tallies[aMessage]++
	}
	w.body = append(b, '}')
}

func (w *slackWorker) appendFile(b []byte, l *chatLine, user string) []byte {
	r := w.r
	id := "F0" + code(r.Uint64(), 9)
	title := pick(r, fileNames)
	b = append(appendKey(b, "files"), `[{`...)
	b = field(b, "id", id)
	b = fieldInt(b, "created", l.ts/1e6-3)
	b = field(b, "name", title)
	b = field(b, "title", title)
	b = field(b, "user", user)
	b = fieldInt(b, "size", int64(2000+r.IntN(400000)))
	b = field(b, "mode", "hosted")
	b = fieldBool(b, "is_external", false)
	b = field(b, "url_private", "https://files.slack.com/files-pri/"+workspace+"-"+id+"/"+title)
	return append(b, "}]"...)
}

func (w *slackWorker) appendReplies(b []byte, l *chatLine) []byte {
	b = append(appendTS(append(appendKey(b, "thread_ts"), '"'), l.ts), '"')
	slices.SortFunc(l.replies, func(a, b int) int { return compare(w.lines[a].ts, w.lines[b].ts) })
	b = fieldInt(b, "reply_count", int64(len(l.replies)))
	var users []int32
	for _, k := range l.replies {
		if who := w.lines[k].who; !slices.Contains(users, who) {
			users = append(users, who)
		}
	}
	b = fieldInt(b, "reply_users_count", int64(len(users)))
	b = append(appendTS(append(appendKey(b, "latest_reply"), '"'), w.lines[l.replies[len(l.replies)-1]].ts), '"')
	b = append(appendKey(b, "reply_users"), '[')
	for i, u := range users {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, w.s.o.people[u].slackID)
	}
	b = append(b, ']')
	b = append(appendKey(b, "replies"), '[')
	for i, k := range l.replies {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(field(append(b, '{'), "user", w.s.o.people[w.lines[k].who].slackID), `,"ts":"`...)
		b = append(appendTS(b, w.lines[k].ts), `"}`...)
	}
	return append(b, ']')
}

func (w *slackWorker) appendReactions(b []byte, l *chatLine) []byte {
	if len(l.reactions) == 0 {
		return b
	}
	b = append(appendKey(b, "reactions"), '[')
	for i := range l.reactions {
		re := &l.reactions[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(field(append(b, '{'), "name", re.emoji), `,"users":[`...)
		for j, u := range re.users {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendString(b, w.s.o.people[u].slackID)
		}
		b = append(fieldInt(append(b, ']'), "count", int64(len(re.users))), '}')
		w.tallies[aReaction] += int64(len(re.users))
	}
	return append(b, ']')
}

package ingest

// slackMessage is one record of a day file: where in the scanner's input the few things lie that become rows.
type slackMessage struct {
	object                   bool // the record is one
	ts, threadTS             span // as text, or the digits of a number
	tsOdd                    bool // ts is there and is neither
	user, parent             span
	root                     span // root.user: the thread's author, where a broadcast reply has no parent_user_id
	subtype, typ, text, team span
	bot, username            span
	profile, botProfile      span // whole objects
	edited                   span // edited.ts
	commentUser, comment     span // of an old file_comment
	hidden, files, file      bool
	room                     bool        // a call or huddle
	creator                  span        // who started it
	callers, callersNow      []span      // who was in it
	reactions                []slackMark // reactors holds their users
	reactors                 []span
}

// slackMark is one emoji under a message, by reactors[from:to].
type slackMark struct {
	emoji    span
	from, to int
}

func (m *slackMessage) parse(s *jsonScanner, i int) int {
	*m = slackMessage{callers: m.callers[:0], callersNow: m.callersNow[:0], reactions: m.reactions[:0], reactors: m.reactors[:0]}
	if s.b[i] != '{' {
		return s.skip(i, 1)
	}
	m.object = true
	value, end := s.member(i, true)
	for value >= 0 {
		if i = m.field(s, value); i < 0 {
			return -1
		}
		value, end = s.member(i, false)
	}
	return end
}

// plausible is true for what has the type and the stamp of a message; replies, edits and the like inside messages have no type.
func (m *slackMessage) plausible() bool { return m.object && m.ts.some() && m.typ.some() }

// field reads the member at i. The last of several members of one name counts, as in encoding/json.
func (m *slackMessage) field(s *jsonScanner, i int) int {
	switch string(s.name()) {
	case "ts":
		m.tsOdd = s.b[i] != '"' && s.b[i] != '-' && s.b[i] != 'n' && !isDigit(s.b[i])
		return s.stringOrNumber(i, &m.ts)
	case "thread_ts":
		return s.stringOrNumber(i, &m.threadTS)
	case "user":
		return s.stringOr(i, 2, &m.user)
	case "text":
		return s.stringOr(i, 2, &m.text)
	case "type":
		return s.stringOr(i, 2, &m.typ)
	case "subtype":
		return s.stringOr(i, 2, &m.subtype)
	case "team":
		return s.stringOr(i, 2, &m.team)
	case "bot_id":
		return s.stringOr(i, 2, &m.bot)
	case "username":
		return s.stringOr(i, 2, &m.username)
	case "parent_user_id":
		return s.stringOr(i, 2, &m.parent)
	case "user_profile":
		return s.object(i, &m.profile)
	case "bot_profile":
		return s.object(i, &m.botProfile)
	case "hidden":
		m.hidden = s.b[i] == 't'
	case "files":
		m.files = s.b[i] == '[' && s.b[space(s.b, i+1)] != ']'
	case "file":
		m.file = s.b[i] == '{'
	case "reactions":
		return m.reactionList(s, i)
	case "edited":
		return s.pick(i, 2, "ts", &m.edited, "", nil)
	case "root":
		return s.pick(i, 2, "user", &m.root, "", nil)
	case "comment":
		return s.pick(i, 2, "user", &m.commentUser, "comment", &m.comment)
	case "room":
		return m.call(s, i)
	}
	return s.skip(i, 2)
}

func (m *slackMessage) reactionList(s *jsonScanner, i int) int {
	m.reactions, m.reactors = m.reactions[:0], m.reactors[:0]
	if s.b[i] != '[' {
		return s.skip(i, 2)
	}
	value, end := s.element(i, true)
	for value >= 0 {
		if i = m.reaction(s, value); i < 0 {
			return -1
		}
		value, end = s.element(i, false)
	}
	return end
}

func (m *slackMessage) reaction(s *jsonScanner, i int) int {
	if s.b[i] != '{' {
		return s.skip(i, 3)
	}
	r := slackMark{from: len(m.reactors)}
	value, end := s.member(i, true)
	for value >= 0 {
		switch string(s.name()) {
		case "name":
			i = s.stringOr(value, 4, &r.emoji)
		case "users":
			m.reactors, i = s.stringList(value, 4, m.reactors[:r.from])
		default:
			i = s.skip(value, 4)
		}
		if i < 0 {
			return -1
		}
		value, end = s.member(i, false)
	}
	r.to = len(m.reactors)
	m.reactions = append(m.reactions, r)
	return end
}

// call reads who was in a call. Slack lists everybody who ever was in participant_history, and who still is in participants.
func (m *slackMessage) call(s *jsonScanner, i int) int {
	m.creator, m.callers, m.callersNow = span{}, m.callers[:0], m.callersNow[:0]
	if m.room = s.b[i] == '{'; !m.room {
		return s.skip(i, 2)
	}
	value, end := s.member(i, true)
	for value >= 0 {
		switch string(s.name()) {
		case "created_by":
			i = s.stringOr(value, 3, &m.creator)
		case "participant_history":
			m.callers, i = s.stringList(value, 3, m.callers[:0])
		case "participants":
			m.callersNow, i = s.stringList(value, 3, m.callersNow[:0])
		default:
			i = s.skip(value, 3)
		}
		if i < 0 {
			return -1
		}
		value, end = s.member(i, false)
	}
	return end
}

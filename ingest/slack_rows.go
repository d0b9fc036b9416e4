package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// slackKind is what a subtype makes of a record.
type slackKind uint8

const (
	slackService slackKind = iota // Slack says something about the channel: no activity
	slackWritten                  // somebody, or a bot, wrote: message, reply or file
	slackJoin
	slackLeave
	slackCall // a call or huddle: its participants joined it
)

// kindOfSubtype lists the subtypes that are activity. All others are service messages, also those that Slack has yet to invent:
// topics, names, archiving, pins, integrations, reminders, tombstones of deleted messages. reply_broadcast is one of them: before
// 2018 it announced a reply that the export holds as well.
func kindOfSubtype(subtype string) slackKind {
	switch subtype {
	case "", "thread_broadcast", "bot_message", "me_message", "file_share", "file_comment", "slackbot_response", "assistant_app_thread":
		return slackWritten
	case "channel_join", "group_join":
		return slackJoin
	case "channel_leave", "group_leave":
		return slackLeave
	case "huddle_thread", "sh_room_created":
		return slackCall
	}
	return slackService
}

// slackRows makes the rows of messages. Each reader of day files has its own.
type slackRows struct {
	x         *slackExport
	channel   string
	words     map[string]string // ids by their raw bytes
	emoji     map[string]string // names without skin tones, by their raw bytes
	strangers map[string]*slackStranger
	ids       strings.Builder // native ids are cut from one string for thousands of them
	out       *slackBatch

	lastThread int64 // thread is the native id of this stamp in lastChannel
	lastIn     string
	thread     string
}

// maxWords bounds words and emoji against exports that are made to have no end of them.
const maxWords = 1 << 16

func newSlackRows(x *slackExport) *slackRows {
	return &slackRows{x: x, words: map[string]string{}, emoji: map[string]string{}, strangers: map[string]*slackStranger{}}
}

// add appends the rows of one record to out, or returns why there are none.
func (r *slackRows) add(s *jsonScanner, m *slackMessage) (reason, detail string) {
	switch {
	case !m.object:
		return "record is not an object", ""
	case m.tsOdd:
		return errTS.Error(), ""
	case !m.ts.some():
		return "record without ts", ""
	}
	at, err := slackTime(s.b[m.ts.from:m.ts.to])
	if err != nil {
		return err.Error(), string(s.bytes(m.ts))
	}
	kind := kindOfSubtype(string(s.text(m.subtype)))
	if kind == slackWritten && m.room {
		kind = slackCall // huddles from before 2023 have no subtype
	}
	if kind == slackService || m.hidden {
		return "", ""
	}
	row := schema.ActivityRow{At: time.UnixMicro(at).UTC(), Source: "slack", Account: r.x.account, Container: r.channel, NativeID: r.nativeID(at, s.b[m.ts.from:m.ts.to])}
	threadAt, err := slackTime(s.b[m.threadTS.from:m.threadTS.to])
	inThread := err == nil
	if inThread {
		row.Thread = row.NativeID
		if threadAt != at {
			row.Thread = r.threadID(threadAt, s.b[m.threadTS.from:m.threadTS.to])
		}
	}
	r.author(s, m, at, &row)
	first := len(r.out.rows)
	switch kind {
	case slackCall:
		r.calls(s, m, row)
	case slackJoin, slackLeave:
		row.Kind = schema.Join
		if kind == slackLeave {
			row.Kind = schema.Leave
		}
		r.push(row)
	case slackWritten:
		r.written(s, m, row, inThread && threadAt != at)
	}
	r.reactions(s, m, row)
	if rows := r.out.rows[first:]; len(rows) > 1 {
		slices.SortStableFunc(rows, byKey)
	}
	return "", ""
}

// byKey orders the rows of one record as their table does: what comes in order need not be sorted there.
func byKey(a, b schema.ActivityRow) int {
	return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Actor, b.Actor), strings.Compare(a.Emoji, b.Emoji))
}

// written adds a message, a reply or a file. A reply is one in whatever form: a file in a thread is a reply too.
func (r *slackRows) written(s *jsonScanner, m *slackMessage, row schema.ActivityRow, reply bool) {
	text, files := m.text, m.files || m.file
	subtype := string(s.text(m.subtype))
	if subtype == "file_comment" && m.comment.some() {
		text = m.comment
	}
	row.Size = s.chars(text)
	if subtype == "file_share" && m.file && !m.files {
		row.Size = chars(uploadComment(s.bytes(text)))
	}
	switch {
	case reply || subtype == "thread_broadcast":
		row.Kind = schema.Reply
		if row.TargetActor = r.word(s, m.parent); row.TargetActor == "" {
			row.TargetActor = r.word(s, m.root)
		}
	case files && row.Size == 0:
		row.Kind = schema.File
	default:
		row.Kind = schema.Message
	}
	if edited, err := slackTime(s.b[m.edited.from:m.edited.to]); err == nil {
		row.Updated = time.UnixMicro(edited).UTC()
	}
	r.push(row)
}

// uploadComment is what a person wrote beside a file in exports from before 2018, whose text is Slack's sentence about the upload.
func uploadComment(text []byte) string {
	_, comment, _ := bytes.Cut(text, []byte(" and commented: "))
	return string(comment)
}

// calls adds everybody who was in a call, the one who started it first. The export does not say when they came: at is its start.
func (r *slackRows) calls(s *jsonScanner, m *slackMessage, row schema.ActivityRow) {
	row.Kind = schema.CallJoined
	first := len(r.out.rows)
	callers := append(append([]span{m.creator}, m.callers...), m.callersNow...)
	for _, p := range callers {
		row.Actor, row.IsBot, _ = r.actor(s, p)
		if row.Actor != "" && !hasActor(r.out.rows[first:], row.Actor) {
			r.push(row)
		}
	}
}

func hasActor(rows []schema.ActivityRow, id string) bool {
	for i := range rows {
		if rows[i].Actor == id {
			return true
		}
	}
	return false
}

// reactions adds a row for everybody who is named; Slack names fewer than it counts when there are many.
func (r *slackRows) reactions(s *jsonScanner, m *slackMessage, of schema.ActivityRow) {
	for _, mark := range m.reactions {
		emoji := r.emojiOf(s, mark.emoji)
		if emoji == "" {
			continue
		}
		for _, p := range m.reactors[mark.from:mark.to] {
			row := schema.ActivityRow{
				At: of.At, Source: of.Source, Account: of.Account, NativeID: of.NativeID, Kind: schema.Reaction,
				TargetActor: of.Actor, Container: of.Container, Thread: of.Thread, Emoji: emoji,
			}
			if row.Actor, row.IsBot, _ = r.actor(s, p); row.Actor != "" {
				r.push(row)
			}
		}
	}
}

func (r *slackRows) push(row schema.ActivityRow) { r.out.rows = append(r.out.rows, row) }

// author fills in who wrote: a user, else the user of the bot, else the bot. What has a bot's mark was done by a bot, also when it
// posts in a person's name.
func (r *slackRows) author(s *jsonScanner, m *slackMessage, at int64, row *schema.ActivityRow) {
	marked := m.bot.some() && !m.bot.empty() || string(s.text(m.subtype)) == "bot_message"
	id := m.user
	if id.empty() {
		id = m.commentUser
	}
	if id.empty() && m.bot.some() {
		id = m.bot
		if user := r.x.bots[string(s.text(id))]; user != nil {
			row.Actor, row.IsBot = user.id, true
			return
		}
	}
	var p *slackStranger
	row.Actor, row.IsBot, p = r.actor(s, id)
	row.IsBot = row.IsBot || marked
	if p == nil {
		return
	}
	p.bot, p.person = p.bot || marked, p.person || !marked
	profile := m.profile
	if !profile.some() {
		profile = m.botProfile
	}
	var username []byte
	if m.username.some() {
		username = s.bytes(m.username)
	}
	p.saw(at, s.b[profile.from:profile.to], username)
}

// actor is the id of an account that does something, "" for nobody, whether it is a bot's, and who it is when no list of users says.
func (r *slackRows) actor(s *jsonScanner, p span) (id string, bot bool, stranger *slackStranger) {
	if p.empty() {
		return "", false, nil
	}
	if user := r.x.users[string(s.b[p.from:p.to])]; user != nil {
		return user.id, user.bot, nil
	}
	if stranger = r.strangers[string(s.b[p.from:p.to])]; stranger == nil {
		id = string(s.bytes(p)) // differs when it holds escapes
		if user := r.x.users[id]; user != nil {
			return user.id, user.bot, nil
		}
		if stranger = r.strangers[id]; stranger == nil {
			stranger = &slackStranger{id: id}
			r.strangers[id] = stranger
		}
	}
	return stranger.id, stranger.id == slackbot, stranger
}

// word is the text of a span, the same string for the same text.
func (r *slackRows) word(s *jsonScanner, p span) string {
	w, ok := r.words[string(s.b[p.from:p.to])]
	if !ok {
		w = string(s.bytes(p))
		learn(r.words, s.b[p.from:p.to], w)
	}
	return w
}

func (r *slackRows) emojiOf(s *jsonScanner, p span) string {
	w, ok := r.emoji[string(s.b[p.from:p.to])]
	if !ok {
		w = emojiName(string(s.bytes(p)))
		learn(r.emoji, s.b[p.from:p.to], w)
	}
	return w
}

func learn(words map[string]string, raw []byte, word string) {
	if len(words) >= maxWords {
		clear(words)
	}
	words[string(raw)] = word
}

// nativeID is channel:ts, with the stamp always spelled alike: as ts is, mostly.
func (r *slackRows) nativeID(at int64, ts []byte) string {
	const block = 32 << 10
	need := len(r.channel) + 24
	if r.ids.Cap()-r.ids.Len() < need {
		r.ids = strings.Builder{} // the full one stays with the ids cut from it
		r.ids.Grow(max(block, need))
	}
	from := r.ids.Len()
	r.ids.WriteString(r.channel)
	r.ids.WriteByte(':')
	if len(ts) == len("1672531200.000100") && ts[0] != '0' && ts[10] == '.' {
		r.ids.Write(ts)
		return r.ids.String()[from:]
	}
	var digits [20]byte
	r.ids.Write(strconv.AppendInt(digits[:0], at/1e6, 10))
	// 1 before the fraction keeps its leading zeros; it is overwritten by the dot.
	frac := strconv.AppendInt(digits[:0], 1e6+at%1e6, 10)
	frac[0] = '.'
	r.ids.Write(frac)
	return r.ids.String()[from:]
}

// threadID is nativeID, remembering the last: replies stand together.
func (r *slackRows) threadID(at int64, ts []byte) string {
	if at != r.lastThread || r.channel != r.lastIn {
		r.thread, r.lastThread, r.lastIn = r.nativeID(at, ts), at, r.channel
	}
	return r.thread
}

var errTS = errors.New("ts is not a time")

// slackTime reads a stamp of Unix seconds with up to six decimals as microseconds, exactly: a float would move messages.
func slackTime(b []byte) (int64, error) {
	whole, i := int64(0), 0
	for ; i < len(b) && isDigit(b[i]); i++ {
		if i == 11 {
			return 0, errTS
		}
		whole = whole*10 + int64(b[i]-'0')
	}
	if i == 0 {
		return 0, errTS
	}
	micro := int64(0)
	if i < len(b) {
		frac := b[i+1:]
		if b[i] != '.' || len(frac) == 0 || len(frac) > 6 {
			return 0, errTS
		}
		for k := range 6 {
			micro *= 10
			if k < len(frac) {
				if !isDigit(frac[k]) {
					return 0, errTS
				}
				micro += int64(frac[k] - '0')
			}
		}
	}
	if whole < firstSecond || whole >= endSecond {
		return 0, errTimeOut
	}
	return whole*1e6 + micro, nil
}

// The range that checkRange keeps, in Unix seconds.
var (
	firstSecond = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	endSecond   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

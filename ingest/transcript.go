package ingest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var transcript = Source{
	Name:   "transcript",
	Doc:    "call transcripts: .vtt with the chat's .txt beside it, one or a directory of them, with --incident or a CSV: file, incident, start",
	Tree:   true,
	Lone:   true,
	Detect: func(in Input) bool { return in.recordings() != nil },
	Read:   reading(readTranscripts),
}

var meetingFields = []field{
	{name: "file", required: true, synonyms: []string{"meeting", "folder", "recording", "path", "transcript"}},
	{name: "incident", required: true, synonyms: []string{"incident id", "incidents"}},
	{name: "start", synonyms: []string{"started at", "start time", "meeting start", "at"}},
}

// transcriptCompany are files that lie beside transcripts and are not read.
var transcriptCompany = []string{".md", ".m4a", ".mp4", ".mp3", ".wav", ".html", ".conf", ".m3u", ".pdf", ".docx", ".zoom"}

// recordings are the files of a tree that are read.
type recordings struct{ vtt, chat, tables []string }

// recordings lists them when the tree holds at least one WebVTT file and nothing that could be another export; else nil.
func (in Input) recordings() *recordings {
	r := &recordings{}
	foreign := false
	err := fs.WalkDir(in.FS, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "__MACOSX")
		ext := strings.ToLower(path.Ext(name))
		switch {
		case err != nil:
			return err
		case hidden && d.IsDir():
			return fs.SkipDir
		case hidden, d.IsDir(), contains(transcriptCompany, ext):
		case ext == ".txt":
			r.chat = append(r.chat, name)
		case ext == ".vtt" && strings.HasPrefix(string(in.only(name).head(6)), "WEBVTT"):
			r.vtt = append(r.vtt, name)
		case ext == ".csv" && in.only(name).csvHas(meetingFields):
			r.tables = append(r.tables, name)
		default:
			foreign = true
			return fs.SkipAll
		}
		return nil
	})
	if err != nil || foreign || len(r.vtt) == 0 {
		return nil
	}
	return r
}

// meeting is one call: a transcript and the chats beside it.
type meeting struct {
	id        string // what its activity is keyed by
	names     []string
	vtt       string
	chats     []string
	incidents []string
	start     time.Time
}

// readTranscripts sends who joined, who spoke and what was written in each call. Times in a transcript are offsets: the start of
// the call comes from the CSV, else from the name of the file or its directory, and without either nothing is read.
func readTranscripts(e *emitter) {
	tree := e.in
	files := tree.recordings()
	if files == nil {
		e.err(fail(tree, "holds no WebVTT transcript, or other files besides", "name a .vtt file, or a directory of transcripts with their chats and a CSV of meetings"))
		return
	}
	meetings := e.meetings(files)
	for _, name := range files.tables {
		e.in, e.file = tree.only(name), name
		e.csv(meetingFields, func(rec csvRecord) { e.meetingLine(rec, meetings) })
		e.in = tree
	}
	for _, m := range meetings {
		if e.stopped {
			return
		}
		if len(m.incidents) == 0 && tree.Incident != "" {
			m.incidents = []string{tree.Incident}
		}
		e.file, e.n = m.vtt, 0
		switch {
		case len(m.incidents) == 0 && len(files.tables) > 0:
			e.notice("the CSV of meetings does not name this one, it is passed over")
			continue
		case len(m.incidents) == 0:
			e.err(fmt.Errorf("%s: nothing says which incident %s is about; give --incident ID, or put a CSV beside it with the columns file, incident, start", tree.Path, m.vtt))
			return
		case m.start.IsZero() && !e.startOf(m):
			e.err(fmt.Errorf("%s: nothing says when %s began; put a CSV beside it with the columns file, incident, start, or name it like GMT20250131-140000 or 2025-01-31 14.00.00", tree.Path, m.vtt))
			return
		}
		e.meeting(tree, m)
	}
}

// meetings groups the files. Several transcripts of one call, as a corrected one beside the first, are one: speech is not counted
// twice.
func (e *emitter) meetings(files *recordings) []*meeting {
	var out []*meeting
	at := map[string]*meeting{}
	perDir := map[string]int{}
	for _, name := range files.vtt {
		key := path.Join(path.Dir(name), transcriptStem(name))
		m := at[key]
		if m == nil {
			m = &meeting{vtt: name}
			at[key] = m
			out = append(out, m)
			perDir[path.Dir(name)]++
			continue
		}
		other := name
		if transcriptRank(name) > transcriptRank(m.vtt) {
			m.vtt, other = name, m.vtt
		}
		e.file = other
		e.notice("another transcript of the same call is read instead")
	}
	for key, m := range at {
		dir, base := path.Split(path.Clean("/" + path.Join(e.in.Path, key)))
		if e.in.single() != "" { // Path names the file itself
			dir, base = path.Split(path.Join(path.Dir(path.Clean("/"+e.in.Path)), transcriptStem(m.vtt)))
		}
		full := strings.Trim(path.Join(dir, base), "/")
		m.id = meetingID(full)
		m.names = []string{path.Join(path.Base(dir), path.Base(m.vtt)), m.vtt, path.Base(m.vtt), strings.TrimSuffix(path.Base(m.vtt), path.Ext(m.vtt)), path.Base(full)}
		if perDir[path.Dir(m.vtt)] == 1 {
			m.names = append(m.names, path.Dir(m.vtt), path.Base(path.Dir(m.vtt)))
		}
	}
	for _, name := range files.chat {
		var best *meeting
		for key, m := range at {
			if path.Dir(m.vtt) != path.Dir(name) {
				continue
			}
			stem := path.Base(key)
			if perDir[path.Dir(name)] == 1 || strings.HasPrefix(path.Base(name), stem) {
				if best == nil || len(key) > len(path.Join(path.Dir(best.vtt), transcriptStem(best.vtt))) {
					best = m
				}
			}
		}
		if best == nil {
			e.file = name
			e.notice("a text file beside several transcripts belongs to none of them by its name")
			continue
		}
		best.chats = append(best.chats, name)
	}
	return out
}

// transcriptWords are what tools add to the name of a recording.
var transcriptWords = regexp.MustCompile(`(?i)[._ -]*(audio_)?(transcript|closed_captions?|captions|corrected|cc)$`)

// transcriptStem is a file's name without its extension and such words: "" for transcript.vtt, which is called like its directory.
func transcriptStem(name string) string {
	s := strings.TrimSuffix(path.Base(name), path.Ext(name))
	for t := ""; t != s; {
		t, s = s, transcriptWords.ReplaceAllString(s, "")
	}
	return s
}

// transcriptRank orders transcripts of one call: corrected ones, then transcripts, then captions.
func transcriptRank(name string) int {
	switch name = strings.ToLower(path.Base(name)); {
	case strings.Contains(name, "corrected"):
		return 2
	case strings.Contains(name, "transcript"):
		return 1
	}
	return 0
}

// meetingID is the shortest end of a path that begins at a part with a digit, else its last two parts: names of recordings and
// incidents have digits, and so the key is the same from whatever directory the call is loaded.
func meetingID(full string) string {
	parts := strings.Split(full, "/")
	for i := len(parts) - 1; i > 0; i-- {
		if strings.ContainsAny(parts[i], "0123456789") {
			return strings.Join(parts[i:], "/")
		}
	}
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// meetingLine notes what the CSV says of a call.
func (e *emitter) meetingLine(rec csvRecord, meetings []*meeting) {
	incidents := splitList(rec.get("incident"))
	if len(incidents) == 0 {
		e.reject("incident is empty", rec.get("file"))
		return
	}
	var start time.Time
	if v := rec.get("start"); v != "" {
		var ok bool
		if start, ok = e.instant("start", v); !ok {
			return
		}
	}
	name := strings.TrimSuffix(strings.TrimPrefix(path.Clean(strings.ReplaceAll(rec.get("file"), `\`, "/")), "./"), "/")
	found := false
	for _, m := range meetings {
		if name == "." || !contains(m.names, name) {
			continue
		}
		found = true
		for _, id := range incidents {
			if !contains(m.incidents, id) {
				m.incidents = append(m.incidents, id)
			}
		}
		if !start.IsZero() {
			m.start = start
		}
	}
	if !found {
		e.notice("the CSV names a meeting that has no transcript here")
	}
	e.done()
}

var (
	startGMT  = regexp.MustCompile(`GMT([0-9]{8})-([0-9]{6})`)
	startTime = regexp.MustCompile(`([0-9]{4}-[0-9]{2}-[0-9]{2})[ T_]([0-9]{2})[.:_h-]?([0-9]{2})[.:_m-]([0-9]{2})`)
	startDay  = regexp.MustCompile(`(?:^|[^0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[^0-9]|$)`)
)

// startOf takes the start of a call from the names of its file and directories, nearest first: Zoom's cloud writes
// GMT20250131-140000, its desktop 2025-01-31 14.00.00; a bare day is its midnight.
func (e *emitter) startOf(m *meeting) bool {
	parts := strings.Split(m.id, "/")
	if base := path.Base(m.vtt); base != parts[len(parts)-1] {
		parts = append(parts, base)
	}
	slices.Reverse(parts)
	for _, part := range parts {
		var stamp string
		day := false
		if g := startGMT.FindStringSubmatch(part); g != nil {
			t, err := time.Parse("20060102150405", g[1]+g[2])
			if err != nil {
				continue
			}
			stamp = t.Format(time.RFC3339)
		} else if g := startTime.FindStringSubmatch(part); g != nil {
			stamp = fmt.Sprintf("%s %s:%s:%s", g[1], g[2], g[3], g[4])
		} else if g := startDay.FindStringSubmatch(part); g != nil {
			stamp, day = g[1], true
		}
		t, zoneless, err := parseStamp(stamp, e.in.location())
		if err != nil {
			continue
		}
		if m.start = t; day {
			e.notice("start of the call taken as midnight of the day in its name; a CSV with file, incident, start is better")
		} else if zoneless {
			e.notice(zonelessReason)
		}
		return true
	}
	return false
}

// meeting sends one call: joins first, then speech, then chat.
func (e *emitter) meeting(tree Input, m *meeting) {
	c := &call{emitter: e, m: m, used: map[string]int{}}
	first := map[string]time.Time{}
	see := func(at time.Time, who string) {
		if t, ok := first[who]; who != "" && (!ok || at.Before(t)) {
			first[who] = at
		}
	}
	quiet := &emitter{ctx: e.ctx, in: tree, yield: func(schema.Row, error) bool { return true }} // what is wrong is said by the second pass
	readCues(quiet, tree, m, func(u utterance) { see(u.at, u.who) })
	for _, name := range m.chats {
		readChat(quiet, tree, m, name, func(u utterance) { see(u.at, u.who) })
	}
	people := make([]string, 0, len(first))
	for who := range first {
		people = append(people, who)
	}
	slices.SortFunc(people, func(a, b string) int {
		if d := first[a].Compare(first[b]); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, who := range people {
		c.send(utterance{at: first[who], who: who, kind: schema.CallJoined}, "joined")
	}
	readCues(e, tree, m, func(u utterance) {
		c.send(u, "spoke/"+u.offset)
		e.done()
	})
	for _, name := range m.chats {
		c.said = nil
		readChat(e, tree, m, name, func(u utterance) {
			c.chat(u)
			e.done()
		})
	}
}

// call numbers the activity of one meeting and remembers who wrote what in its chat.
type call struct {
	*emitter
	m    *meeting
	used map[string]int
	said []utterance
}

// utterance is something said or written.
type utterance struct {
	at     time.Time
	offset string // from the start, as written
	who    string
	text   string
	kind   schema.Kind
	target string
	emoji  string
}

func (c *call) send(u utterance, what string) {
	id := c.m.id + "/" + what
	key := id + "\x00" + u.who + "\x00" + u.emoji + "\x00" + string(u.kind)
	if c.used[key]++; c.used[key] > 1 {
		id = fmt.Sprintf("%s~%d", id, c.used[key])
	}
	c.row(&schema.ActivityRow{
		At: u.at, Source: "transcript", NativeID: id, Kind: u.kind, Actor: u.who, TargetActor: u.target, Container: c.m.id, Emoji: u.emoji,
		IncidentRef: c.m.incidents, Size: chars(u.text),
	})
	c.person("transcript", u.who)
}

var (
	chatReaction = regexp.MustCompile(`(?s)^Reacted to "(.*)" with (\S+)\s*$`)
	chatRemoved  = regexp.MustCompile(`(?s)^Removed an? (.*) reaction from "(.*)"\s*$`)
	chatReply    = regexp.MustCompile(`(?s)^Replying to "(.*?)"\s*\n(.*)$`)
)

// chat sends a line of the chat. Zoom writes reactions and replies as lines that quote the beginning of a message: whose message it was
// is found by that.
func (c *call) chat(u utterance) {
	u.kind = schema.Message
	switch {
	case chatRemoved.MatchString(u.text):
		return
	case chatReaction.MatchString(u.text):
		g := chatReaction.FindStringSubmatch(u.text)
		u.kind, u.emoji, u.target, u.text = schema.Reaction, plainEmoji(g[2]), c.author(g[1]), ""
	case chatReply.MatchString(u.text):
		g := chatReply.FindStringSubmatch(u.text)
		u.kind, u.target, u.text = schema.Reply, c.author(g[1]), strings.TrimSpace(g[2])
	}
	c.send(u, "chat/"+u.offset)
	if u.kind != schema.Reaction {
		if len(u.text) > quoted {
			u.text = u.text[:quoted]
		}
		c.said = append(c.said, u)
	}
}

// quoted is how much of a message is kept to recognize a quotation, which is about twenty characters long.
const quoted = 120

// author is who wrote the latest message that begins like a quotation, "" when it is not found.
func (c *call) author(quote string) string {
	quote = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(quote), "..."))
	if quote == "" || len(quote) > quoted {
		return ""
	}
	for _, u := range slices.Backward(c.said) {
		if strings.HasPrefix(u.text, quote) {
			return u.who
		}
	}
	return ""
}

// plainEmoji takes skin tones and the mark of a coloured picture off an emoji, and the colons off a name.
func plainEmoji(s string) string {
	return emojiName(strings.Map(func(r rune) rune {
		if r >= 0x1F3FB && r <= 0x1F3FF || r == 0xFE0F {
			return -1
		}
		return r
	}, s))
}

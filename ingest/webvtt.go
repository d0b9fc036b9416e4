package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// textLines calls line for every line of a file of a tree with its number, from 1, without its end. An error that is not the end of
// the file is sent and ends reading.
func textLines(e *emitter, tree Input, name string, line func(n int, s string)) {
	e.file = name
	f, err := tree.Open(name)
	if err != nil {
		e.err(err)
		return
	}
	defer f.Close()
	text, _ := utf8Reader(f)
	r := bufio.NewReader(newLineReader(text))
	for n := 1; !e.stopped; n++ {
		s, err := r.ReadString('\n')
		if e.n = n; s != "" {
			line(n, strings.TrimRight(s, "\r\n"))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			e.err(fmt.Errorf("%s: %s: %w", tree.Path, name, err))
			return
		}
	}
}

var (
	cueTiming = regexp.MustCompile(`^\s*((?:[0-9]{1,4}:)?[0-5]?[0-9]:[0-5][0-9][.,][0-9]{1,3})\s+-->\s`)
	cueVoice  = regexp.MustCompile(`<v(?:\.[^ >]*)?\s+([^>]*)>`)
	cueTag    = regexp.MustCompile(`</?[a-zA-Z0-9:.][^>]*>`)
	cueName   = regexp.MustCompile(`^([\p{L}\p{N}@][^:?!;"<>]{0,79}): +`)
)

// readCues reads a WebVTT file: who begins to speak at each cue's start, by its voice tag or the name before its text.
func readCues(e *emitter, tree Input, m *meeting, send func(utterance)) {
	var block []string
	begun := 0
	flush := func() {
		if len(block) > 0 {
			e.n = begun
			readCue(e, m, block, send)
		}
		block = nil
	}
	textLines(e, tree, m.vtt, func(n int, s string) {
		if strings.TrimSpace(s) == "" {
			flush()
			return
		}
		if len(block) == 0 {
			begun = n
		}
		if len(block) < 100 { // a cue is a few lines
			block = append(block, s)
		}
	})
	if !e.stopped {
		flush()
	}
}

func readCue(e *emitter, m *meeting, block []string, send func(utterance)) {
	at := 0
	for at < len(block) && !strings.Contains(block[at], "-->") {
		at++
	}
	if at == len(block) { // the header, NOTE, STYLE, REGION
		if strings.HasPrefix(strings.TrimPrefix(block[0], "\ufeff"), "WEBVTT") || strings.HasPrefix(block[0], "NOTE") || strings.HasPrefix(block[0], "STYLE") ||
			strings.HasPrefix(block[0], "REGION") {
			return
		}
		e.reject("cue has no time", block[0])
		return
	}
	g := cueTiming.FindStringSubmatch(block[at])
	if g == nil {
		e.reject("cue's time cannot be read", block[at])
		return
	}
	offset, ok := clockOffset(g[1])
	if !ok {
		e.reject("cue's time cannot be read", block[at])
		return
	}
	text := strings.TrimSpace(strings.Join(block[at+1:], "\n"))
	who := ""
	if v := cueVoice.FindStringSubmatch(text); v != nil {
		who = v[1]
	}
	text = strings.TrimSpace(cueTag.ReplaceAllString(text, ""))
	if n := cueName.FindStringSubmatch(text); who == "" && n != nil && len(strings.Fields(n[1])) <= 6 {
		who, text = n[1], text[len(n[0]):]
	}
	if who = personKey(who); who == "" {
		e.notice("cue without a speaker passed over")
		e.done()
		return
	}
	send(utterance{at: m.start.Add(offset), offset: g[1], who: who, text: text, kind: schema.CallSpoke})
}

// clockOffset reads 00:05:49.620, 05:49.620 or 00:05:49.
func clockOffset(s string) (time.Duration, bool) {
	s = strings.Replace(s, ",", ".", 1)
	parts := strings.Split(s, ":")
	if len(parts) == 2 {
		parts = append([]string{"0"}, parts...)
	}
	if len(parts) != 3 {
		return 0, false
	}
	h, err := strconv.Atoi(parts[0])
	min, err2 := strconv.Atoi(parts[1])
	sec, err3 := time.ParseDuration(parts[2] + "s")
	if err != nil || err2 != nil || err3 != nil || h > 9999 || min > 59 || sec < 0 || sec >= time.Minute {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(min)*time.Minute + sec, true
}

var (
	chatOffset = regexp.MustCompile(`^([0-9]{2,3}:[0-9]{2}:[0-9]{2})\t\s*(?:From\s+)?([^\t]*?)\s*:?\s*\t(.*)$`)
	chatClock  = regexp.MustCompile(`^([0-9]{2}:[0-9]{2}:[0-9]{2})\s+From\s+(.+?)\s+[tT]o\s+(.+?)\s*:\s*(.*)$`)
)

// readChat reads a chat that Zoom saved: its cloud writes offsets from the start ("00:05:28<tab>Ana:<tab>text"), its desktop the time of
// day ("14:05:28 From Ana to Everyone: text", in the account's zone). Lines without a time go on with the message before.
func readChat(e *emitter, tree Input, m *meeting, name string, send func(utterance)) {
	var u *utterance
	size := 0
	flush := func() {
		if u != nil {
			u.text = strings.TrimSpace(u.text)
			send(*u)
		}
		u, size = nil, 0
	}
	textLines(e, tree, name, func(n int, s string) {
		g := chatOffset.FindStringSubmatch(s)
		clock := false
		if g == nil {
			if g = chatClock.FindStringSubmatch(s); g != nil {
				g[3], clock = g[4], true
			}
		}
		if g == nil {
			switch {
			case u != nil && size < maxChat:
				u.text += "\n" + s
				size += len(s)
			case u == nil && strings.TrimSpace(s) != "":
				e.reject("line of the chat has no time", s)
			}
			return
		}
		flush()
		offset, ok := clockOffset(g[1])
		who := personKey(g[2])
		switch {
		case !ok:
			e.reject("time of the chat cannot be read", g[1])
			return
		case who == "":
			e.reject("line of the chat names nobody", s)
			return
		}
		at := m.start.Add(offset)
		if clock {
			at = onClock(m.start, offset, e.in.location())
		}
		u = &utterance{at: at, offset: g[1], who: who, text: g[3]}
	})
	if !e.stopped {
		flush()
	}
}

// maxChat bounds one message of a chat, whose size is all that is kept.
const maxChat = 64 << 10

// onClock is the first time at or after the hour before start at which a clock in loc shows the time of day.
func onClock(start time.Time, timeOfDay time.Duration, loc *time.Location) time.Time {
	early := start.Add(-time.Hour).In(loc)
	at := time.Date(early.Year(), early.Month(), early.Day(), 0, 0, int(timeOfDay/time.Second), 0, loc)
	if at.Before(early) {
		at = time.Date(early.Year(), early.Month(), early.Day()+1, 0, 0, int(timeOfDay/time.Second), 0, loc)
	}
	return at.UTC()
}

package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orgheat/orgheat/schema"
)

// slackReference reads one day file the slow and obvious way, with encoding/json into maps, as a second opinion on the scanner and
// on slackRows. It knows the people of slackTestUsers and nothing else.
type slackReference struct {
	channel string
	rows    []schema.ActivityRow
	rejects []string
	records int
	actors  map[string]bool // who is not in slackTestUsers
}

// read returns false for what is no valid JSON list.
func (r *slackReference) read(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var list []json.RawMessage
	if !json.Valid(data) || json.Unmarshal(data, &list) != nil {
		return false
	}
	r.actors = map[string]bool{}
	for _, raw := range list {
		if reason := r.record(raw); reason != "" {
			r.rejects = append(r.rejects, reason)
		} else {
			r.records++
		}
	}
	return true
}

type object = map[string]any

func decodeAny(raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	_ = d.Decode(&v)
	return v
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func (r *slackReference) record(raw []byte) (reason string) {
	m, ok := decodeAny(raw).(object)
	if !ok {
		return "record is not an object"
	}
	var stamp string
	switch v := m["ts"].(type) {
	case nil:
		return "record without ts"
	case string:
		stamp = v
	case json.Number:
		stamp = string(v)
	}
	at, reason := referenceTime(stamp)
	if reason != "" {
		return reason
	}
	subtype := text(m["subtype"])
	room, _ := m["room"].(object)
	written := slices.Contains([]string{"", "thread_broadcast", "bot_message", "me_message", "file_share", "file_comment", "slackbot_response", "assistant_app_thread"}, subtype)
	call := subtype == "huddle_thread" || subtype == "sh_room_created" || written && room != nil
	join := subtype == "channel_join" || subtype == "group_join"
	leave := subtype == "channel_leave" || subtype == "group_leave"
	if m["hidden"] == true || !written && !call && !join && !leave {
		return ""
	}
	id := func(t time.Time) string { return fmt.Sprintf("%s:%d.%06d", r.channel, t.Unix(), t.Nanosecond()/1000) }
	row := schema.ActivityRow{At: at, Source: "slack", Account: "T1", Container: r.channel, NativeID: id(at)}
	reply := false
	var threadStamp string
	switch v := m["thread_ts"].(type) {
	case string:
		threadStamp = v
	case json.Number:
		threadStamp = string(v)
	}
	if t, bad := referenceTime(threadStamp); bad == "" {
		row.Thread = id(t)
		reply = !t.Equal(at)
	}
	comment, _ := m["comment"].(object)
	file, _ := m["file"].(object)
	marked := text(m["bot_id"]) != "" || subtype == "bot_message"
	switch {
	case text(m["user"]) != "":
		row.Actor = text(m["user"])
	case text(comment["user"]) != "":
		row.Actor = text(comment["user"])
	case text(m["bot_id"]) == "B1":
		row.Actor = "UBOT"
	default:
		row.Actor = text(m["bot_id"])
	}
	before := len(r.rows)
	r.meet(row.Actor)
	row.IsBot = marked || row.Actor == "UBOT" || row.Actor == slackbot
	switch {
	case call:
		r.call(row, room)
	case join:
		row.Kind = schema.Join
		r.rows = append(r.rows, row)
	case leave:
		row.Kind = schema.Leave
		r.rows = append(r.rows, row)
	default:
		r.written(row, m, subtype, comment, file, reply)
	}
	r.reactions(row, m)
	key := func(a schema.ActivityRow) []string { return []string{string(a.Kind), a.Actor, a.Emoji} }
	slices.SortStableFunc(r.rows[before:], func(a, b schema.ActivityRow) int { return slices.Compare(key(a), key(b)) })
	return ""
}

func (r *slackReference) written(row schema.ActivityRow, m object, subtype string, comment, file object, reply bool) {
	words := text(m["text"])
	if c, ok := comment["comment"].(string); ok && subtype == "file_comment" {
		words = c
	}
	files, _ := m["files"].([]any)
	if subtype == "file_share" && file != nil && len(files) == 0 {
		_, words, _ = strings.Cut(words, " and commented: ")
	}
	row.Size = uint32(utf8.RuneCountInString(words))
	row.Kind = schema.Message
	if reply || subtype == "thread_broadcast" {
		row.Kind = schema.Reply
		root, _ := m["root"].(object)
		row.TargetActor = text(m["parent_user_id"])
		if row.TargetActor == "" {
			row.TargetActor = text(root["user"])
		}
	} else if words == "" && (len(files) > 0 || file != nil) {
		row.Kind = schema.File
	}
	edited, _ := m["edited"].(object)
	if t, bad := referenceTime(text(edited["ts"])); bad == "" {
		row.Updated = t
	}
	r.rows = append(r.rows, row)
}

func (r *slackReference) call(row schema.ActivityRow, room object) {
	row.Kind = schema.CallJoined
	history, _ := room["participant_history"].([]any)
	now, _ := room["participants"].([]any)
	var met []string
	for _, v := range append(append([]any{room["created_by"]}, history...), now...) {
		if p := text(v); p != "" && !slices.Contains(met, p) {
			met = append(met, p)
			row.Actor, row.IsBot = p, p == "UBOT" || p == slackbot
			r.meet(p)
			r.rows = append(r.rows, row)
		}
	}
}

func (r *slackReference) reactions(row schema.ActivityRow, m object) {
	list, _ := m["reactions"].([]any)
	for _, v := range list {
		mark, _ := v.(object)
		users, _ := mark["users"].([]any)
		emoji := emojiName(text(mark["name"]))
		for _, u := range users {
			if p := text(u); p != "" && emoji != "" {
				r.meet(p)
				r.rows = append(r.rows, schema.ActivityRow{
					At: row.At, Source: "slack", Account: "T1", NativeID: row.NativeID, Kind: schema.Reaction, Actor: p, TargetActor: row.Actor,
					Container: row.Container, Thread: row.Thread, Emoji: emoji, IsBot: p == "UBOT" || p == slackbot,
				})
			}
		}
	}
}

func (r *slackReference) meet(id string) {
	if id != "" && id != "UBOT" && id != "UADA" {
		r.actors[id] = true
	}
}

func referenceTime(s string) (time.Time, string) {
	whole, frac, dot := strings.Cut(s, ".")
	if len(whole) == 0 || len(whole) > 11 || dot && (len(frac) == 0 || len(frac) > 6) || strings.Trim(whole+frac, "0123456789") != "" {
		return time.Time{}, "ts is not a time"
	}
	sec, _ := strconv.Atoi(whole)
	micro, _ := strconv.Atoi((frac + "000000")[:6])
	t := time.Unix(int64(sec), int64(micro)*1000).UTC()
	if t.Year() < 1990 || t.Year() > 2099 {
		return time.Time{}, "time out of range, 1990 to 2099 is kept"
	}
	return t, ""
}

package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// activityFields are the columns of the table activity: the way in for any tool that has no source of its own.
var activityFields = []field{
	{name: "at", required: true, synonyms: []string{"timestamp"}},
	{name: "source", required: true},
	{name: "kind", required: true},
	{name: "account"}, {name: "native_id"}, {name: "actor"}, {name: "target_actor"}, {name: "container"}, {name: "thread"}, {name: "emoji"},
	{name: "incident_ref"}, {name: "size"}, {name: "is_bot"},
}

var activity = Source{
	Name:   "activity",
	Doc:    "anything else, in our own columns (at, source, kind, actor, container, incident_ref ...): NDJSON, JSON, CSV or Parquet",
	Detect: detectActivity,
	Read:   reading(readActivity),
}

func detectActivity(in Input) bool {
	if in.isParquet() {
		return true // no other kind comes as Parquet
	}
	if o := in.outline(); len(o.keys) > 0 {
		return o.has("at", "source", "kind") && schemaKind(o.at("kind").text)
	}
	return in.csvMostly(activityFields)
}

func schemaKind(s string) bool {
	for _, k := range schema.Kinds {
		if string(k) == s {
			return true
		}
	}
	return false
}

// activityRecord is one line in any of the formats; values are text.
type activityRecord struct {
	line   int
	fields map[string]string
	refs   []string
}

func readActivity(e *sender) {
	switch {
	case e.in.isParquet():
		readActivityParquet(e)
	case e.in.isJSON():
		fields := map[string]string{}
		e.json(nil, func(rec jsonRecord) {
			clear(fields)
			var refs looseList
			object := rec.d.members(rec.raw, func(key []byte, i int) int {
				var text looseText
				end := text.fromJSON(rec.d, i)
				if len(key) == len("incident_ref") && strings.EqualFold(string(key), "incident_ref") {
					end = refs.fromJSON(rec.d, i)
				}
				fields[rec.d.word(key)] = string(text)
				return end
			})
			if !object {
				var none struct{}
				if err := rec.decode(e.file, &none); err != nil { // says what it is instead
					e.err(err)
					return
				}
			}
			r := activityRecord{line: rec.n, fields: fields, refs: refs.names}
			if refs.count != "" { // an incident may have a number for a name
				r.refs = []string{refs.count}
			}
			sendActivity(e, r)
		})
	default:
		e.csv(activityFields, func(rec csvRecord) {
			r := activityRecord{line: rec.line, fields: map[string]string{}, refs: splitList(rec.get("incident_ref"))}
			for _, f := range activityFields {
				r.fields[f.name] = rec.get(f.name)
			}
			sendActivity(e, r)
		})
	}
}

// sendActivity checks and sends one activity, and its actors' identities.
func sendActivity(e *sender, r activityRecord) {
	get := func(name string) string { return strings.TrimSpace(r.fields[name]) }
	row := schema.ActivityRow{
		Source: get("source"), Account: get("account"), NativeID: get("native_id"), Kind: schema.Kind(get("kind")),
		Actor: actorKey(get("actor")), TargetActor: actorKey(get("target_actor")), Container: get("container"), Thread: get("thread"),
		Emoji: emojiName(get("emoji")),
	}
	switch {
	case row.Source == "":
		e.reject(r.line, "source is empty", "")
		return
	case row.Kind == "":
		e.reject(r.line, "kind is empty", "")
		return
	case !schemaKind(string(row.Kind)):
		e.reject(r.line, "kind is none of the kinds of activity", string(row.Kind))
		return
	}
	for _, ref := range r.refs {
		if ref = strings.TrimSpace(ref); ref != "" && !contains(row.IncidentRef, ref) {
			row.IncidentRef = append(row.IncidentRef, ref)
		}
	}
	if v := get("size"); v != "" {
		n, err := strconv.ParseUint(v, 10, 32)
		if err != nil {
			e.reject(r.line, "size is not a whole number", v)
			return
		}
		row.Size = uint32(n)
	}
	var ok bool
	if row.IsBot, ok = truth(get("is_bot")); !ok {
		e.reject(r.line, "is_bot is neither true nor false", get("is_bot"))
		return
	}
	if row.At, ok = e.instant(r.line, "at", get("at")); !ok {
		return
	}
	if row.NativeID == "" {
		row.NativeID = derivedID(&row)
	}
	e.row(&row)
	if !ownDirectory[row.Source] {
		e.actor(&row, row.Actor, row.IsBot)
		e.actor(&row, row.TargetActor, false)
	}
	e.done()
}

// ownDirectory are sources whose own exports say who their accounts are: a bare mention here must not take the place of that.
var ownDirectory = map[string]bool{"slack": true, "pagerduty": true, "opsgenie": true, "github": true, "jira": true, "roster": true}

func (e *sender) actor(row *schema.ActivityRow, id string, bot bool) {
	identity := schema.IdentityRow{Source: row.Source, Account: row.Account, NativeID: id, Email: email(id), IsBot: bot}
	if identity.Email == "" {
		identity.Name = id
	}
	e.identity(identity)
}

// actorKey keeps an account as it is written, and folds an e-mail address.
func actorKey(s string) string {
	if a := email(s); a != "" {
		return a
	}
	return s
}

// derivedID is the native id of an activity that has none: the same line gives the same id whenever it is loaded, and two equal lines
// are one activity.
func derivedID(r *schema.ActivityRow) string {
	h := sha256.New()
	parts := []string{r.At.Format(time.RFC3339Nano), r.Source, r.Account, string(r.Kind), r.Actor, r.TargetActor, r.Container, r.Thread, r.Emoji,
		strconv.FormatUint(uint64(r.Size), 10)}
	for _, p := range append(parts, r.IncidentRef...) {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return "derived-" + hex.EncodeToString(h.Sum(nil)[:12])
}

// truth reads a truth value; "" is false.
func truth(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "", "false", "f", "no", "n", "0":
		return false, true
	case "true", "t", "yes", "y", "1":
		return true, true
	}
	return false, false
}

package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// The places of the columns in activityFields.
const (
	cellAt = iota
	cellSource
	cellKind
	cellAccount
	cellNativeID
	cellActor
	cellTarget
	cellContainer
	cellThread
	cellEmoji
	cellRef
	cellSize
	cellBot
	activityCells
)

// activityFields are the columns of the table activity: the way in for any tool that has no source of its own.
var activityFields = []field{
	cellAt: {name: "at", required: true, synonyms: []string{"timestamp"}}, cellSource: {name: "source", required: true}, cellKind: {name: "kind", required: true},
	cellAccount: {name: "account"}, cellNativeID: {name: "native_id"}, cellActor: {name: "actor"}, cellTarget: {name: "target_actor"},
	cellContainer: {name: "container"}, cellThread: {name: "thread"}, cellEmoji: {name: "emoji"}, cellRef: {name: "incident_ref"}, cellSize: {name: "size"},
	cellBot: {name: "is_bot"},
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
	return slices.Contains(schema.Kinds, schema.Kind(s))
}

// activityRecord is one line in any of the formats; values are text.
type activityRecord struct {
	line  int                   // of a Parquet file, which is read in batches
	cells [activityCells]string // by the places in activityFields, without cellRef
	refs  []string
}

func readActivity(e *emitter) {
	switch {
	case e.in.isParquet():
		readActivityParquet(e)
	case e.in.isJSON():
		e.json(nil, func(rec jsonRecord) {
			var r activityRecord
			if err := r.json(rec, e.file); err != nil {
				e.err(err)
				return
			}
			sendActivity(e, &r)
		})
	default:
		e.csv(activityFields, func(rec csvRecord) {
			r := activityRecord{refs: splitList(rec.get("incident_ref"))}
			for i, f := range activityFields {
				r.cells[i] = rec.get(f.name)
			}
			sendActivity(e, &r)
		})
	}
}

func (r *activityRecord) json(rec jsonRecord, file string) error {
	var refs looseList
	object := rec.d.members(rec.raw, func(key []byte, i int) int {
		if len(key) == len("incident_ref") && strings.EqualFold(string(key), "incident_ref") {
			return refs.fromJSON(rec.d, i)
		}
		for k := range activityFields {
			if activityFields[k].name == string(key) {
				var text looseText
				end := text.fromJSON(rec.d, i)
				r.cells[k] = string(text)
				return end
			}
		}
		return rec.d.s.skip(i, 1)
	})
	if !object {
		var none struct{}
		return rec.decode(file, &none) // says what it is instead
	}
	r.refs = refs.names
	if refs.count != "" { // an incident may have a number for a name
		r.refs = []string{refs.count}
	}
	return nil
}

// sendActivity checks and sends one activity, and its actors' identities.
func sendActivity(e *emitter, r *activityRecord) {
	get := func(cell int) string { return strings.TrimSpace(r.cells[cell]) }
	row := schema.ActivityRow{
		Source: get(cellSource), Account: get(cellAccount), NativeID: get(cellNativeID), Kind: schema.Kind(get(cellKind)),
		Actor: actorKey(get(cellActor)), TargetActor: actorKey(get(cellTarget)), Container: get(cellContainer), Thread: get(cellThread),
		Emoji: emojiName(get(cellEmoji)),
	}
	switch {
	case row.Source == "":
		e.reject("source is empty", "")
		return
	case row.Kind == "":
		e.reject("kind is empty", "")
		return
	case !schemaKind(string(row.Kind)):
		e.reject("kind is none of the kinds of activity", string(row.Kind))
		return
	}
	for _, ref := range r.refs {
		if ref = strings.TrimSpace(ref); ref != "" && !contains(row.IncidentRef, ref) {
			row.IncidentRef = append(row.IncidentRef, ref)
		}
	}
	if v := get(cellSize); v != "" {
		n, err := strconv.ParseUint(v, 10, 32)
		if err != nil {
			e.reject("size is not a whole number", v)
			return
		}
		row.Size = uint32(n)
	}
	var ok bool
	if row.IsBot, ok = truth(get(cellBot)); !ok {
		e.reject("is_bot is neither true nor false", get(cellBot))
		return
	}
	if row.At, ok = e.instant("at", get(cellAt)); !ok {
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

func (e *emitter) actor(row *schema.ActivityRow, id string, bot bool) {
	identity := schema.IdentityRow{Source: row.Source, Account: row.Account, NativeID: id, Email: email(id), IsBot: bot}
	if identity.Email == "" {
		identity.Name = id
	}
	e.mention(identity)
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
	var room [512]byte
	text := room[:0]
	add := func(part string) {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	for _, part := range [...]string{r.At.Format(time.RFC3339Nano), r.Source, r.Account, string(r.Kind), r.Actor, r.TargetActor, r.Container, r.Thread, r.Emoji,
		strconv.FormatUint(uint64(r.Size), 10)} {
		add(part)
	}
	for _, ref := range r.IncidentRef {
		add(ref)
	}
	sum := sha256.Sum256(text)
	return "derived-" + hex.EncodeToString(sum[:12])
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

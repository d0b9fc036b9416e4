package ingest

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/orgheat/orgheat/schema"
)

var opsgenie = Source{
	Name:   "opsgenie",
	Doc:    "Opsgenie REST JSON: alerts, incidents, alert logs, schedule timelines, users",
	Detect: detectOpsgenie,
	Read: reading(func(e *emitter) {
		o := &ogReader{emitter: e}
		o.alertOfFile = ogAlertID(o.file)
		o.logsAt = map[string]int{}
		o.eachJSON(o.page, "data")
	}),
}

const opsgenieName = "opsgenie"

// detectOpsgenie knows the records by the keys that only Opsgenie's have, in its data envelope or without.
func detectOpsgenie(in Input) bool {
	o := in.outline()
	if o.has("data") && !o.has("id") {
		o = o.at("data")
	} else if o.has("logs") && ogKind(o.at("logs")) == "log" {
		return true
	}
	return ogKind(o) != ""
}

// ogKind names what an outline shows, "" when it is nothing of Opsgenie's that is read.
func ogKind(o *outline) string {
	switch {
	case o.has("tinyId", "message", "impactedServices"), o.has("tinyId", "message", "impactStartDate"):
		return "incident"
	case o.has("tinyId", "message"):
		return "alert"
	case o.has("log", "owner") && (o.has("createdAt") || o.has("logTime")):
		return "log"
	case o.has("_parent") && (o.has("finalTimeline") || o.has("baseTimeline")):
		return "timeline"
	case o.has("_parent") && (o.has("onCallParticipants") || o.has("onCallRecipients")):
		return "oncall"
	case o.has("username", "fullName") && (o.has("role") || o.has("timeZone")):
		return "user"
	case o.has("id", "name") && strings.Contains(o.at("links", "api").text, "opsgenie.com/"):
		return "name" // a team or a service
	}
	return ""
}

// ogReader turns objects into rows. Alerts carry no account in any form, so the account is always "": their ids are unique anyway.
type ogReader struct {
	*emitter
	alertOfFile string         // from the file's name, for logs that do not name their alert
	logsAt      map[string]int // how many log lines of one key the alert has so far
	logsOf      string         // the alert that logsAt is of
	seen        outline        // of the current record
	line        ogLog          // the current record, where it is one
}

// ogAlert is an alert's id as Opsgenie makes them: a UUID, and the milliseconds of its creation.
var ogAlert = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[0-9]{10,16})?`)

func ogAlertID(s string) string { return ogAlert.FindString(strings.ToLower(path.Base(s))) }

// page unwraps the envelope of a single object, and a collector's {alertId, logs}.
func (o *ogReader) page(r jsonRecord) bool {
	var envelope struct {
		ID       anyText           `json:"id"`
		AlertID  anyText           `json:"alertId"`
		AlertID2 anyText           `json:"alert_id"`
		Data     json.RawMessage   `json:"data"`
		Logs     []json.RawMessage `json:"logs"`
	}
	seen := o.seen.record(r.d, r.raw)
	if r.list == "" && (seen.has("data") || seen.has("logs")) && r.d.decode(r.raw, &envelope) == nil && envelope.ID == "" {
		if len(envelope.Data) > 0 && envelope.Data[0] == '{' {
			r.raw = envelope.Data
			seen = o.seen.record(r.d, r.raw)
		}
		if len(envelope.Logs) > 0 {
			kept := false
			for _, raw := range envelope.Logs {
				kept = o.log(jsonRecord{n: r.n, url: r.url, raw: raw, d: r.d}, firstOf(string(envelope.AlertID), string(envelope.AlertID2))) || kept
			}
			return kept
		}
	}
	kind := ogKind(seen)
	if kind == "" && seen.has("log", "owner") {
		kind = "log" // without a time, which it will say
	}
	switch kind {
	case "incident":
		return o.incident(r)
	case "alert":
		return o.alert(r)
	case "log":
		return o.log(r, "")
	case "timeline":
		return o.timeline(r)
	case "oncall":
		o.notice("on-call list without a start, ignored: export the schedule's timeline")
		return true
	case "user":
		return o.user(r)
	case "name":
		return true // names of teams and services; nothing refers to them by more than an id
	}
	o.reject("not an Opsgenie object that is read", string(r.raw))
	return false
}

// who gives the identity of a user, whom Opsgenie names by user name (an e-mail), and says whether it is one: owners of automatic
// actions are written as System, Alert API and the names of integrations.
func (o *ogReader) who(name, full string) (id string, bot bool) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "", true
	}
	address := email(name)
	if address == "" {
		o.identity(schema.IdentityRow{Source: opsgenieName, NativeID: name, Name: firstOf(full, name), IsBot: true})
		return name, true
	}
	o.identity(schema.IdentityRow{Source: opsgenieName, NativeID: address, Name: full, Email: address})
	return address, false
}

type ogTeam struct {
	Type anyText `json:"type"`
	Name anyText `json:"name"`
}

// ogOwner is the name of the first team among responders; where only ids are given, the team is unknown.
func ogOwner(lists ...[]ogTeam) string {
	for _, list := range lists {
		for _, t := range list {
			if t.Name != "" && (t.Type == "" || t.Type == "team") {
				return string(t.Name)
			}
		}
	}
	return ""
}

func (o *ogReader) alert(r jsonRecord) bool {
	var v struct {
		ID         anyText            `json:"id"`
		Message    anyText            `json:"message"`
		Status     anyText            `json:"status"`
		CreatedAt  anyText            `json:"createdAt"`
		UpdatedAt  anyText            `json:"updatedAt"`
		Priority   anyText            `json:"priority"`
		Owner      anyText            `json:"owner"`
		Teams      []ogTeam           `json:"teams"`
		Responders []ogTeam           `json:"responders"`
		Details    map[string]anyText `json:"details"`
		Links      struct {
			Web anyText `json:"web"`
		} `json:"links"`
		Report struct {
			AckTime   float64 `json:"ackTime"`   // milliseconds after creation
			CloseTime float64 `json:"closeTime"` // likewise
			AckedBy   anyText `json:"acknowledgedBy"`
			ClosedBy  anyText `json:"closedBy"`
		} `json:"report"`
	}
	if !o.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		o.reject("alert without an id", "")
		return false
	}
	start, ok := o.required("createdAt", string(v.CreatedAt))
	if !ok {
		return false
	}
	updated, ok := o.optional("updatedAt", string(v.UpdatedAt))
	if !ok {
		return false
	}
	row := &schema.IncidentRow{
		Source: opsgenieName, NativeID: string(v.ID), Record: schema.RecordAlert, Title: string(v.Message), Status: string(v.Status),
		Severity: string(v.Priority), StartedAt: start, OwningTeam: ogOwner(v.Teams, v.Responders), URL: string(v.Links.Web), Updated: updated,
	}
	service := ""
	if service = firstOf(string(v.Details["service"]), string(v.Details["Service"])); service != "" {
		row.Services = []string{service}
	}
	if v.Report.CloseTime > 0 {
		row.ResolvedAt = ogAfter(start, v.Report.CloseTime)
	} else if v.Status == "closed" {
		row.ResolvedAt = updated
	}
	o.checkEnds(row)
	refs := references(row.Title)
	o.row(row)
	o.alertAt(row.NativeID, service, start, refs)
	o.who(string(v.Owner), "")
	if v.Report.AckTime > 0 {
		o.handled(schema.Ack, row.NativeID, service, string(v.Report.AckedBy), ogAfter(start, v.Report.AckTime), refs, describedAt)
	}
	if v.Report.CloseTime > 0 {
		o.handled(schema.Resolve, row.NativeID, service, string(v.Report.ClosedBy), ogAfter(start, v.Report.CloseTime), refs, describedAt)
	}
	return true
}

// ogAfter is a time some milliseconds later; absurd ones are cut at a year, so that a broken report cannot overflow.
func ogAfter(t time.Time, ms float64) time.Time {
	const year = 365 * 24 * time.Hour
	return t.Add(time.Duration(min(ms, float64(year/time.Millisecond))) * time.Millisecond)
}

func (o *ogReader) alertAt(id, service string, at time.Time, refs []string) {
	o.row(&schema.ActivityRow{At: at, Source: opsgenieName, NativeID: id, Kind: schema.Alert, Container: service, Thread: id, IncidentRef: refs, IsBot: true})
}

// handled gives an acknowledgement or a close. The alert's report and its logs both tell of it: the alert, the kind and the second are the
// key, so they are one row; the alert's, which knows the title and the service, is the later updated.
func (o *ogReader) handled(kind schema.Kind, alert, service, by string, at time.Time, refs []string, updated time.Time) {
	actor, bot := o.who(by, "")
	o.row(&schema.ActivityRow{
		At: at, Source: opsgenieName, NativeID: alert + ":" + string(kind) + ":" + strconv.FormatInt(at.Unix(), 10), Kind: kind, Actor: actor, Container: service,
		Thread: alert, IncidentRef: refs, IsBot: bot, Updated: updated,
	})
}

func (o *ogReader) incident(r jsonRecord) bool {
	var v struct {
		ID        anyText   `json:"id"`
		Message   anyText   `json:"message"`
		Status    anyText   `json:"status"`
		Priority  anyText   `json:"priority"`
		CreatedAt anyText   `json:"createdAt"`
		UpdatedAt anyText   `json:"updatedAt"`
		Start     anyText   `json:"impactStartDate"`
		End       anyText   `json:"impactEndDate"`
		Services  []anyText `json:"impactedServices"`
		Owner     anyText   `json:"ownerTeam"`
		Tags      []anyText `json:"tags"`
		Links     struct {
			Web anyText `json:"web"`
		} `json:"links"`
		Responders []ogTeam `json:"responders"`
	}
	if !o.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		o.reject("incident without an id", "")
		return false
	}
	var at [4]time.Time
	for i, f := range []struct {
		name  string
		value anyText
	}{{"createdAt", v.CreatedAt}, {"updatedAt", v.UpdatedAt}, {"impactStartDate", v.Start}, {"impactEndDate", v.End}} {
		read := o.optional
		if i == 0 {
			read = o.required
		}
		var ok bool
		if at[i], ok = read(f.name, string(f.value)); !ok {
			return false
		}
	}
	row := &schema.IncidentRow{
		Source: opsgenieName, NativeID: string(v.ID), Record: schema.RecordAlert, Title: string(v.Message), Status: string(v.Status),
		Severity: string(v.Priority), StartedAt: at[2], DeclaredAt: at[0], ResolvedAt: at[3], OwningTeam: ogOwner(v.Responders),
		URL: string(v.Links.Web), Updated: at[1],
	}
	if row.OwningTeam == "" && !ogAlert.MatchString(string(v.Owner)) {
		row.OwningTeam = string(v.Owner)
	}
	if row.StartedAt.IsZero() {
		row.StartedAt = at[0]
	}
	if row.ResolvedAt.IsZero() && (v.Status == "resolved" || v.Status == "closed") {
		row.ResolvedAt = at[1]
	}
	for _, s := range v.Services {
		if s != "" {
			row.Services = append(row.Services, string(s))
		}
	}
	for _, s := range v.Tags {
		if s != "" {
			row.Themes = append(row.Themes, string(s))
		}
	}
	o.checkEnds(row)
	o.row(row)
	service := ""
	if len(row.Services) > 0 {
		service = row.Services[0]
	}
	o.alertAt(row.NativeID, service, at[0], references(row.Title))
	return true
}

type ogLog struct {
	Log      anyText `json:"log"`
	Type     anyText `json:"type"`
	Owner    anyText `json:"owner"`
	Created  anyText `json:"createdAt"`
	LogTime  anyText `json:"logTime"`
	Offset   anyText `json:"offset"`
	AlertID  anyText `json:"alertId"`
	AlertID2 anyText `json:"alert_id"`
}

// log reads one line of an alert's activity log. The API answers without the alert's id, which is then taken from the record
// or what wraps it (alertId, as collectors add it), the request, or the file's name.
func (o *ogReader) log(r jsonRecord, alert string) bool {
	v := &o.line
	*v = ogLog{}
	if !o.decode(r, v) {
		return false
	}
	if alert = firstOf(alert, string(v.AlertID), string(v.AlertID2)); alert == "" {
		alert = firstOf(ogAlert.FindString(strings.ToLower(r.url)), o.alertOfFile)
	}
	if alert == "" {
		o.reject("alert log does not say of which alert: name the file after the alert's id, or add alertId", "")
		return false
	}
	at, ok := o.required("createdAt", firstOf(string(v.Created), string(v.LogTime)))
	if !ok {
		return false
	}
	kind, person := ogLogKind(string(v.Log))
	switch kind {
	case "":
		o.who(string(v.Owner), "")
		return true
	case schema.Alert:
		return true // the alert itself says when it was created
	case schema.Ack, schema.Resolve:
		o.handled(kind, alert, "", string(v.Owner), at, nil, time.Time{})
		return true
	}
	owner := string(v.Owner)
	if kind == schema.Page && person != "" {
		owner = person
	}
	actor, bot := o.who(owner, "")
	row := &schema.ActivityRow{At: at, Source: opsgenieName, NativeID: o.logID(alert, string(v.Offset), kind, at), Kind: kind, Actor: actor, Thread: alert, IsBot: bot}
	if kind == schema.Note {
		row.Size = chars(ogQuoted(string(v.Log)))
	}
	o.row(row)
	return true
}

// logID is the key of a log line: its offset, which is unique in the alert, or its time and how many of its kind came at it.
func (o *ogReader) logID(alert, offset string, kind schema.Kind, at time.Time) string {
	if offset != "" {
		return alert + ":" + offset
	}
	if o.logsOf != alert {
		clear(o.logsAt)
		o.logsOf = alert
	}
	id := alert + ":" + string(kind) + ":" + strconv.FormatInt(at.UnixMilli(), 10)
	o.logsAt[id]++
	if n := o.logsAt[id]; n > 1 {
		id += ":" + strconv.Itoa(n)
	}
	return id
}

// ogAddress finds the user a notification went to.
var ogAddress = regexp.MustCompile(`[^\s\[\]()<>"',;:]+@[^\s\[\]()<>"',;:]+\.[A-Za-z]{2,}`)

// ogLogKind reads what a log line tells from its sentence, which is all there is; for a notification also the user it went to.
func ogLogKind(s string) (kind schema.Kind, person string) {
	l := strings.ToLower(s)
	starts := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(l, p) {
				return true
			}
		}
		return false
	}
	switch {
	case starts("alert created", "created via", "alert is created"):
		return schema.Alert, ""
	case starts("alert acknowledged", "acknowledged", "alert is acknowledged"):
		return schema.Ack, ""
	case starts("alert closed", "closed", "alert is closed"):
		return schema.Resolve, ""
	case starts("note added", "added note", "alert note added", "note is added", "added a note"):
		return schema.Note, ""
	case starts("escalated", "alert escalated", "escalation ", "alert is escalated"):
		return schema.Escalation, ""
	case (strings.Contains(l, "notification") || strings.Contains(l, "notified")) && ogAddress.MatchString(s):
		for _, never := range []string{"skipped", "suppress", "not notified", "won't be", "will not", "failed", "could not", "cannot"} {
			if strings.Contains(l, never) {
				return "", ""
			}
		}
		return schema.Page, ogAddress.FindString(s)
	}
	return "", ""
}

// ogQuoted is the text of a note within its log line: what follows the first colon or stands in the outer brackets.
func ogQuoted(s string) string {
	if i := strings.IndexByte(s, '['); i >= 0 && strings.HasSuffix(s, "]") {
		return s[i+1 : len(s)-1]
	}
	_, text, _ := strings.Cut(s, ":")
	return strings.TrimSpace(text)
}

func (o *ogReader) timeline(r jsonRecord) bool {
	type recipient struct {
		ID   anyText `json:"id"`
		Name anyText `json:"name"`
		Type anyText `json:"type"`
	}
	var v struct {
		Parent struct {
			ID   anyText `json:"id"`
			Name anyText `json:"name"`
		} `json:"_parent"`
		Final struct {
			Rotations []struct {
				ID      anyText `json:"id"`
				Periods []struct {
					Start     anyText   `json:"startDate"`
					End       anyText   `json:"endDate"`
					Recipient recipient `json:"recipient"`
				} `json:"periods"`
			} `json:"rotations"`
		} `json:"finalTimeline"`
	}
	if !o.decode(r, &v) {
		return false
	}
	if v.Parent.Name == "" && v.Parent.ID == "" {
		o.reject("timeline without its schedule", "")
		return false
	}
	for _, rotation := range v.Final.Rotations {
		for _, p := range rotation.Periods {
			if p.Recipient.Name == "" || p.Recipient.Type != "" && p.Recipient.Type != "user" {
				o.notice("on-call period of no user, ignored")
				continue
			}
			start, ok := o.required("startDate", string(p.Start))
			if !ok {
				continue
			}
			end, ok := o.optional("endDate", string(p.End))
			if !ok {
				continue
			}
			if !end.IsZero() && !end.After(start) {
				o.reject("shift ends before it starts", "")
				continue
			}
			person, _ := o.who(string(p.Recipient.Name), "")
			o.row(&schema.ShiftRow{ // timelines are cut to the asked range, so the end is part of the key
				Source: opsgenieName, NativeID: fmt.Sprintf("%s:%s:%s:%d:%d", v.Parent.ID, rotation.ID, person, start.Unix(), max(0, end.Unix())),
				Schedule: firstOf(string(v.Parent.Name), string(v.Parent.ID)), Person: person, Start: start, End: end, Level: 1,
			})
		}
	}
	return true
}

func (o *ogReader) user(r jsonRecord) bool {
	var v struct {
		Username anyText `json:"username"`
		FullName anyText `json:"fullName"`
		TimeZone anyText `json:"timeZone"`
	}
	if !o.decode(r, &v) {
		return false
	}
	address := email(string(v.Username))
	if address == "" {
		o.reject("user name is not an e-mail address", string(v.Username))
		return false
	}
	o.identity(schema.IdentityRow{
		Source: opsgenieName, NativeID: address, Name: string(v.FullName), Email: address, Zone: zoneOrNone(string(v.TimeZone)), Updated: describedAt,
	})
	return true
}

package ingest

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orgheat/orgheat/schema"
)

var incidents = Source{
	Name:   "incidents",
	Doc:    "incident records of any tool as CSV, JSON or NDJSON; --map field=column names foreign columns",
	Detect: detectIncidents,
	Read: reading(func(e *emitter) {
		r := &incReader{emitter: e}
		if head := strings.TrimSpace(string(e.in.head(4 << 10))); strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[") {
			r.eachJSON(r.json, incLists...)
			return
		}
		r.csv()
	}),
}

const incidentsName = "incidents"

// incLists are the wrappers of the tools' APIs: incident.io, Jeli; Rootly, FireHydrant; Dispatch; and what scripts write.
var incLists = []string{"incidents", "data", "items", "results", "records"}

// incColumns are our fields, and what incident.io, Rootly, FireHydrant, Jeli, Dispatch and people's own spreadsheets call them. Headers
// are compared without case, spaces and punctuation; the first synonym that a file has is the column.
var incColumns = []field{
	{name: "id", synonyms: []string{"incident_id", "incident", "incident key", "issue key", "public_id", "ticket"}},
	{name: "reference", synonyms: []string{"incident reference", "name"}}, // INC-12, when it looks like one
	{name: "number", synonyms: []string{"incident_number", "sequential_id", "incident #", "#", "no"}},
	{name: "title", synonyms: []string{"incident title", "incident name", "name", "headline", "subject", "summary", "short description", "description"}},
	{name: "status", synonyms: []string{"incident_status", "state", "current_milestone", "current status"}},
	{name: "severity", synonyms: []string{"incident_severity", "severity name", "severity level", "sev", "sev level", "priority", "incident priority", "urgency", "impact level", "impact"}},
	{name: "started_at", synonyms: []string{"started", "start", "start time", "start date", "began at", "begin", "occurred at", "incident start", "incident start time", "impact started at", "impact start", "impact start date", "customer impact start", "customer impact started at", "outage start", "date", "incident date"}},
	{name: "detected_at", synonyms: []string{"detected", "detection time", "identified at", "identified", "time detected", "investigating"}},
	{name: "declared_at", synonyms: []string{"declared", "reported at", "reported", "opened at", "opened", "accepted at", "created at", "created", "created on", "time declared"}},
	{name: "mitigated_at", synonyms: []string{"mitigated", "mitigation time", "fixed at", "fixed", "stable at", "stabilized at", "impact mitigated", "contained at"}},
	{name: "resolved_at", synonyms: []string{"resolved", "resolution time", "resolved on", "ended at", "ended", "end", "end time", "end date", "incident end", "incident end time", "impact ended at", "impact end", "impact end date", "customer impact end", "customer impact ended at", "outage end", "closed at", "closed", "closed on"}},
	{name: "services", synonyms: []string{"service", "service name", "services affected", "affected services", "affected service", "impacted services", "impacted service", "affected components", "components", "component", "systems", "functionalities", "products", "product"}},
	{name: "owning_team", synonyms: []string{"team", "owner team", "owning teams", "teams", "team name", "responsible team", "responsible teams", "responding team", "groups", "group"}},
	{name: "channels", synonyms: []string{"channel", "slack_channel_id", "slack_channel", "slack_channel_name", "channel id", "channel name", "chat channel", "conversation", "slack_channel_url", "slack"}},
	{name: "alerts", synonyms: []string{"alert", "alert ids", "alert id", "pagerduty_incident_id", "pagerduty incident ids", "pagerduty incident", "pagerduty incidents", "pagerduty_id", "opsgenie_alert_id", "opsgenie alert", "external issue"}},
	{name: "url", synonyms: []string{"link", "permalink", "html_url", "incident_url", "web url", "short_url", "incident link", "pagerduty_url", "pagerduty_incident_url"}},
	{name: "trigger", synonyms: []string{"cause", "causes", "root cause", "root cause category", "trigger category", "cause category", "triggered by", "triggering event"}},
	{name: "themes", synonyms: []string{"theme", "tags", "tag_list", "labels", "label", "contributing factors", "contributing factor", "categories", "category", "topics"}},
	{name: "near_miss", synonyms: []string{"is near miss", "nearmiss"}},
	{name: "backfilled", synonyms: []string{"is backfilled", "backfill", "retrospective", "is retrospective", "retroactive"}},
	{name: "commander", synonyms: []string{"commander_email", "incident_commander", "incident_commander_email", "ic", "incident lead", "incident lead email", "lead", "incident manager", "incident owner", "owner"}},
	{name: "type", synonyms: []string{"incident type", "incident_types", "incident category"}},
	{name: "mode", synonyms: []string{"kind"}}, // incident.io's and Rootly's: standard, retrospective, test ...
	{name: "updated_at", synonyms: []string{"updated", "last updated", "last modified", "modified at"}},
}

// incOwn are headers that make a table one of incidents. A title, a start and a team are in rosters and calendars as well; these are not.
var incOwn = map[string]bool{
	"severity": true, "incidentseverity": true, "severityname": true, "severitylevel": true, "sev": true, "incidentpriority": true,
	"detectedat": true, "detected": true, "declaredat": true, "declared": true, "mitigatedat": true, "mitigated": true,
	"resolvedat": true, "resolved": true, "resolvedon": true, "nearmiss": true, "backfilled": true, "affectedservices": true, "impactedservices": true,
	"incidentid": true, "incidenttitle": true, "incidentname": true, "incidentstart": true, "incidentend": true, "incidentcommander": true,
	"incidentstatus": true, "incidenttype": true, "commander": true, "rootcause": true, "customerimpact": true,
}

// incForeign are headers of other tables that would otherwise look like one of incidents.
var incForeign = []string{"heldat", "facilitator", "attendees", "issuekey", "manager", "person", "cliffmonths", "mergedat", "rawdatatable"}

// incLooks decides by headers or keys: an id of some kind, a time or a status, and a word that only incidents have.
func incLooks(headers []string, mapped map[string]string) bool {
	at, _ := matchHeader(headers, incColumns, mapped)
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := at[n]; ok {
				return true
			}
		}
		return false
	}
	if !has("id", "reference", "number", "url") || !has("title", "services") || !has("started_at", "detected_at", "declared_at", "mitigated_at", "resolved_at") {
		return false
	}
	folded := map[string]bool{}
	for _, h := range headers {
		folded[foldHeader(h)] = true
	}
	for _, f := range incForeign {
		if folded[f] {
			return false
		}
	}
	for f := range mapped {
		if _, ok := at[f]; ok && incOwn[foldHeader(f)] {
			return true
		}
	}
	for f := range folded {
		if incOwn[f] {
			return true
		}
	}
	return has("id") && has("title") && has("services") && has("started_at") && has("resolved_at")
}

func detectIncidents(in Input) bool {
	o := in.outline()
	if len(o.keys) == 0 {
		h := in.header()
		return len(h) > 1 && incLooks(h, in.Map)
	}
	if isDevLake(in.head(256)) {
		return false // other tools' records; none of theirs is an incident of this kind
	}
	if !o.has("id") {
		for _, list := range incLists {
			if o.has(list) {
				o = o.at(list)
				break
			}
		}
	}
	var keys []string
	if a := o.at("attributes"); o.has("id", "type") && len(a.keys) > 0 {
		keys, o = append(keys, "id"), a
	}
	for k := range o.keys {
		keys = append(keys, k)
	}
	return incLooks(keys, in.Map)
}

type incReader struct {
	*emitter
	words *incWords // of the records that are JSON
}

// incIDs are the fields of which a record must have one.
var incIDs = []string{"id", "reference", "number", "url"}

func (i *incReader) csv() {
	at, _ := matchHeader(i.in.header(), incColumns, i.in.Map)
	found := false
	for _, f := range incIDs {
		if _, ok := at[f]; ok {
			found = true
		}
	}
	if h := i.in.header(); !found && h != nil {
		i.send(nil, missingColumns(i.in, h, []string{"id"}))
		return
	}
	i.eachCSV(incColumns, func(r csvRecord) bool { return i.incident(r.get) })
}

// json reads a record by the words for our fields, wherever in it they stand.
func (i *incReader) json(r jsonRecord) bool {
	if i.words == nil {
		i.words = newIncWords(i.in.Map)
	}
	if !i.words.read(r) {
		var object map[string]struct{}
		i.decode(r, &object) // says what it is instead
		return false
	}
	return i.incident(i.words.get)
}

// isReference says that s is what people write when they mean an incident: words with dashes between them, the first begun by a letter,
// the last a number.
func isReference(s string) bool {
	if s == "" || !isLetter(s[0]) {
		return false
	}
	words, number, last := 1, false, byte(0)
	for _, c := range []byte(s) {
		switch {
		case c == '-' && last != '-':
			words, number = words+1, true
		case c == '-' || c >= utf8.RuneSelf || !wordByte(c):
			return false
		default:
			number = number && isDigit(c)
		}
		last = c
	}
	return words > 1 && number && last != '-'
}

// incident gives one record by our field names.
func (i *incReader) incident(get func(string) string) bool {
	id := get("id")
	if ref := get("reference"); i.in.Map["id"] == "" && isReference(ref) && ref != get("title") {
		id = ref // what people cite, where the id is the tool's own
	}
	id = firstOf(id, get("number"), get("url"))
	if id == "" {
		i.reject("incident without an id", "")
		return false
	}
	row := &schema.IncidentRow{
		Source: incidentsName, NativeID: id, Record: schema.RecordIncident, Title: get("title"), Status: get("status"), Severity: get("severity"),
		Services: splitList(get("services")), OwningTeam: get("owning_team"), Channels: incChannels(get("channels")),
		Alerts: splitList(get("alerts")), URL: get("url"), Trigger: get("trigger"), Themes: splitList(get("themes")),
	}
	for _, f := range []struct {
		name string
		at   *time.Time
	}{
		{"started_at", &row.StartedAt}, {"detected_at", &row.DetectedAt}, {"declared_at", &row.DeclaredAt},
		{"mitigated_at", &row.MitigatedAt}, {"resolved_at", &row.ResolvedAt}, {"updated_at", &row.Updated},
	} {
		var ok bool
		if *f.at, ok = i.optional(f.name, get(f.name)); !ok {
			return false
		}
	}
	i.checkEnds(row)
	row.NearMiss = i.yes("near_miss", get("near_miss"))
	row.Backfilled = i.yes("backfilled", get("backfilled"))
	for _, kind := range []string{get("type"), get("mode")} {
		switch foldHeader(kind) {
		case "maintenance", "scheduled", "scheduledmaintenance":
			row.Record = schema.RecordMaintenance
		case "nearmiss":
			row.NearMiss = true
		case "retrospective", "backfilled":
			row.Backfilled = true
		case "test", "tutorial", "example", "simulated", "drill":
			i.notice("test incident, not kept")
			return true
		}
	}
	row.Commander = i.person(get("commander"))
	i.row(row)
	return true
}

// person gives the identity of somebody written as an e-mail address, a name, or both, and returns its native id.
func (i *incReader) person(s string) string {
	s, _, _ = strings.Cut(s, ";") // the first of several
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	address := email(s)
	id, name := firstOf(address, s), s
	if address != "" {
		name, _, _ = strings.Cut(s, "<")
		if name = strings.Trim(name, ` "`); strings.Contains(name, "@") {
			name = ""
		}
	}
	i.identity(schema.IdentityRow{Source: incidentsName, NativeID: id, Name: name, Email: address})
	return id
}

func incChannels(s string) []string {
	if links := slackChannels(s); links != nil {
		return links
	}
	return splitList(s)
}

// slackChannels finds the ids of channels in addresses of Slack channels and in Slack's own markup for one.
func slackChannels(s string) (ids []string) {
	for i := 0; i < len(s); i++ {
		for _, mark := range [...]string{"/archives/", "channel=", "<#"} {
			rest, ok := strings.CutPrefix(s[i:], mark)
			if !ok {
				continue
			}
			end := strings.IndexFunc(rest, func(c rune) bool { return (c < 'A' || c > 'Z') && (c < '0' || c > '9') })
			if end < 0 {
				end = len(rest)
			}
			if end < 6 {
				continue
			}
			if !contains(ids, rest[:end]) {
				ids = append(ids, rest[:end])
			}
			i += len(mark) + end - 1
			break
		}
	}
	return ids
}

// yes reads yes and no as spreadsheets and exports write them. An empty cell is no, and so, with a notice, is anything else.
func (i *incReader) yes(field, s string) bool {
	switch foldHeader(s) {
	case "true", "t", "yes", "y", "1", "x", "on", "checked", "wahr", "oui", "ja", "si", foldHeader(field):
		return true
	case "false", "f", "no", "n", "0", "off", "unchecked", "falsch", "non", "nein":
		return false
	case "": // a mark, or nothing
		return strings.ContainsAny(s, "✓✔☑✅")
	}
	i.notice(field + " is neither yes nor no, read as no")
	return false
}

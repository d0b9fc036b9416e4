package ingest

import (
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var pagerDuty = Source{
	Name:   "pagerduty",
	Doc:    "PagerDuty REST v2 JSON (incidents, log_entries, oncalls, schedules, services, users...), analytics, incidents CSV",
	Detect: detectPagerDuty,
	Read: reading(func(e *emitter) {
		p := &pdReader{emitter: e}
		if e.in.csvHas(pdColumns) {
			p.csv()
			return
		}
		p.eachJSON(p.record, pdLists...)
	}),
}

// pdLists are the wrapped lists of the REST API that are read; "data" is the one of its analytics.
var pdLists = []string{"incidents", "log_entries", "oncalls", "schedules", "services", "users", "teams", "escalation_policies",
	"members", "notes", "alerts", "data"}

// pdSingles are the wrappers of one object, as GET /incidents/{id} answers.
var pdSingles = []string{"incident", "log_entry", "schedule", "service", "user", "team", "escalation_policy", "alert"}

// detectPagerDuty tells each object by keys that only PagerDuty's has.
func detectPagerDuty(in Input) bool {
	o := in.outline()
	if len(o.keys) == 0 {
		return in.csvHas(pdColumns)
	}
	for _, key := range pdSingles {
		if c := o.at(key); !o.has("id") && pdKind(c, "") != "" {
			return true
		}
	}
	for _, key := range pdLists {
		if c := o.at(key); !o.has("id") && pdKind(c, key) != "" {
			return true
		}
	}
	return pdKind(o, "") != ""
}

// pdKind names the object an outline shows, "" when it is none of PagerDuty's that is read. list is the list it stands in; where two
// pages have the same list, their type or what they refer to tells them apart.
func pdKind(o *outline, list string) string {
	kind := o.at("type").text
	reference := strings.HasSuffix(o.at("user", "type").text, "user_reference") || o.at("user", "type").text == "user"
	ours := strings.Contains(o.at("self").text, "pagerduty.com/") || strings.Contains(o.at("html_url").text, "pagerduty.com/")
	switch {
	case strings.HasSuffix(kind, "_log_entry"):
		return "log_entry"
	case o.has("escalation_policy", "escalation_level"):
		return "oncall"
	case kind == "incident" && (ours || o.has("incident_number") || o.has("service", "created_at")), o.has("incident_number", "incident_key"):
		return "incident"
	case kind == "schedule" && (ours || o.has("time_zone")), o.has("final_schedule", "schedule_layers"):
		return "schedule"
	case kind == "service" && (ours || o.has("escalation_policy")):
		return "service"
	case kind == "user" && (ours || o.has("email", "time_zone")):
		return "user"
	case kind == "team" && ours:
		return "team"
	case kind == "escalation_policy" && (ours || o.has("escalation_rules")):
		return "escalation_policy"
	case kind == "alert" && (ours || o.has("alert_key")):
		return "alert"
	case list == "members" && reference && o.has("role"):
		return "member"
	case list == "notes" && reference && o.has("content"):
		return "note"
	case o.has("service_name", "escalation_policy_id", "incident_number", "created_at"):
		return "analytics"
	}
	return ""
}

// pdRef is a reference to an object, or the object itself where the export included it.
type pdRef struct {
	ID       anyText `json:"id"`
	Type     anyText `json:"type"`
	Summary  anyText `json:"summary"`
	Name     anyText `json:"name"`
	HTMLURL  anyText `json:"html_url"`
	Email    anyText `json:"email"`
	TimeZone anyText `json:"time_zone"`
}

func (r pdRef) name() string   { return firstOf(string(r.Name), string(r.Summary)) }
func (r pdRef) isUser() bool   { return r.Type == "user" || r.Type == "user_reference" || r.Type == "" }
func (r pdRef) label() string  { return firstOf(r.name(), string(r.ID)) }
func (r pdRef) native() string { return string(r.ID) }

func pdFirst(refs []pdRef) string {
	for _, r := range refs {
		if r.label() != "" {
			return r.label()
		}
	}
	return ""
}

// pdReader turns objects into rows. account is that of the current record: the subdomain of the first html_url it shows.
type pdReader struct {
	*emitter
	seen    outline    // of the current record
	entry   pdLogEntry // the current record, where it is one
	open    pdIncident
	account string
}

const pagerDutyName = "pagerduty"

// pdAccount is the subdomain of a page of the web application: acme of https://acme.pagerduty.com and https://acme.eu.pagerduty.com.
func pdAccount(urls ...anyText) string {
	for _, u := range urls {
		if sub, ok := strings.CutSuffix(hostOf(string(u)), ".pagerduty.com"); ok && sub != "api" {
			return strings.TrimSuffix(sub, ".eu")
		}
	}
	return ""
}

// pdListKinds says what a list of a page holds, where its name is enough.
var pdListKinds = map[string]string{"incidents": "incident", "log_entries": "log_entry", "oncalls": "oncall", "schedules": "schedule",
	"services": "service", "users": "user", "teams": "team", "escalation_policies": "escalation_policy", "members": "member",
	"notes": "note", "alerts": "alert", "data": "analytics"}

// record reads one object, bare or wrapped.
func (p *pdReader) record(r jsonRecord) bool {
	kind := pdListKinds[r.list]
	if kind == "" {
		var first, is string
		var others, id bool
		var wrapped, data []byte
		object := r.d.members(r.raw, func(key []byte, i int) int {
			others = others || first != "" && first != string(key)
			first, id = r.d.word(key), id || string(key) == "id"
			if first == "type" && r.raw[i] == '"' && is == "" {
				is, i = r.d.text(i)
				return i
			}
			end := r.d.s.skip(i, 1)
			if end >= 0 && r.raw[i] == '{' && contains(pdSingles, first) {
				wrapped = r.raw[i:end]
			} else if end >= 0 && r.raw[i] == '{' && first == "data" { // analytics wrap one incident in data, beside its zone
				data = r.raw[i:end]
			}
			return end
		})
		switch {
		case !object:
			var none struct{}
			if !p.decode(r, &none) { // says what it is instead
				return false
			}
		case data != nil && !id:
			r.raw = data
		case wrapped != nil && !others:
			r.raw = wrapped
		case strings.HasSuffix(is, "_log_entry"): // the most of all
			return p.logEntry(r)
		}
		kind = pdKind(p.seen.record(r.d, r.raw), "")
	}
	switch kind {
	case "incident":
		return p.incident(r)
	case "log_entry":
		return p.logEntry(r)
	case "oncall":
		return p.onCall(r)
	case "schedule":
		return p.schedule(r)
	case "service":
		return p.service(r)
	case "escalation_policy":
		return p.policy(r)
	case "user":
		return p.user(r)
	case "member":
		return p.member(r)
	case "analytics":
		return p.analytics(r)
	case "team":
		return true // its name comes with the objects that belong to it
	case "note":
		p.notice("incident note names no incident, not kept: log entries hold the notes")
		return true
	case "alert":
		p.notice("alert within an incident, not kept: the incident counts")
		return true
	}
	p.reject("not a PagerDuty object that is read", string(r.raw))
	return false
}

// who gives the identity of somebody, or of something, that is referred to, and returns its native id.
func (p *pdReader) who(r pdRef) string {
	if r.ID == "" {
		return ""
	}
	i := schema.IdentityRow{Source: pagerDutyName, Account: p.account, NativeID: r.native(), Name: r.name(), IsBot: !r.isUser()}
	if r.Email != "" {
		i.Email, i.Zone, i.Updated = email(string(r.Email)), zoneOrNone(string(r.TimeZone)), describedAt
	}
	p.identity(i)
	return r.native()
}

// pdCountdown is the Updated of an alert read from its incident, and what that of a trigger log entry counts down from.
var pdCountdown = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// alert gives the one alert of an incident. The incident and each of its trigger log entries tell of it, all with the incident's key. Of
// rows with one key the last updated is kept, so Updated puts the incident first and then the earliest trigger, in whatever order files come.
func (p *pdReader) alert(incident, service string, at time.Time, refs []string, updated time.Time) {
	p.row(&schema.ActivityRow{
		At: at, Source: pagerDutyName, Account: p.account, NativeID: incident, Kind: schema.Alert, Container: service, Thread: incident,
		IncidentRef: refs, IsBot: true, Updated: updated,
	})
}

// handled gives an acknowledgement or a resolution. Incidents repeat what their log entries say, so both have the incident, the kind
// and the second for a key, and are one row; the incident's, which knows title and service, is the later updated.
func (p *pdReader) handled(kind schema.Kind, incident, service string, by pdRef, at time.Time, refs []string, updated time.Time) {
	p.row(&schema.ActivityRow{
		At: at.Truncate(time.Second), Source: pagerDutyName, Account: p.account, NativeID: incident + ":" + string(kind) + ":" + strconv.FormatInt(at.Unix(), 10),
		Kind: kind, Actor: p.who(by), Container: service, Thread: incident, IncidentRef: refs, IsBot: !by.isUser() || by.ID == "", Updated: updated,
	})
}

type pdIncident struct {
	pdRef
	Title      anyText `json:"title"`
	Status     anyText `json:"status"`
	Urgency    anyText `json:"urgency"`
	CreatedAt  anyText `json:"created_at"`
	UpdatedAt  anyText `json:"updated_at"`
	ResolvedAt anyText `json:"resolved_at"`
	ChangedAt  anyText `json:"last_status_change_at"`
	ChangedBy  pdRef   `json:"last_status_change_by"`
	Service    pdRef   `json:"service"`
	Priority   pdRef   `json:"priority"`
	Teams      []pdRef `json:"teams"`
	Assigned   []struct {
		Assignee pdRef `json:"assignee"`
	} `json:"assignments"`
	Acks []struct {
		At           anyText `json:"at"`
		Acknowledger pdRef   `json:"acknowledger"`
	} `json:"acknowledgements"`
}

func (p *pdReader) incident(r jsonRecord) bool {
	v := &p.open
	*v = pdIncident{}
	if !p.decode(r, v) {
		return false
	}
	if v.ID == "" {
		p.reject("incident without an id", "")
		return false
	}
	start, ok := p.required("created_at", string(v.CreatedAt))
	if !ok {
		return false
	}
	updated, ok := p.optional("updated_at", string(v.UpdatedAt))
	if !ok {
		return false
	}
	end := v.ResolvedAt
	if end == "" && v.Status == "resolved" { // older exports have no resolved_at
		end = v.ChangedAt
	}
	resolved, ok := p.optional("resolved_at", string(end))
	if !ok {
		return false
	}
	p.account = pdAccount(v.HTMLURL, v.Service.HTMLURL, v.ChangedBy.HTMLURL)
	id, service := v.native(), v.Service.label()
	title := firstOf(string(v.Title), string(v.Summary))
	refs := references(title)
	row := &schema.IncidentRow{
		Source: pagerDutyName, Account: p.account, NativeID: id, Record: schema.RecordAlert, Title: title, Status: string(v.Status),
		Severity: firstOf(v.Priority.name(), string(v.Urgency)), StartedAt: start, ResolvedAt: resolved, OwningTeam: pdFirst(v.Teams),
		URL: string(v.HTMLURL), Updated: updated,
	}
	if service != "" {
		row.Services = []string{service}
	}
	p.checkEnds(row)
	p.row(row)
	p.alert(id, service, start, refs, pdCountdown)
	for _, a := range v.Assigned {
		p.who(a.Assignee)
	}
	for _, a := range v.Acks {
		if at, ok := p.required("acknowledgement's at", string(a.At)); ok {
			p.handled(schema.Ack, id, service, a.Acknowledger, at, refs, describedAt)
		}
	}
	if !row.ResolvedAt.IsZero() && v.Status == "resolved" && v.ChangedBy.ID != "" {
		p.handled(schema.Resolve, id, service, v.ChangedBy, row.ResolvedAt, refs, describedAt)
	}
	return true
}

type pdLogEntry struct {
	pdRef
	Self      anyText `json:"self"`
	CreatedAt anyText `json:"created_at"`
	Agent     pdRef   `json:"agent"`
	User      pdRef   `json:"user"` // of a notification: who was notified
	Incident  pdRef   `json:"incident"`
	Service   pdRef   `json:"service"`
	Message   anyText `json:"message"`
	Channel   struct {
		Type    anyText `json:"type"`
		Summary anyText `json:"summary"`
	} `json:"channel"`
}

// pdKinds are the log entries that are activity by themselves; triggers, acknowledgements and resolutions are not in it because
// incidents repeat them. Assignments, snoozes, priority changes and the rest are none.
var pdKinds = map[string]schema.Kind{
	"notify":   schema.Page,
	"annotate": schema.Note,
	"escalate": schema.Escalation, "exhaust_escalation_path": schema.Escalation, "repeat_escalation_path": schema.Escalation,
	"status_update": schema.StatusUpdate,
}

func (p *pdReader) logEntry(r jsonRecord) bool {
	v := &p.entry
	*v = pdLogEntry{}
	if !p.decode(r, v) {
		return false
	}
	incident := firstOf(v.Incident.native(), pdIncidentOf(string(v.HTMLURL), string(v.Self)))
	switch {
	case v.ID == "":
		p.reject("log entry without an id", "")
		return false
	case incident == "":
		p.reject("log entry without its incident", v.native())
		return false
	}
	at, ok := p.required("created_at", string(v.CreatedAt))
	if !ok {
		return false
	}
	p.account = pdAccount(v.HTMLURL, v.Incident.HTMLURL, v.Agent.HTMLURL, v.User.HTMLURL, v.Service.HTMLURL)
	service := v.Service.label()
	if service == "" && strings.HasPrefix(string(v.Agent.Type), "service") {
		service = v.Agent.label()
	}
	refs := references(v.Incident.name())
	by := v.Agent
	if by.ID == "" {
		by = v.User
	}
	name := strings.TrimSuffix(string(v.Type), "_log_entry")
	switch name {
	case "trigger":
		p.alert(incident, service, at, refs, time.Unix(pdCountdown.Unix()-at.Unix(), 0).UTC())
		if v.Agent.isUser() {
			p.who(v.Agent)
		}
		return true
	case "acknowledge":
		p.handled(schema.Ack, incident, service, by, at, refs, time.Time{})
		return true
	case "resolve":
		p.handled(schema.Resolve, incident, service, by, at, refs, time.Time{})
		return true
	}
	kind, ok := pdKinds[name]
	if !ok {
		p.who(by)
		return true
	}
	row := &schema.ActivityRow{
		At: at, Source: pagerDutyName, Account: p.account, NativeID: v.native(), Kind: kind, Container: service, Thread: incident, IncidentRef: refs,
	}
	switch kind {
	case schema.Page:
		if v.User.ID == "" && v.Agent.isUser() {
			v.User = v.Agent
		}
		row.Actor, row.IsBot = p.who(v.User), !v.User.isUser()
	default:
		row.Actor, row.IsBot = p.who(by), !by.isUser() || by.ID == ""
		if kind == schema.Note {
			row.Size = chars(string(v.Channel.Summary))
		} else {
			row.Size = chars(string(v.Message))
		}
	}
	p.row(row)
	return true
}

// pdIncidentOf finds the incident in a log entry's own addresses, for exports without the reference.
func pdIncidentOf(html, self string) string {
	if _, rest, ok := strings.Cut(html, "/incidents/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return id
	}
	_, id, _ := strings.Cut(self, "incident_id=")
	return id
}

type pdOnCall struct {
	User     pdRef   `json:"user"`
	Schedule pdRef   `json:"schedule"`
	Policy   pdRef   `json:"escalation_policy"`
	Level    uint8   `json:"escalation_level"`
	Start    anyText `json:"start"`
	End      anyText `json:"end"`
}

func (p *pdReader) onCall(r jsonRecord) bool {
	var v pdOnCall
	if !p.decode(r, &v) {
		return false
	}
	p.account = pdAccount(v.User.HTMLURL, v.Policy.HTMLURL, v.Schedule.HTMLURL)
	if v.User.ID == "" {
		p.reject("on-call entry without a user", "")
		return false
	}
	if v.Start == "" {
		p.who(v.User)
		p.notice("on-call entry without a start, always on call, ignored")
		return true
	}
	start, ok := p.required("start", string(v.Start))
	if !ok {
		return false
	}
	end, ok := p.optional("end", string(v.End))
	if !ok {
		return false
	}
	return p.shift("oncall", v.Schedule, v.Policy, v.User, "", start, end, v.Level)
}

// shift gives one shift. A schedule's own rendering is cut to the asked range and knows no level, so it is kept apart from the on-call
// list's (from), and all that may differ is part of the key: overlapping exports add up to the same coverage in any order.
func (p *pdReader) shift(from string, schedule, policy, user pdRef, team string, start, end time.Time, level uint8) bool {
	if !end.IsZero() && !end.After(start) {
		p.reject("shift ends before it starts", "")
		return false
	}
	until := "open"
	if !end.IsZero() {
		until = strconv.FormatInt(end.Unix(), 10)
	}
	p.row(&schema.ShiftRow{
		Source: pagerDutyName, Account: p.account,
		NativeID: strings.Join([]string{from, schedule.native(), policy.native(), strconv.Itoa(int(level)), user.native(), strconv.FormatInt(start.Unix(), 10), until}, ":"),
		Schedule: firstOf(schedule.name(), policy.name()), Policy: policy.native(), Team: team, Person: p.who(user), Start: start, End: end, Level: level,
	})
	return true
}

type pdSchedule struct {
	pdRef
	Policies []pdRef `json:"escalation_policies"`
	Teams    []pdRef `json:"teams"`
	Users    []pdRef `json:"users"`
	Final    struct {
		Entries []struct {
			Start anyText `json:"start"`
			End   anyText `json:"end"`
			User  pdRef   `json:"user"`
		} `json:"rendered_schedule_entries"`
	} `json:"final_schedule"`
}

// schedule reads the rendered final schedule, where the export asked for one (GET /schedules/{id}?since=&until=). Layers are rules,
// not who was on call after overrides, and are not read.
func (p *pdReader) schedule(r jsonRecord) bool {
	var v pdSchedule
	if !p.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		p.reject("schedule without an id", "")
		return false
	}
	p.account = pdAccount(v.HTMLURL)
	for _, u := range v.Users {
		p.who(u)
	}
	if len(v.Final.Entries) == 0 {
		p.notice("schedule without rendered entries gives no shifts: export it with since and until, or export oncalls")
		return true
	}
	p.notice("rendered schedule read as first level: export oncalls for escalation levels")
	policies := v.Policies
	if len(policies) == 0 {
		policies = []pdRef{{}}
	}
	for _, entry := range v.Final.Entries {
		start, ok := p.required("start", string(entry.Start))
		if !ok {
			continue
		}
		end, ok := p.required("end", string(entry.End))
		if !ok {
			continue
		}
		for _, policy := range policies {
			p.shift("schedule", v.pdRef, policy, entry.User, pdFirst(v.Teams), start, end, 1)
		}
	}
	return true
}

type pdService struct {
	pdRef
	Policy pdRef   `json:"escalation_policy"`
	Teams  []pdRef `json:"teams"`
}

func (p *pdReader) service(r jsonRecord) bool {
	var v pdService
	if !p.decode(r, &v) {
		return false
	}
	p.account = pdAccount(v.HTMLURL, v.Policy.HTMLURL)
	return p.serves(v.Policy, v.label(), pdFirst(v.Teams), describedAt)
}

func (p *pdReader) serves(policy pdRef, service, team string, updated time.Time) bool {
	switch {
	case service == "":
		p.reject("service without a name", "")
		return false
	case policy.ID == "":
		p.notice("service without an escalation policy, not kept")
		return true
	}
	p.row(&schema.PolicyServiceRow{Source: pagerDutyName, Account: p.account, Policy: policy.native(), Service: service, Team: team, Updated: updated})
	return true
}

type pdPolicy struct {
	pdRef
	Services []pdRef `json:"services"`
	Teams    []pdRef `json:"teams"`
	Rules    []struct {
		Targets []pdRef `json:"targets"`
	} `json:"escalation_rules"`
}

func (p *pdReader) policy(r jsonRecord) bool {
	var v pdPolicy
	if !p.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		p.reject("escalation policy without an id", "")
		return false
	}
	p.account = pdAccount(v.HTMLURL)
	for _, s := range v.Services {
		p.serves(v.pdRef, s.label(), pdFirst(v.Teams), time.Time{})
	}
	for _, rule := range v.Rules {
		for _, t := range rule.Targets {
			if t.Type == "user_reference" || t.Type == "user" {
				p.who(t)
			}
		}
	}
	return true
}

func (p *pdReader) user(r jsonRecord) bool {
	var v pdRef
	if !p.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		p.reject("user without an id", "")
		return false
	}
	p.account = pdAccount(v.HTMLURL)
	p.who(v)
	return true
}

func (p *pdReader) member(r jsonRecord) bool {
	var v struct {
		User pdRef `json:"user"`
	}
	if !p.decode(r, &v) {
		return false
	}
	p.account = pdAccount(v.User.HTMLURL)
	p.who(v.User)
	return true
}

// pdAnalytics is a row of the analytics API (POST /analytics/raw/incidents) and of the incidents CSV. Neither names the account, nor a
// zone: both are in UTC by PagerDuty's documentation, or in the zone configured for the account.
type pdAnalytics struct {
	ID            anyText   `json:"id"`
	Number        anyText   `json:"incident_number"`
	Description   anyText   `json:"description"`
	Status        anyText   `json:"status"`
	CreatedAt     anyText   `json:"created_at"`
	ResolvedAt    anyText   `json:"resolved_at"`
	UpdatedAt     anyText   `json:"updated_at"`
	Service       anyText   `json:"service_name"`
	ServiceID     anyText   `json:"service_id"`
	Team          anyText   `json:"team_name"`
	Priority      anyText   `json:"priority_name"`
	Urgency       anyText   `json:"urgency"`
	ResolverID    anyText   `json:"resolved_by_user_id"`
	ResolverName  anyText   `json:"resolved_by_user_name"`
	AssignedIDs   []anyText `json:"assigned_user_ids"`
	AssignedNames []anyText `json:"assigned_user_names"`
	JoinedIDs     []anyText `json:"joined_user_ids"`
	JoinedNames   []anyText `json:"joined_user_names"`
	AckIDs        []anyText `json:"acknowledged_user_ids"`
	AckNames      []anyText `json:"acknowledged_user_names"`
}

func (p *pdReader) analytics(r jsonRecord) bool {
	var v pdAnalytics
	return p.decode(r, &v) && p.summary(v)
}

// summary gives the incident of an analytics row, its alert, its resolution, and the people it names. Acknowledgements have no time
// there and are left to log entries.
func (p *pdReader) summary(v pdAnalytics) bool {
	id := string(v.ID)
	if id == "" {
		p.reject("incident without an id", "")
		return false
	}
	start, ok := p.required("created_at", string(v.CreatedAt))
	if !ok {
		return false
	}
	resolved, ok := p.optional("resolved_at", string(v.ResolvedAt))
	if !ok {
		return false
	}
	p.account = ""
	service := firstOf(string(v.Service), string(v.ServiceID))
	row := &schema.IncidentRow{
		Source: pagerDutyName, NativeID: id, Record: schema.RecordAlert, Title: string(v.Description), Status: string(v.Status),
		Severity: firstOf(string(v.Priority), string(v.Urgency)), StartedAt: start, ResolvedAt: resolved, OwningTeam: string(v.Team),
	}
	if service != "" {
		row.Services = []string{service}
	}
	p.checkEnds(row)
	refs := references(row.Title)
	p.row(row)
	p.alert(id, service, start, refs, pdCountdown)
	for _, list := range [][2][]anyText{{v.AssignedIDs, v.AssignedNames}, {v.AckIDs, v.AckNames}, {v.JoinedIDs, v.JoinedNames}} {
		for i, user := range list[0] {
			who := pdRef{ID: user}
			if len(list[1]) == len(list[0]) {
				who.Name = list[1][i]
			}
			p.who(who)
		}
	}
	if !row.ResolvedAt.IsZero() && v.ResolverID != "" {
		p.handled(schema.Resolve, id, service, pdRef{ID: v.ResolverID, Name: v.ResolverName}, row.ResolvedAt, refs, describedAt)
	}
	return true
}

// pdColumns are the headers of the incidents CSV of the web application's reports.
var pdColumns = []field{
	{name: "id", required: true},
	{name: "incident_number", required: true},
	{name: "description", required: true},
	{name: "created_on", synonyms: []string{"created_at"}, required: true},
	{name: "resolved_on", synonyms: []string{"resolved_at"}, required: true},
	{name: "service_name", required: true},
	{name: "escalation_policy_name", required: true},
	{name: "service_id"}, {name: "urgency"}, {name: "status"}, {name: "team_name"}, {name: "priority_name", synonyms: []string{"priority"}},
	{name: "resolved_by_user_id"}, {name: "resolved_by_user_name"},
	{name: "acknowledged_by_user_id"}, {name: "acknowledged_by_user_name"},
	{name: "assigned_to_user_ids"}, {name: "assigned_to_user_names"},
}

func (p *pdReader) csv() {
	text := func(r csvRecord, name string) anyText { return anyText(r.get(name)) }
	list := func(r csvRecord, name string) (out []anyText) {
		for _, s := range strings.FieldsFunc(r.get(name), func(c rune) bool { return c == ',' || c == ';' || c == '|' }) {
			out = append(out, anyText(strings.TrimSpace(s)))
		}
		return out
	}
	p.eachCSV(pdColumns, func(r csvRecord) bool {
		return p.summary(pdAnalytics{
			ID: text(r, "id"), Description: text(r, "description"), Status: text(r, "status"), CreatedAt: text(r, "created_on"),
			ResolvedAt: text(r, "resolved_on"), Service: text(r, "service_name"), ServiceID: text(r, "service_id"), Team: text(r, "team_name"),
			Priority: text(r, "priority_name"), Urgency: text(r, "urgency"), ResolverID: text(r, "resolved_by_user_id"),
			ResolverName: text(r, "resolved_by_user_name"), AckIDs: list(r, "acknowledged_by_user_id"), AckNames: list(r, "acknowledged_by_user_name"),
			AssignedIDs: list(r, "assigned_to_user_ids"), AssignedNames: list(r, "assigned_to_user_names"),
		})
	})
}

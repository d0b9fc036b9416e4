package ingest

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var jira = Source{
	Name:   "jira",
	Doc:    "Jira issues: REST search pages or single issues as JSON, the CSV export; its users as JSON",
	Detect: detectJira,
	Read: reading(func(e *emitter) {
		j := &jiraReader{emitter: e}
		if e.in.csvHas(jiraColumns) {
			j.csv()
			return
		}
		j.eachJSON(j.record, "issues")
	}),
}

const jiraName = "jira"

func detectJira(in Input) bool {
	o := in.outline()
	if len(o.keys) == 0 {
		return in.csvHas(jiraColumns)
	}
	return jiraIsIssue(o.at("issues")) || jiraIsIssue(o) || jiraIsUser(o)
}

func jiraIsIssue(o *outline) bool {
	f := o.at("fields")
	return o.has("key", "fields") && (f.has("issuetype") || f.has("created") || f.has("summary"))
}

func jiraIsUser(o *outline) bool {
	return o.has("accountId", "accountType", "displayName") ||
		o.has("key", "name", "displayName", "active") && strings.Contains(o.at("self").text, "/rest/api/")
}

// jiraUser is an account. Cloud has accountId; servers have name (the login) and key.
type jiraUser struct {
	AccountID   anyText `json:"accountId"`
	AccountType anyText `json:"accountType"`
	Name        anyText `json:"name"`
	Key         anyText `json:"key"`
	DisplayName anyText `json:"displayName"`
	Email       anyText `json:"emailAddress"`
	TimeZone    anyText `json:"timeZone"`
	Self        anyText `json:"self"`
}

// id is accountId, which is emptied but still in the address of accounts that the export's owner may not see, else name, else key.
func (u *jiraUser) id() string {
	if u == nil {
		return ""
	}
	account := string(u.AccountID)
	if account == "" {
		if self, err := url.Parse(string(u.Self)); err == nil {
			account = self.Query().Get("accountId")
		}
	}
	return firstOf(account, string(u.Name), string(u.Key))
}

// jiraText is a text, or a document of the third API, whose words are counted without its structure.
type jiraText string

func (t *jiraText) fromJSON(d *jsonDecoder, i int) int {
	if d.s.b[i] != '{' {
		return (*anyText)(t).fromJSON(d, i)
	}
	text, content := "", strings.Builder{}
	end := d.object(i, func(key []byte, i int) int {
		switch {
		case string(key) == "text" && d.s.b[i] == '"':
			text, i = d.text(i)
			return i
		case string(key) == "content" && d.s.b[i] == '[':
			return d.elements(i, func(i int) int {
				var part jiraText
				end := part.fromJSON(d, i)
				content.WriteString(string(part))
				return end
			})
		}
		return d.s.skip(i, 0)
	})
	*t = jiraText(text + content.String())
	return end
}

type jiraNamed struct {
	Name anyText `json:"name"`
	Key  anyText `json:"key"`
}

type jiraIssue struct {
	Key       anyText   `json:"key"`
	Self      anyText   `json:"self"`
	AccountID anyText   `json:"accountId"` // of a user, in lists of those
	Fields    jiraField `json:"fields"`
	Changelog struct {
		Total     int `json:"total"`
		Histories []struct {
			ID      anyText   `json:"id"`
			Author  *jiraUser `json:"author"`
			Created anyText   `json:"created"`
		} `json:"histories"`
	} `json:"changelog"`
}

type jiraField struct {
	Summary     anyText     `json:"summary"`
	Description jiraText    `json:"description"`
	Type        jiraNamed   `json:"issuetype"`
	Status      jiraNamed   `json:"status"`
	Priority    jiraNamed   `json:"priority"`
	Project     jiraNamed   `json:"project"`
	Created     anyText     `json:"created"`
	Updated     anyText     `json:"updated"`
	Resolved    anyText     `json:"resolutiondate"`
	Creator     *jiraUser   `json:"creator"`
	Reporter    *jiraUser   `json:"reporter"`
	Assignee    *jiraUser   `json:"assignee"`
	Components  []jiraNamed `json:"components"`
	Labels      []anyText   `json:"labels"`
	Comment     struct {
		Total    int           `json:"total"`
		Comments []jiraComment `json:"comments"`
	} `json:"comment"`
}

type jiraComment struct {
	ID      anyText   `json:"id"`
	Author  *jiraUser `json:"author"`
	Body    jiraText  `json:"body"`
	Created anyText   `json:"created"`
	Updated anyText   `json:"updated"`
}

// jiraReader turns issues into rows. account is the host of the current record's address, "" where exports have none.
type jiraReader struct {
	*emitter
	account string
	seen    outline // of the current record
}

// who gives the identity of an account and returns its native id, and whether it is an app.
func (j *jiraReader) who(u *jiraUser) (string, bool) {
	id := u.id()
	if id == "" {
		return "", false
	}
	bot := u.AccountType == "app"
	i := schema.IdentityRow{
		Source: jiraName, Account: j.account, NativeID: id, Name: string(u.DisplayName), Email: email(string(u.Email)),
		Zone: zoneOrNone(string(u.TimeZone)), IsBot: bot,
	}
	if login := string(u.Name); login != id {
		i.Login = login
	}
	if i.Email != "" {
		i.Updated = describedAt
	}
	j.identity(i)
	return id, bot
}

func (j *jiraReader) record(r jsonRecord) bool {
	var v jiraIssue
	if !j.decode(r, &v) {
		return false
	}
	j.account = hostOf(string(v.Self))
	if v.AccountID != "" || v.Fields.Created == "" && jiraIsUser(j.seen.record(r.d, r.raw)) {
		var u jiraUser
		if !j.decode(r, &u) {
			return false
		}
		j.who(&u)
		return true
	}
	return j.issue(&v)
}

// issue gives everything one issue tells: the incident, if its type says it is one, and who created, changed and discussed it.
func (j *jiraReader) issue(v *jiraIssue) bool {
	f, key := &v.Fields, string(v.Key)
	if key == "" {
		j.reject("issue without a key", "")
		return false
	}
	created, ok := j.required("created", string(f.Created))
	if !ok {
		return false
	}
	updated, ok := j.optional("updated", string(f.Updated))
	if !ok {
		return false
	}
	project := string(f.Project.Key)
	if project == "" {
		project, _, _ = strings.Cut(key, "-")
	}
	refs := []string{key}
	for _, ref := range references(string(f.Summary), string(f.Description)) {
		if ref != strings.ToUpper(key) {
			refs = append(refs, ref)
		}
	}
	if jiraIncident.MatchString(string(f.Type.Name)) && !j.incident(v, created, updated) {
		return false
	}
	act := func(id string, kind schema.Kind, by *jiraUser, at time.Time, size uint32, updated time.Time) {
		actor, bot := j.who(by)
		j.row(&schema.ActivityRow{
			At: at, Source: jiraName, Account: j.account, NativeID: id, Kind: kind, Actor: actor, Container: project, Thread: key,
			IncidentRef: refs, Size: size, IsBot: bot, Updated: updated,
		})
	}
	reporter := f.Reporter
	if reporter.id() == "" {
		reporter = f.Creator
	}
	act(key, schema.TicketCreated, reporter, created, chars(string(f.Description)), updated)
	j.who(f.Creator)
	j.who(f.Assignee)
	for _, h := range v.Changelog.Histories {
		if at, ok := j.child("change", h.ID, h.Created); ok {
			act(string(h.ID), schema.TicketChanged, h.Author, at, 0, time.Time{})
		}
	}
	for _, c := range f.Comment.Comments {
		at, ok := j.child("comment", c.ID, c.Created)
		if !ok {
			continue
		}
		if edited, ok := j.optional("comment's updated", string(c.Updated)); ok {
			act(string(c.ID), schema.TicketComment, c.Author, at, chars(string(c.Body)), edited)
		}
	}
	if f.Comment.Total > len(f.Comment.Comments) {
		j.notice("issue has more comments than the export holds")
	}
	if v.Changelog.Total > len(v.Changelog.Histories) {
		j.notice("issue has more changes than the export holds")
	}
	return true
}

// child reads the id and the time of a change or a comment; a bad one is rejected by itself.
func (j *jiraReader) child(what string, id, created anyText) (time.Time, bool) {
	if id == "" {
		j.reject(what+" without an id", "")
		return time.Time{}, false
	}
	return j.required(what+"'s created", string(created))
}

// jiraIncident is what the name of an issue type must hold for its issues to be incident records.
var jiraIncident = regexp.MustCompile(`(?i)incident|outage|post-?\s?mortem`)

func (j *jiraReader) incident(v *jiraIssue, created, updated time.Time) bool {
	f := &v.Fields
	resolved, ok := j.optional("resolutiondate", string(f.Resolved))
	if !ok {
		return false
	}
	row := &schema.IncidentRow{
		Source: jiraName, Account: j.account, NativeID: string(v.Key), Record: schema.RecordIncident, Title: string(f.Summary),
		Status: string(f.Status.Name), Severity: string(f.Priority.Name), StartedAt: created, ResolvedAt: resolved, Updated: updated,
	}
	for _, c := range f.Components {
		if c.Name != "" {
			row.Services = append(row.Services, string(c.Name))
		}
	}
	for _, l := range f.Labels {
		if l != "" {
			row.Themes = append(row.Themes, string(l))
		}
	}
	if self, err := url.Parse(string(v.Self)); err == nil && self.Host != "" {
		row.URL = self.Scheme + "://" + self.Host + "/browse/" + string(v.Key)
	}
	j.checkEnds(row)
	j.row(row)
	return true
}

// jiraColumns are the headers of the CSV export. Comments, labels and components repeat their header, one value a column.
var jiraColumns = []field{
	{name: "Issue key", required: true},
	{name: "Summary", required: true},
	{name: "Created", required: true},
	{name: "Issue Type"}, {name: "Status"}, {name: "Priority"}, {name: "Project key"},
	{name: "Updated"}, {name: "Resolved"}, {name: "Description"},
	{name: "Reporter"}, {name: "Reporter Id"}, {name: "Creator"}, {name: "Creator Id"}, {name: "Assignee"}, {name: "Assignee Id"},
}

// csvUser is an account by its columns: Cloud writes the display name and, beside it, the id; servers the login alone.
func csvUser(r csvRecord, column string) *jiraUser {
	name, id := r.get(column), r.get(column+" Id")
	switch {
	case id != "":
		return &jiraUser{AccountID: anyText(id), DisplayName: anyText(name)}
	case name != "":
		return &jiraUser{Name: anyText(name), Email: anyText(email(name))}
	}
	return nil
}

func (j *jiraReader) csv() {
	header := j.in.header()
	columns := func(names ...string) (at []int) {
		for i, h := range header {
			if slices.Contains(names, foldHeader(h)) {
				at = append(at, i)
			}
		}
		return at
	}
	comments, labels, components := columns("comment"), columns("labels"), columns("components", "component")
	cells := func(r csvRecord, at []int) (out []string) {
		for _, i := range at {
			if i < len(r.cell) && strings.TrimSpace(r.cell[i]) != "" {
				out = append(out, strings.TrimSpace(r.cell[i]))
			}
		}
		return out
	}
	j.eachCSV(jiraColumns, func(r csvRecord) bool {
		stamp := func(column string) anyText { return anyText(jiraStamp(r.get(column))) }
		v := &jiraIssue{Key: anyText(r.get("Issue key"))}
		v.Fields = jiraField{
			Summary: anyText(r.get("Summary")), Description: jiraText(r.get("Description")), Type: jiraNamed{Name: anyText(r.get("Issue Type"))},
			Status: jiraNamed{Name: anyText(r.get("Status"))}, Priority: jiraNamed{Name: anyText(r.get("Priority"))},
			Project: jiraNamed{Key: anyText(r.get("Project key"))}, Created: stamp("Created"), Updated: stamp("Updated"), Resolved: stamp("Resolved"),
			Reporter: csvUser(r, "Reporter"), Creator: csvUser(r, "Creator"), Assignee: csvUser(r, "Assignee"),
		}
		for _, c := range cells(r, components) {
			v.Fields.Components = append(v.Fields.Components, jiraNamed{Name: anyText(c)})
		}
		for _, l := range cells(r, labels) {
			v.Fields.Labels = append(v.Fields.Labels, anyText(l))
		}
		for _, c := range cells(r, comments) {
			v.Fields.Comment.Comments = append(v.Fields.Comment.Comments, csvComment(string(v.Key), c))
		}
		return j.issue(v)
	})
}

// csvComment reads "time;author;text". The export gives comments no id: the issue, the time and the author are the key.
func csvComment(key, cell string) jiraComment {
	at, rest, _ := strings.Cut(cell, ";")
	author, body, ok := strings.Cut(rest, ";")
	if !ok {
		author, body = "", rest
	}
	at = jiraStamp(strings.TrimSpace(at))
	return jiraComment{
		ID: anyText(fmt.Sprintf("%s:%s:%s", key, at, author)), Author: &jiraUser{Name: anyText(strings.TrimSpace(author))},
		Body: jiraText(body), Created: anyText(at),
	}
}

// jiraStamp writes the times of the export's own format, 17/Mar/23 10:02 AM, with four digits: it is Jira's default, and Jira has no
// issues of the nineteen-hundreds. Everything else is left as it is.
func jiraStamp(s string) string {
	for _, layout := range []string{"2/Jan/06 3:04 PM", "02/Jan/06 3:04 PM", "2/Jan/06 15:04", "2/Jan/06"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 2000 {
			return t.Format("2006-01-02T15:04:05")
		}
	}
	return s
}

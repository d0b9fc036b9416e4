package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var statuspage = Source{
	Name:   "statuspage",
	Doc:    "Statuspage incidents.json or scheduled-maintenances.json, archives of its history as NDJSON, Google Cloud's incidents.json",
	Detect: detectStatuspage,
	Read: reading(func(e *emitter) {
		s := &spReader{e}
		s.eachJSON(s.record, spLists...)
	}),
}

const statuspageName = "statuspage"

var spLists = []string{"incidents", "scheduled_maintenances"}

func detectStatuspage(in Input) bool {
	o := in.outline()
	for _, list := range spLists {
		if spKind(o.at(list)) != "" {
			return true
		}
	}
	return spKind(o) != "" || o.at("page").has("id", "time_zone") && (o.has("incidents") || o.has("scheduled_maintenances"))
}

// spKind tells the three ways of writing an incident with its public updates.
func spKind(o *outline) string {
	switch {
	case o.has("incident_updates", "name"), o.has("incident_updates", "impact"):
		return "statuspage"
	case o.has("external_desc", "begin"):
		return "google"
	case o.has("updates", "title") && (o.has("status_sequence") || o.at("updates").has("at", "status")):
		return "archive"
	}
	return ""
}

type spReader struct{ *emitter }

// spIncident holds the keys of all three forms.
type spIncident struct {
	ID      anyText `json:"id"`
	Updated anyText `json:"updated_at"`
	Status  anyText `json:"status"`
	Impact  anyText `json:"impact"`

	// Statuspage v2
	Name         anyText    `json:"name"`
	CreatedAt    anyText    `json:"created_at"`
	StartedAt    anyText    `json:"started_at"`
	MonitoringAt anyText    `json:"monitoring_at"`
	ResolvedAt   anyText    `json:"resolved_at"`
	ScheduledFor anyText    `json:"scheduled_for"`
	Shortlink    anyText    `json:"shortlink"`
	Backfilled   bool       `json:"backfilled"`
	Components   []spName   `json:"components"`
	V2Updates    []spUpdate `json:"incident_updates"`

	// archives of the history page
	Title    anyText    `json:"title"`
	URL      anyText    `json:"url"`
	Sequence []anyText  `json:"status_sequence"`
	Updates  []spUpdate `json:"updates"` // Google's too

	// Google Cloud
	Begin    anyText  `json:"begin"`
	End      anyText  `json:"end"`
	Created  anyText  `json:"created"`
	Modified anyText  `json:"modified"`
	Desc     anyText  `json:"external_desc"`
	Severity anyText  `json:"severity"`
	URI      anyText  `json:"uri"`
	Service  anyText  `json:"service_name"`
	Products []spName `json:"affected_products"`
}

type spUpdate struct {
	ID        anyText `json:"id"`
	Status    anyText `json:"status"`
	Body      anyText `json:"body"`
	Message   anyText `json:"message"`
	Text      anyText `json:"text"`
	DisplayAt anyText `json:"display_at"`
	CreatedAt anyText `json:"created_at"`
	At        anyText `json:"at"`
	When      anyText `json:"when"`
}

// spName is a component: its name, or an object with it.
type spName string

func (n *spName) fromJSON(d *jsonDecoder, i int) int {
	if d.s.b[i] != '{' {
		return (*anyText)(n).fromJSON(d, i)
	}
	var v struct {
		Name  anyText `json:"name"`
		Title anyText `json:"title"`
	}
	end := d.into(i, &v)
	*n = spName(firstOf(string(v.Name), string(v.Title)))
	return end
}

func (s *spReader) record(r jsonRecord) bool {
	var v spIncident
	if !s.decode(r, &v) {
		return false
	}
	if v.ID == "" {
		s.reject("incident without an id", "")
		return false
	}
	row := &schema.IncidentRow{
		Source: statuspageName, NativeID: string(v.ID), Record: schema.RecordIncident, Title: firstOf(string(v.Name), string(v.Title), string(v.Desc)),
		Status: v.status(), Severity: firstOf(string(v.Impact), string(v.Severity)), URL: v.url(), Services: v.services(), Backfilled: v.Backfilled,
	}
	if v.maintenance() {
		row.Record = schema.RecordMaintenance
	}
	// A maintenance is announced long before it starts; scheduled_for says when that is, where the form has it.
	for _, f := range []struct {
		name string
		at   *time.Time
		text string
	}{
		{"started_at", &row.StartedAt, firstOf(string(v.ScheduledFor), string(v.StartedAt), string(v.Begin), string(v.CreatedAt))},
		{"created_at", &row.DeclaredAt, firstOf(string(v.CreatedAt), string(v.Created))},
		{"monitoring_at", &row.MitigatedAt, string(v.MonitoringAt)},
		{"resolved_at", &row.ResolvedAt, firstOf(string(v.ResolvedAt), string(v.End))},
		{"updated_at", &row.Updated, firstOf(string(v.Updated), string(v.Modified))},
	} {
		var ok bool
		if *f.at, ok = s.optional(f.name, f.text); !ok {
			return false
		}
	}
	if row.Record == schema.RecordMaintenance {
		row.DeclaredAt = time.Time{} // announced, not begun
	}
	if row.StartedAt.IsZero() {
		s.reject("incident without a start", "")
		return false
	}
	s.checkEnds(row)
	s.row(row)
	s.updates(row.NativeID, append(v.V2Updates, v.Updates...))
	return true
}

// updates gives the public updates. Where they have no id, their time and status are the key, and their number among equals.
func (s *spReader) updates(incident string, updates []spUpdate) {
	equal := map[string]int{}
	for _, u := range updates {
		at, ok := s.required("update's time", firstOf(string(u.DisplayAt), string(u.At), string(u.When), string(u.CreatedAt)))
		if !ok {
			continue
		}
		id := string(u.ID)
		if id == "" {
			id = incident + ":" + strconv.FormatInt(at.Unix(), 10) + ":" + strings.ToLower(string(u.Status))
			equal[id]++
			if n := equal[id]; n > 1 {
				id = fmt.Sprintf("%s:%d", id, n)
			}
		}
		s.row(&schema.ActivityRow{
			At: at, Source: statuspageName, NativeID: id, Kind: schema.StatusUpdate, Thread: incident, IncidentRef: []string{incident},
			Size: chars(firstOf(string(u.Body), string(u.Message), string(u.Text))),
		})
	}
}

func (v *spIncident) maintenance() bool {
	if v.Impact == "maintenance" || v.ScheduledFor != "" {
		return true
	}
	return len(v.Sequence) > 0 && strings.EqualFold(string(v.Sequence[0]), "scheduled")
}

// status is the last one; Google's is only in its updates, newest first.
func (v *spIncident) status() string {
	switch {
	case v.Status != "":
		return string(v.Status)
	case len(v.Sequence) > 0:
		return strings.ToLower(string(v.Sequence[len(v.Sequence)-1]))
	case v.Begin != "" && v.End != "":
		return "resolved"
	case v.Begin != "" && len(v.Updates) > 0:
		return strings.ToLower(string(v.Updates[0].Status))
	}
	return ""
}

func (v *spIncident) url() string {
	if v.URI != "" {
		return "https://status.cloud.google.com/" + strings.TrimPrefix(string(v.URI), "/")
	}
	return firstOf(string(v.URL), string(v.Shortlink))
}

func (v *spIncident) services() []string {
	var out []string
	for _, n := range append(v.Components, v.Products...) {
		if n != "" && !contains(out, string(n)) {
			out = append(out, string(n))
		}
	}
	if len(out) == 0 && v.Service != "" {
		out = []string{string(v.Service)}
	}
	return out
}

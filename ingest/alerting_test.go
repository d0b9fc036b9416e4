package ingest

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/orgheat/orgheat/schema"
)

// TestDetectForeign: files of no source, and of sources that share words with incidents, are not taken for any of these.
func TestDetectForeign(t *testing.T) {
	for name, text := range map[string]string{
		"roster.csv":    "id,name,email,title,team,manager,startDate\n1,Ada,ada@acme.test,Engineer,Pay,Ben,2020-01-01\n",
		"reviews.csv":   "incident,held_at,facilitator,attendees,required,readers,severity\nINC-1,2024-01-01,ada,ben,,3,SEV1\n",
		"oncall.csv":    "person,schedule,start,end,service,team\nada@acme.test,Pay,2024-01-01,2024-01-02,pay,Pay\n",
		"events.csv":    "name,category,start,end,scope\nPerf,promotion,2024-01-01,2024-01-02,\n",
		"series.csv":    "at,name,value\n2024-01-01,rps,1\n",
		"activity.csv":  "at,source,native_id,kind,actor\n2024-01-01T00:00:00Z,x,1,note,ada\n",
		"issues.json":   `[{"id":1,"number":4,"title":"x","state":"closed","created_at":"2024-01-01T00:00:00Z","closed_at":null,"labels":[],"user":{"login":"a","id":1}}]`,
		"channels.json": `[{"id":"C1","name":"general","created":1700000000,"priority":0,"members":["U1"],"topic":{"value":""}}]`,
		"users.json":    `[{"id":"U1","name":"ada","profile":{"email":"ada@acme.test"},"updated":1700000000,"tz":"Europe/Rome"}]`,
		"prose.md":      "# Incident on 2024-03-05, 02:10 UTC\n\n## Summary\nid,severity\n",
		"empty":         "",
		"nul":           "\x00\x00\x00",
		"html":          "<!DOCTYPE html><title>x</title>",
	} {
		for _, s := range []Source{pagerDuty, opsgenie, statuspage, jira, incidents} {
			if s.Detect(textInput(name, text)) {
				t.Errorf("%s is taken for %s", name, s.Name)
			}
		}
	}
}

// TestAlertingOnce reads an incident and its log entries in both orders, as a table that keeps the last updated row of a key would: one
// alert at the incident's creation, one acknowledgement that knows the service, whatever comes first.
func TestAlertingOnce(t *testing.T) {
	incident := `{"id":"Q1","type":"incident","incident_number":1,"title":"Down, INC-7","created_at":"2024-03-05T02:10:00Z","status":"acknowledged","service":{"id":"S","summary":"pay"},` +
		`"acknowledgements":[{"at":"2024-03-05T02:12:30Z","acknowledger":{"id":"U1","type":"user_reference"}}]}`
	logs := `{"id":"R2","type":"trigger_log_entry","created_at":"2024-03-05T02:40:00Z","incident":{"id":"Q1"}}` + "\n" +
		`{"id":"R1","type":"trigger_log_entry","created_at":"2024-03-05T02:10:01Z","incident":{"id":"Q1"}}` + "\n" +
		`{"id":"R3","type":"acknowledge_log_entry","created_at":"2024-03-04T21:12:30-05:00","agent":{"id":"U1","type":"user_reference"},"incident":{"id":"Q1"}}`
	for _, c := range []struct{ text, alertAt string }{
		{incident + "\n" + logs, "2024-03-05T02:10:00Z"},
		{logs + "\n" + incident, "2024-03-05T02:10:00Z"},
		{logs, "2024-03-05T02:10:01Z"}, // without the incident, the earlier trigger
	} {
		type key struct {
			id    string
			kind  schema.Kind
			actor string
		}
		kept := map[key]schema.ActivityRow{}
		for row, err := range pagerDuty.Read(context.Background(), textInput("x.json", c.text)) {
			if err != nil {
				t.Fatal(err)
			}
			if a, ok := row.(*schema.ActivityRow); ok {
				k := key{a.NativeID, a.Kind, a.Actor}
				if old, seen := kept[k]; !seen || !a.Updated.Before(old.Updated) {
					kept[k] = *a
				}
			}
		}
		if len(kept) != 2 {
			t.Errorf("%d activities, want an alert and an ack: %v", len(kept), kept)
		}
		for k, a := range kept {
			if k.kind == schema.Alert && a.At.Format(time.RFC3339) != c.alertAt {
				t.Errorf("alert at %s, want %s", a.At, c.alertAt)
			}
			if k.kind == schema.Ack && strings.Contains(c.text, "incident_number") && (a.Container != "pay" || len(a.IncidentRef) != 1) {
				t.Errorf("ack lost what the incident knows: %+v", a)
			}
		}
	}
}

// TestIncidentsMap: --map names foreign columns, for detection too, and an unusable file says which columns it has and how to name one.
func TestIncidentsMap(t *testing.T) {
	in := textInput("x.csv", "Vorfall,Titel,Schwere,Beginn\nV-1,Ausfall,hoch,2024-03-05T02:10:00Z\n")
	if incidents.Detect(in) {
		t.Error("detected without --map")
	}
	var last error
	for _, err := range incidents.Read(context.Background(), in) {
		last = err
	}
	if want := "x.csv: required columns are missing: id; the file has: Vorfall, Titel, Schwere, Beginn; name theirs with --map id=COLUMN"; last == nil || last.Error() != want {
		t.Errorf("%v, want %s", last, want)
	}
	in.Map = map[string]string{"id": "Vorfall", "title": "Titel", "severity": "Schwere", "started_at": "Beginn"}
	if !incidents.Detect(in) {
		t.Error("not detected with --map")
	}
	for row, err := range incidents.Read(context.Background(), in) {
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := row.(*schema.IncidentRow); ok && (r.NativeID != "V-1" || r.Severity != "hoch" || r.StartedAt.IsZero()) {
			t.Errorf("%+v", r)
		}
	}
}

// fuzzSource feeds a source's fixtures, mutated, to its detection and its reader. Neither may panic, and what comes out must be storable.
func fuzzSource(f *testing.F, s Source) {
	for _, path := range fixtures(s) {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := Input{Path: "fuzz", FS: oneFile{name: "fuzz", open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}}
		s.Detect(in)
		for row, err := range s.Read(context.Background(), in) {
			if e, ok := err.(*RowError); ok && (e.Reason == "" || utf8.RuneCountInString(e.Detail) > 81) {
				t.Errorf("reject %q %q", e.Reason, e.Detail)
			}
			checkRow(t, row)
		}
	})
}

func checkRow(t *testing.T, row schema.Row) {
	inRange := func(at time.Time) bool { return at.IsZero() || at.Year() >= 1989 && at.Year() <= 2101 }
	switch r := row.(type) {
	case *schema.ActivityRow:
		if r.NativeID == "" || r.Source == "" || r.Kind == "" || r.At.IsZero() || !inRange(r.At) {
			t.Errorf("%+v", r)
		}
	case *schema.IncidentRow:
		if r.NativeID == "" || r.Record == "" || !inRange(r.StartedAt) || !r.ResolvedAt.IsZero() && r.ResolvedAt.Before(r.StartedAt) {
			t.Errorf("%+v", r)
		}
	case *schema.IdentityRow:
		if r.NativeID == "" {
			t.Errorf("%+v", r)
		}
	case *schema.ShiftRow:
		if r.NativeID == "" || r.Person == "" || r.Start.IsZero() || !r.End.IsZero() && !r.End.After(r.Start) {
			t.Errorf("%+v", r)
		}
	}
}

func FuzzPagerDuty(f *testing.F)  { fuzzSource(f, pagerDuty) }
func FuzzOpsgenie(f *testing.F)   { fuzzSource(f, opsgenie) }
func FuzzStatuspage(f *testing.F) { fuzzSource(f, statuspage) }
func FuzzJira(f *testing.F)       { fuzzSource(f, jira) }
func FuzzIncidents(f *testing.F)  { fuzzSource(f, incidents) }

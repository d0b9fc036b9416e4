package dashboard

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// words are the texts of the fixture; a hostile fixture says something else everywhere.
type words struct{ team, function, name, service, severity, title, channel, emoji, source, location, file, reason string }

var plainWords = words{"Storage", "Engineering", "Ada", "ledger", "SEV2", "Queue stuck", "general", "batman", "slack", "Berlin", "export.zip", "no time stamp"}

// seed writes a small organization and returns its database:
//   - 12 messages of Ada on Wednesday 2026-03-04, one at each minute from 10:00 to 10:11 UTC,
//   - 3 of Bo on Saturday 2026-03-07 from 23:00,
//   - 1 reaction of Bo,
//   - 60 incidents, one a day from 2026-01-01 12:00, each an hour long.
func seed(t testing.TB, w words) *schema.DB {
	t.Helper()
	db := schematest.Open(t)
	wednesday, saturday := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC), time.Date(2026, 3, 7, 23, 0, 0, 0, time.UTC)
	var rows []schema.Row
	for i, email := range []string{"ada@example.com", "bo@example.com"} {
		id := fmt.Sprintf("U%d", i)
		rows = append(rows, &schema.IdentityRow{Source: w.source, Account: "T1", NativeID: id, Name: w.name + id, Email: email},
			&schema.PersonRow{AsOf: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Email: email, Name: w.name + id, Team: w.team, Function: w.function, Location: w.location, Zone: "UTC"})
	}
	rows = append(rows, &schema.IdentityRow{Source: w.source, Account: "T1", NativeID: "U9", Name: w.name, Login: w.name, Email: ""},
		&schema.ContainerRow{Source: w.source, Account: "T1", NativeID: "C1", Name: w.channel})
	add := func(at time.Time, actor string, n int, kind schema.Kind, emoji string) {
		for i := range n {
			at := at.Add(time.Duration(i) * time.Minute)
			rows = append(rows, &schema.ActivityRow{At: at, Source: w.source, Account: "T1", NativeID: fmt.Sprintf("C1:%s%d", actor, at.Unix()), Kind: kind, Actor: actor, Container: "C1", Emoji: emoji})
		}
	}
	add(wednesday, "U0", 12, schema.Message, "")
	add(saturday, "U1", 3, schema.Message, "")
	add(wednesday, "U1", 1, schema.Reaction, w.emoji)
	add(wednesday.AddDate(0, 0, 1), "U9", 1, schema.Reply, "")
	for i := range 60 {
		at := time.Date(2026, 1, 1+i, 12, 0, 0, 0, time.UTC)
		rows = append(rows, &schema.IncidentRow{Source: "incidents", NativeID: fmt.Sprintf("INC-%d", i+1), Record: schema.RecordIncident, Title: fmt.Sprintf("%s %d", w.title, i+1), Severity: w.severity,
			Status: "resolved", StartedAt: at, ResolvedAt: at.Add(time.Hour), Services: []string{w.service}})
	}
	load(t, db, w, rows)
	return db
}

func load(t testing.TB, db *schema.DB, w words, rows []schema.Row) {
	t.Helper()
	ctx := context.Background()
	const id = 1770000000000
	schematest.Write(t, db, id, false, rows...)
	must(t, db.LogLoads(ctx, schema.Load{ID: id, File: w.file, Source: w.source, State: "failed", StartedAt: time.UnixMilli(id), EndedAt: time.UnixMilli(id + 1500), Records: 17, Rows: 17, Rejected: 2, Error: w.reason}))
	must(t, db.LogRejects(ctx, id, w.file, w.source, []schema.Reject{{Part: w.channel, Line: 3, Reason: w.reason, Detail: w.title}, {Part: w.channel, Line: 7, Reason: w.reason, Detail: w.title}}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newServer serves db; today is 2026-03-10.
func newServer(t testing.TB, db *schema.DB) *httptest.Server {
	t.Helper()
	h, err := New(Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler), Version: "test", Now: func() time.Time { return time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }})
	must(t, err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// get asks for a path of s and returns the answer and its body.
func get(t testing.TB, s *httptest.Server, path string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(s.URL + path)
	must(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp, string(body)
}

package dashboard

import (
	"context"
	"errors"
	"html"
	"log/slog"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestWarmPages: once pages are made ahead, the first to open one makes the database answer nothing but what state the data are in (one question, and
// one about the log of loads where the page shows that), whatever range of its form they choose; after a load pages are made anew, and while somebody asks none is made ahead.
func TestWarmPages(t *testing.T) {
	db, ctx := seed(t, plainWords), context.Background()
	d, err := New(Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }})
	must(t, err)
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	questions := func() (n uint64) {
		t.Helper()
		must(t, db.Conn.QueryRow(ctx, "SELECT sum(value) FROM system.events WHERE event = 'SelectQuery'").Scan(&n))
		return n
	}

	d.s.gate.places <- struct{}{}
	short, cancel := context.WithTimeout(ctx, 4*quietAfter)
	if err := d.s.warm(short); !errors.Is(err, context.DeadlineExceeded) || len(d.s.kept.pages) > 0 {
		t.Errorf("beside a request, reading ahead ends with %v and made %d pages", err, len(d.s.kept.pages))
	}
	cancel()
	<-d.s.gate.places

	must(t, d.s.warm(ctx))
	before := questions()
	own := questions() - before // what the count itself asks
	for _, p := range pages {
		if p.Hidden && p.Path != "/report" {
			continue
		}
		before, want := questions(), own+1
		if p.Raw {
			want++
		}
		resp, body := get(t, s, p.Path)
		if asked := questions() - before; resp.StatusCode != 200 || len(body) < 2000 || asked > want {
			t.Errorf("%s: status %d, %d bytes, %d questions, want %d", p.Path, resp.StatusCode, len(body), asked, want)
		}
	}

	// The ranges of a page's form, too: INC-1 to INC-8 and their chatter are of some days.
	_, body := get(t, s, "/oncall")
	ranges := regexp.MustCompile(`href="(/oncall\?from=[^"]*)"`).FindAllStringSubmatch(body, -1)
	if len(ranges) < 5 {
		t.Fatalf("%d ranges to choose", len(ranges))
	}
	for _, r := range ranges {
		before := questions()
		if resp, _ := get(t, s, html.UnescapeString(r[1])); resp.StatusCode != 200 || questions()-before > own+1 {
			t.Errorf("%s: status %d, not made ahead", r[1], resp.StatusCode)
		}
	}

	if _, body := get(t, s, "/incidents"); strings.Contains(body, "brand new") {
		t.Fatal("an incident of the future")
	}
	schematest.Write(t, db, 1770000001000, true, &schema.IncidentRow{Source: "incidents", NativeID: "INC-61", Record: schema.RecordIncident, Title: "brand new", StartedAt: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)})
	if _, body := get(t, s, "/incidents"); !strings.Contains(body, "brand new") {
		t.Error("after a load the page is as before")
	}
	must(t, db.LogLoads(ctx, schema.Load{ID: 1770000002000, File: "later.zip", Source: "slack", State: "done", StartedAt: time.UnixMilli(1770000002000), EndedAt: time.UnixMilli(1770000003000)}))
	if _, body := get(t, s, "/data"); !strings.Contains(body, "later.zip") {
		t.Error("a load that changed nothing is not listed")
	}
}

// TestKeptPagesAreTheAskers: a page that is kept is given to nobody else, and each time that it names people is written down.
func TestKeptPagesAreTheAskers(t *testing.T) {
	s, audit, _ := newGuarded(t, seed(t, plainWords))
	leader, viewer := logIn(t, s, "leader"), logIn(t, s, "viewer")
	const path = "/chatter/events?weekday=3&hour=10"
	for range 2 {
		if status, body := fetch(t, leader, s.URL+path); status != 200 || !strings.Contains(body, "Ada") {
			t.Errorf("the leader gets %d", status)
		}
	}
	if _, body := fetch(t, viewer, s.URL+path); strings.Contains(body, "Ada") || strings.Contains(body, "leader, as") {
		t.Error("the viewer gets the leader's page")
	}
	written, err := os.ReadFile(audit)
	must(t, err)
	if n := strings.Count(string(written), `"path":"/chatter/events"`); n != 2 {
		t.Errorf("%d entries in the audit log, want 2", n)
	}
}

// TestKeptPagesBound: pages of an older state go, those of one that is over are not kept, and what does not fit throws away what is there.
func TestKeptPagesBound(t *testing.T) {
	var k keptPages
	key := func(path string) pageKey { return pageKey{path: path} }
	page := func(seq uint64, bytes int) madePage {
		return madePage{gzip: make([]byte, bytes), of: dataState{seq: seq}}
	}
	k.put(key("/a"), page(2, 10))
	k.put(key("/old"), page(1, 10))
	k.put(key("/huge"), page(2, mostKept/16+1))
	if _, ok := k.get(dataState{seq: 2}, key("/a")); !ok || len(k.pages) != 1 || k.bytes != 10 {
		t.Errorf("%d pages of %d bytes", len(k.pages), k.bytes)
	}
	if _, ok := k.get(dataState{seq: 2, log: "other"}, key("/a")); ok {
		t.Error("a page of another log is taken")
	}
	k.put(key("/b"), page(3, 20))
	if _, ok := k.get(dataState{seq: 3}, key("/b")); !ok || k.has(key("/a")) || k.bytes != 20 {
		t.Errorf("after a load %d pages of %d bytes", len(k.pages), k.bytes)
	}
	for _, path := range strings.Split("abcdefghijklmnopq", "") { // seventeen sixteenths
		k.put(key(path), page(3, mostKept/16))
	}
	if k.bytes != mostKept/8 || len(k.pages) != 2 { // the sixteenth found no room
		t.Errorf("%d pages of %d bytes", len(k.pages), k.bytes)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/creack/pty"
	"golang.org/x/net/html"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/ingest"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema/schematest"
)

// hostile are prefixes that make a text markup, a formula, a template, a terminal's command or the end of a string.
var hostile = []string{`</script><script>alert(1)</script>`, `=HYPERLINK("http://evil.example","x")`, `+1+cmd|' /C calc'!A0`, "@SUM(1)", "-2+3", `"'><img src=x onerror=alert(2)>`,
	"\x1b[31m\x1b]0;title\x07", "\u202egnp.", `{{.}}<!--`, `\'); DROP TABLE person; --`, "\tx", "javascript:alert(3)"}

// hostileOrg writes files of every kind that can be a table, with a hostile prefix in every text.
func hostileOrg(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	n := 0
	evil := func(word string) string {
		n++
		return hostile[n%len(hostile)] + " " + word
	}
	table := func(name string, lines ...[]string) {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(lines); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roster := [][]string{{"name", "email", "location", "title", "team", "function", "startDate", "level", "manager"}}
	incidents := [][]string{{"id", "title", "severity", "status", "started_at", "resolved_at", "services", "owning_team", "trigger", "themes", "commander", "url", "channels"}}
	grants, shifts := [][]string{{"person", "start", "cliff_months", "total_months", "frequency", "quantity"}}, [][]string{{"person", "schedule", "start", "end", "service", "team"}}
	reviews, events, owners := [][]string{{"incident", "held_at", "facilitator", "attendees", "readers"}}, [][]string{{"name", "category", "start", "end", "scope"}}, [][]string{{"service", "team", "from"}}
	series := [][]string{{"at", "name", "value"}}
	aliases := [][]string{{"source", "account", "person"}}
	var activity bytes.Buffer
	act := func(v map[string]any) {
		if err := json.NewEncoder(&activity).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for i, h := range hostile {
		mail := fmt.Sprintf("p%d@example.com", i)
		team, service := evil("team"), evil("service")
		roster = append(roster, []string{evil("name"), mail, evil("place"), evil("title"), team, evil("function"), "2020-01-01", evil("level"), evil("manager")})
		id := evil(fmt.Sprintf("INC-%d", i))
		day := fmt.Sprintf("2026-02-%02d", i+1)
		incidents = append(incidents, []string{id, evil("incident"), evil("sev"), evil("status"), day + "T10:00:00Z", day + "T11:00:00Z", service, team, evil("trigger"), evil("theme"), evil("lead"), "https://x.example/" + h, evil("channel")})
		grants = append(grants, []string{mail, "2020-01-01", "12", "48", "monthly", "100"})
		shifts = append(shifts, []string{mail, evil("schedule"), day + "T00:00:00Z", day + "T23:00:00Z", service, team})
		reviews = append(reviews, []string{id, day + "T15:00:00Z", evil("host"), mail + ";" + evil("guest"), "4"})
		events = append(events, []string{evil("event"), evil("category"), day, "", team})
		owners = append(owners, []string{service, team, "2020-01-01"})
		series = append(series, []string{day, evil("series"), "5"})
		source := fmt.Sprintf("tool%d", i%3)
		actor := evil(fmt.Sprintf("actor%d", i))
		aliases = append(aliases, []string{source, actor, mail})
		for j, kind := range []string{"message", "reaction", "join", "page", "ack"} {
			act(map[string]any{"at": fmt.Sprintf("%sT10:%02d:00Z", day, 5*j), "source": source, "account": evil("account"), "native_id": fmt.Sprintf("%d-%d", i, j), "kind": kind, "actor": actor,
				"container": evil("room"), "thread": evil("thread"), "emoji": evil("batman"), "incident_ref": []string{id}, "size": 3})
		}
	}
	for i := range hostile {
		act(map[string]any{"at": fmt.Sprintf("2026-03-%02dT10:00:00Z", i+1), "source": "tool0", "native_id": fmt.Sprint("lone", i), "kind": "message", "actor": evil("unmatched")})
	}
	roster = append(roster, []string{evil("broken"), evil("no mail"), "", "", "", "", evil("no day"), "", ""})
	table("roster.csv", roster...)
	table("incidents.csv", incidents...)
	table("vesting.csv", grants...)
	table("oncall.csv", shifts...)
	table("reviews.csv", reviews...)
	table("org-events.csv", events...)
	table("ownership.csv", owners...)
	table("series.csv", series...)
	table("aliases.csv", aliases...)
	if err := os.WriteFile(filepath.Join(dir, "activity.ndjson"), activity.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestHostileFiles: texts that mean to be markup, formulas, SQL or terminal commands go through real loaders into pages, charts' data, JSON and
// CSV as texts, in every role.
func TestHostileFiles(t *testing.T) {
	needEngine(t)
	dir, db, ctx := hostileOrg(t), schematest.Open(t), context.Background()
	var printed bytes.Buffer // by the commands
	for _, kind := range []string{"roster", "incidents", "vesting", "oncall", "reviews", "org-events", "ownership", "series", "aliases", "activity"} {
		files, _ := filepath.Glob(filepath.Join(dir, kind+".*"))
		report, err := ingest.Load(ctx, db, files, ingest.Options{As: kind, MaxRejects: 1000})
		if err != nil {
			t.Fatalf("%s: %v %+v", kind, err, report.Files)
		}
		if len(report.Files) != 1 || report.Files[0].Records < uint64(len(hostile)) {
			t.Errorf("%s: %+v", kind, report.Files)
		}
		printReport(&printed, report)
	}
	handler, err := dashboard.New(dashboard.Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	defer s.Close()

	markup, asked := 0, map[string]bool{}
	next := []string{"/"}
	for _, m := range query.Metrics {
		next = append(next, "/api/v1/metrics/"+m.ID)
		for _, by := range m.By {
			next = append(next, "/api/v1/metrics/"+m.ID+".csv?by="+by, "/api/v1/metrics/"+m.ID+"?"+url.Values{"by": {by}, "team": {hostile[0] + " team"}, "service": {hostile[9]}}.Encode())
		}
		next = append(next, "/api/v1/metrics/"+m.ID+".csv")
	}
	for len(next) > 0 && len(asked) < 250 {
		path := next[0]
		next = next[1:]
		if key, _, _ := strings.Cut(path, "#"); asked[key] {
			continue
		} else {
			asked[key] = true
		}
		resp, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, err = b.ReadFrom(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode >= 500 {
			t.Errorf("%s: %d %v %.200s", path, resp.StatusCode, err, b.String())
			continue
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if p := resp.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
		if resp.StatusCode != http.StatusOK {
			continue
		}
		switch kind := resp.Header.Get("Content-Type"); {
		case strings.HasPrefix(kind, "text/html"):
			links := checkHTML(t, path, b.String())
			if markup += strings.Count(b.String(), "&lt;/script&gt;"); len(next) < 2000 {
				next = append(next, links...)
			}
		case strings.HasPrefix(kind, "text/csv"):
			checkCSV(t, path, b.Bytes())
		case strings.HasPrefix(kind, "application/json"):
			if !json.Valid(b.Bytes()) || bytes.Contains(b.Bytes(), []byte("<")) {
				t.Errorf("%s: JSON that a browser could take for markup", path)
			}
		}
	}
	if markup < 10 || len(asked) < 60 {
		t.Errorf("%d pages and %d hostile texts: the test proves little", len(asked), markup)
	}
	// The tables are still there, and a terminal gets words only.
	for _, m := range query.Metrics {
		if len(m.Requires) > 0 {
			continue
		}
		r, err := m.Run(ctx, query.NewDB(db), query.NewFilter(nil))
		if err != nil {
			t.Fatalf("%s: %v", m.ID, err)
		}
		if err := printTable(&printed, r); err != nil {
			t.Fatal(err)
		}
	}
	status, err := db.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := printStatus(&printed, status); err != nil {
		t.Fatal(err)
	}
	unmatched, err := db.Unmatched(ctx)
	if err != nil {
		t.Fatal(err)
	}
	data := screenOf(t, func(w io.Writer) error { return writeUnmatched(w, unmatched) })
	for name, text := range map[string]string{"a command": printed.String(), "identities, on a terminal,": data} {
		if i := strings.IndexFunc(text, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); i >= 0 || !strings.Contains(text, "[31m") {
			t.Errorf("%s prints %q", name, text[max(i, 0):min(max(i, 0)+80, len(text))])
		}
	}
}

// screenOf is what a terminal gets to see of show.
func screenOf(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	terminal, f, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	seen := make(chan string)
	go func() {
		b, _ := io.ReadAll(terminal) // ends in EIO when f is closed
		seen <- strings.ReplaceAll(string(b), "\r\n", "\n")
	}()
	err = show(f, write)
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	return <-seen
}

// checkHTML finds scripts, handlers and links that are not the page's own, and returns its links within the site.
func checkHTML(t *testing.T, path, page string) (links []string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return links
		case html.CommentToken:
			t.Errorf("%s: a comment %q", path, z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			attr := map[string]string{}
			for _, a := range tag.Attr {
				attr[a.Key] = a.Val
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") && (a.Key == "href" || a.Key == "src" || a.Key == "action") {
					t.Errorf("%s: <%s %s=%q>", path, tag.Data, a.Key, a.Val)
				}
			}
			switch {
			case tag.Data == "script" && attr["type"] == "application/json":
				z.Next()
				if !json.Valid(z.Raw()) {
					t.Errorf("%s: chart data that is no JSON: %.100s", path, z.Raw())
				}
			case (tag.Data == "script" || tag.Data == "img") && !strings.HasPrefix(attr["src"], "/static/"):
				t.Errorf("%s: <%s src=%q>", path, tag.Data, attr["src"])
			case tag.Data == "a" && strings.HasPrefix(attr["href"], "/"):
				links = append(links, attr["href"])
			case tag.Data == "a" && !strings.HasPrefix(attr["href"], "#"):
				t.Errorf("%s: a link to %q", path, attr["href"])
			}
		}
	}
}

// checkCSV finds cells that a spreadsheet would run.
func checkCSV(t *testing.T, path string, b []byte) {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	for _, line := range lines {
		for _, cell := range line {
			if cell == "" || !strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				continue
			}
			if _, err := strconv.ParseFloat(cell, 64); err != nil {
				t.Errorf("%s: cell %q", path, cell)
			}
		}
	}
}

package dashboard

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

const testPassword = "correct horse"

// newGuarded serves db to users named as their roles, and returns the server, its audit log's file and its own log.
func newGuarded(t *testing.T, db *schema.DB) (s *httptest.Server, audit string, log *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "users.toml")
	for _, role := range []query.Role{query.Viewer, query.Leader, query.Admin} {
		must(t, auth.SetUser(file, role.String(), role, testPassword))
	}
	users, err := auth.New(auth.Config{Users: file}, nil)
	must(t, err)
	audit = filepath.Join(dir, "audit.jsonl")
	writer, err := NewAudit(audit)
	must(t, err)
	log = &bytes.Buffer{}
	h, err := New(Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.NewTextHandler(log, nil)), Auth: users, Audit: writer, Now: func() time.Time { return time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }})
	must(t, err)
	s = httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s, audit, log
}

// logIn is a browser that logged in.
func logIn(t *testing.T, s *httptest.Server, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	c := &http.Client{Jar: jar}
	resp, err := c.PostForm(s.URL+"/login", url.Values{"name": {name}, "password": {testPassword}, "next": {"/data"}})
	must(t, err)
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.Request.URL.Path != "/data" {
		t.Fatalf("login of %s ends at %s with %d", name, resp.Request.URL, resp.StatusCode)
	}
	return c
}

func fetch(t *testing.T, c *http.Client, address string) (int, string) {
	t.Helper()
	resp, err := c.Get(address)
	must(t, err)
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	must(t, err)
	return resp.StatusCode, b.String()
}

func TestLoginIsNeeded(t *testing.T) {
	s, _, _ := newGuarded(t, seed(t, plainWords))
	still := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, p := range pages {
		path := strings.ReplaceAll(p.Path, ":id", "INC-1")
		resp, err := still.Get(s.URL + path + "?by=team")
		must(t, err)
		resp.Body.Close()
		want := "/login?" + url.Values{"next": {path + "?by=team"}}.Encode()
		if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || to != want {
			t.Errorf("%s: %d to %q", path, resp.StatusCode, to)
		}
	}
	for path, want := range map[string]int{"/api/v1/metrics": 401, "/api/v1/metrics/chatter.csv": 401, "/login": 200, "/healthz": 200, "/readyz": 200} {
		if status, body := fetch(t, still, s.URL+path); status != want || strings.Contains(body, "Ada") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	leader := logIn(t, s, "leader")
	if status, body := fetch(t, leader, s.URL+"/"); status != 200 || !strings.Contains(body, "leader, as leader") {
		t.Errorf("overview: %d", status)
	}
	resp, err := leader.PostForm(s.URL+"/logout", nil)
	must(t, err)
	resp.Body.Close()
	leader.CheckRedirect = still.CheckRedirect
	if status, _ := fetch(t, leader, s.URL+"/"); status != http.StatusSeeOther {
		t.Errorf("after the logout: %d", status)
	}
}

func TestForgedRequests(t *testing.T) {
	s, _, log := newGuarded(t, seed(t, plainWords))
	for what, test := range map[string]struct {
		path    string
		headers map[string]string
		body    string
		status  int
	}{
		"another site":        {"/login", map[string]string{"Sec-Fetch-Site": "cross-site"}, "name=leader&password=correct+horse", 403},
		"another origin":      {"/logout", map[string]string{"Origin": "https://evil.example"}, "", 403},
		"a wrong password":    {"/login", nil, "name=leader&password=wrong-secret-word", 401},
		"password in the URL": {"/login?name=leader&password=correct+horse", nil, "", 401},
		"a huge body":         {"/login", nil, "name=" + strings.Repeat("x", 1<<20), 413},
	} {
		req, err := http.NewRequest("POST", s.URL+test.path, strings.NewReader(test.body))
		must(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, v := range test.headers {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != test.status || len(resp.Cookies()) > 0 {
			t.Errorf("%s: %d, cookies %v", what, resp.StatusCode, resp.Cookies())
		}
	}
	if said := log.String(); strings.Contains(said, "secret-word") || strings.Contains(said, "correct") {
		t.Errorf("the log says %s", said)
	}
}

// TestRolesOverHTTP: a viewer's pages, API and errors hold no name; a leader's do, and each of those answers is in the audit log, without
// names. Details of rejects are an admin's.
func TestRolesOverHTTP(t *testing.T) {
	w := plainWords
	w.name, w.title = "Ada Lovelace ", "Queue stuck, says Ada Lovelace U0"
	s, audit, _ := newGuarded(t, seed(t, w))
	viewer, leader, admin := logIn(t, s, "viewer"), logIn(t, s, "leader"), logIn(t, s, "admin")
	before, err := os.ReadFile(audit)
	must(t, err)
	if len(before) == 0 {
		t.Error("unmatched identities on the data page are not in the audit log")
	}
	asked := func(path string) []string {
		out := []string{path}
		for _, q := range []string{"person=ada@example.com", "by=person", "kind=reaction", "from=2026-03-04&to=2026-03-05", "team=Storage", "incident=INC-1", "group=U0&by=person"} {
			out = append(out, path+"?"+q)
		}
		return out
	}
	var paths []string
	for _, p := range pages {
		paths = append(paths, asked(strings.ReplaceAll(p.Path, ":id", "INC-1"))...)
	}
	for _, m := range query.Metrics {
		paths = append(paths, "/api/v1/metrics/"+m.ID, "/api/v1/metrics/"+m.ID+".csv?incident=INC-1")
	}
	for _, path := range paths {
		status, body := fetch(t, viewer, s.URL+path)
		if status >= 500 {
			t.Errorf("%s: %d", path, status)
		}
		body = strings.ReplaceAll(body, "ada%40example.com", "") // the asker's own words, in links
		if strings.Contains(path, "person=ada") {
			body = strings.ReplaceAll(body, "ada@example.com", "")
		}
		for _, secret := range []string{"Ada Lovelace", "ada@example.com", "bo@example.com"} {
			if i := strings.Index(strings.ToLower(body), strings.ToLower(secret)); i >= 0 {
				t.Errorf("a viewer's %s holds %q: %.120s", path, secret, body[max(0, i-60):])
			}
		}
	}
	after, err := os.ReadFile(audit)
	must(t, err)
	if string(after) != string(before) {
		t.Errorf("a viewer is in the audit log: %s", after[len(before):])
	}

	for _, path := range []string{"/api/v1/metrics/events", "/chatter/events?from=2026-03-04&to=2026-03-05&person=ada@example.com"} {
		status, body := fetch(t, leader, s.URL+path)
		if status != 200 || !strings.Contains(body, "Ada Lovelace") {
			t.Errorf("a leader's %s: %d", path, status)
		}
	}
	written, err := os.ReadFile(audit)
	must(t, err)
	var entries []AuditEntry
	_, err = ReadAudit(bytes.NewReader(written[len(after):]), func(e AuditEntry) error { entries = append(entries, e); return nil })
	must(t, err)
	if len(entries) != 2 {
		t.Fatalf("%d entries: %s", len(entries), written)
	}
	e := entries[1]
	if e.User != "leader" || e.Role != "leader" || e.Address != "127.0.0.1" || e.Path != "/chatter/events" || e.Count != 1 || e.Query.Get("from") != "2026-03-04" || len(e.People) != 1 || e.Query.Get("person") != e.People[0] {
		t.Errorf("entry %+v", e)
	}
	if strings.Contains(strings.ToLower(string(written)), "ada") || strings.Contains(string(written), "@") {
		t.Errorf("the audit log names people: %s", written)
	}

	if _, body := fetch(t, leader, s.URL+"/data"); strings.Contains(body, "<td>"+w.title) || !strings.Contains(body, "for administrators") {
		t.Error("a leader sees the details of rejects")
	}
	if _, body := fetch(t, admin, s.URL+"/data"); !strings.Contains(body, w.title) {
		t.Error("an admin does not see the details of rejects")
	}
}

// TestAuditFailsClosed: names that cannot be written down are not shown.
func TestAuditFailsClosed(t *testing.T) {
	s, audit, _ := newGuarded(t, seed(t, plainWords))
	leader := logIn(t, s, "leader")
	must(t, os.Remove(audit))
	must(t, os.Mkdir(audit, 0o700))
	status, body := fetch(t, leader, s.URL+"/api/v1/metrics/events")
	if status != http.StatusServiceUnavailable || strings.Contains(body, "Ada") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := fetch(t, leader, s.URL+"/api/v1/metrics/chatter"); status != 200 {
		t.Errorf("an answer without names: %d", status)
	}
}

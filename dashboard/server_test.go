package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

func TestAPI(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	_, body := get(t, s, "/api/v1/metrics")
	var list []metricInfo
	must(t, json.Unmarshal([]byte(body), &list))
	if len(list) != len(query.Metrics) || list[0].ID != "chatter" || list[0].By[0] != "none" || len(list[0].Columns) == 0 {
		t.Errorf("list of metrics: %s", body)
	}
	for _, path := range []string{"/api/v1/metrics/chatter?from=2026-03-04&to=2026-03-05", "/api/v1/metrics/chatter.json?from=2026-03-04&to=2026-03-05"} {
		_, body = get(t, s, path)
		var r query.Result
		must(t, json.Unmarshal([]byte(body), &r))
		if got := string(mustJSON(t, r.Rows)); got != `[[3,10,"",12]]` { // Wednesday, 10:00, everyone, the 12 messages of Ada
			t.Errorf("%s: rows %s", path, got)
		}
	}
	resp, body := get(t, s, "/api/v1/metrics/chatter.csv?from=2026-03-04&to=2026-03-05")
	if body != "weekday,hour,group,count\n3,10,,12\n" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("CSV %q as %s", body, resp.Header.Get("Content-Type"))
	}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

func TestHealth(t *testing.T) {
	s := newServer(t, schematest.Open(t))
	get(t, s, "/chatter")
	for path, want := range map[string][]string{"/healthz": {"ok"}, "/readyz": {"ready"},
		"/metrics": {"orgheat_engine_up 1\n", `orgheat_http_requests_total{route="/chatter",status="200"} 1`, `orgheat_http_request_duration_seconds_bucket{route="/chatter",le="+Inf"} 1`}} {
		resp, body := get(t, s, path)
		for _, w := range want {
			if resp.StatusCode != 200 || !strings.Contains(body, w) {
				t.Errorf("%s: status %d, %q does not hold %q", path, resp.StatusCode, body, w)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	a, err := loadAssets()
	must(t, err)
	s := newServer(t, schematest.Open(t))
	for _, name := range []string{"app.css", "app.js", "theme.js", "favicon.svg"} {
		want, err := os.ReadFile(filepath.Join("static", name))
		must(t, err)
		req, _ := http.NewRequest("GET", s.URL+a.url(name), nil)
		req.Header.Set("Accept-Encoding", "gzip, deflate, br")
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		got, err := io.ReadAll(brotli.NewReader(resp.Body))
		must(t, err)
		resp.Body.Close()
		if string(got) != string(want) || resp.Header.Get("Content-Encoding") != "br" || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d bytes of %d, headers %v", name, len(got), len(want), resp.Header)
		}
		if resp, body := get(t, s, a.url(name)); body != string(want) || !resp.Uncompressed { // Go's client asks for gzip and undoes it
			t.Errorf("%s as gzip: %d bytes of %d", name, len(body), len(want))
		}
	}
}

func TestListen(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "[::]:0"} {
		if l, err := Listen(context.Background(), addr, Security{}); err == nil || !strings.Contains(err.Error(), "no authentication") {
			t.Errorf("%s: listener %v, error %v", addr, l, err)
		}
	}
	l, err := Listen(context.Background(), "127.0.0.1:0", Security{})
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	begun := make(chan struct{})
	go func() {
		done <- Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			time.Sleep(50 * time.Millisecond)
			io.WriteString(w, "whole")
		}))
	}()
	answer := make(chan string)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	if got := <-answer; got != "whole" {
		t.Errorf("a request that ran at the shutdown got %q", got)
	}
	must(t, <-done)
}

// TestPanelsAreIsolated runs a good panel beside one that fails, one that panics and one that hangs.
func TestPanelsAreIsolated(t *testing.T) {
	db := schematest.Open(t)
	s := &server{Options: Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler), PanelTimeout: 100 * time.Millisecond}}
	r := &request{ctx: context.Background(), s: s, patience: s.PanelTimeout}
	good := reading("good", "", func(_ context.Context, p *panel) error { p.Title = "fine"; return nil })
	bad := reading("bad", "", func(context.Context, *panel) error { return errors.New("secret name") })
	panics := reading("panics", "", func(context.Context, *panel) error { panic("secret name") })
	hangs := reading("hangs", "", func(ctx context.Context, _ *panel) error { <-ctx.Done(); return ctx.Err() })
	must(t, r.run(good, bad, panics, hangs))
	if good.Title != "fine" || good.Err != "" {
		t.Errorf("the good panel: %+v", good)
	}
	for p, want := range map[*panel]string{bad: "the log says why", panics: "the log says why", hangs: "took too long"} {
		if !strings.Contains(p.Err, want) || strings.Contains(p.Err, "secret") {
			t.Errorf("panel %s says %q, want %q", p.ID, p.Err, want)
		}
	}
	asks := reading("asks", "", func(context.Context, *panel) error { return badRequest{errors.New("mend this")} })
	if err := r.run(asks, good); !errors.Is(err, query.ErrRequest) {
		t.Errorf("a request to mend gives %v", err)
	}
}

// TestEngineDies kills the engine under a running dashboard: the next pages are answered from a new one.
func TestEngineDies(t *testing.T) {
	schematest.Open(t) // skips without an engine
	dir := t.TempDir()
	ctx := context.Background()
	db, err := schema.Open(ctx, schema.Target{DataDir: dir, Settings: schema.DefaultSettings()})
	must(t, err)
	defer db.Close()
	_, err = db.Migrate(ctx, false)
	must(t, err)
	s := newServer(t, db)
	if resp, _ := get(t, s, "/data"); resp.StatusCode != 200 {
		t.Fatalf("before: status %d", resp.StatusCode)
	}
	var info struct{ PID int }
	data, err := os.ReadFile(filepath.Join(dir, "engine", "engine.json"))
	must(t, err)
	must(t, json.Unmarshal(data, &info))
	must(t, syscall.Kill(info.PID, syscall.SIGKILL))
	for _, path := range []string{"/data", "/chatter", "/readyz"} {
		if resp, body := get(t, s, path); resp.StatusCode != 200 || strings.Contains(body, "could not be shown") {
			t.Errorf("%s after the engine died: status %d: %s", path, resp.StatusCode, body)
		}
	}
}

func TestChoices(t *testing.T) {
	s := newServer(t, seed(t, plainWords))
	resp, body := get(t, s, "/choices/team")
	var list []string
	must(t, json.Unmarshal([]byte(body), &list))
	if resp.StatusCode != 200 || len(list) == 0 || !slices.IsSorted(list) {
		t.Errorf("status %d, teams %q", resp.StatusCode, body)
	}
	if resp, _ := get(t, s, "/choices/person"); resp.StatusCode != 404 {
		t.Errorf("a list that there is not: status %d", resp.StatusCode)
	}
}

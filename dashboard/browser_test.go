package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a headless Chromium with a profile of its own that notes whatever a page should not do.
type browser struct {
	ctx      context.Context
	mu       sync.Mutex
	problems []string
}

// openBrowser starts Chromium. Without one the test is skipped, or fails when ORGHEAT_TEST_REQUIRE=1.
func openBrowser(t *testing.T, host string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" && os.Getenv("ORGHEAT_TEST_REQUIRE") != "1" {
		t.Skip("no chromium on PATH")
	}
	if path == "" {
		t.Fatal("no chromium on PATH")
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true)}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); cancelAllocator() })
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, func(event any) { b.hear(event, host) }); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) hear(event any, host string) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.note("console %s: %v", e.Type, e.Args[0].Value)
		}
	case *runtime.EventExceptionThrown:
		b.note("exception: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.note("log %s: %s", e.Entry.Level, e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Host != host && u.Scheme != "data" {
			b.note("request to another host: %s", e.Request.URL)
		}
	}
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// check fails the test for whatever was noted.
func (b *browser) check(t *testing.T, where string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		t.Errorf("%s: %s", where, p)
	}
	b.problems = nil
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask runs one action and returns its value.
func ask[T any](t *testing.T, b *browser, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// look sets the window and the system's theme.
func (b *browser) look(t *testing.T, width, height int64, theme string) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(width, height))
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}); err != nil {
		t.Fatal(err)
	}
}

var windows = []struct {
	name          string
	width, height int64
}{{"desktop", 1440, 900}, {"phone", 390, 844}}

// visited are the addresses that the browser looks at.
var visited = []struct{ name, path string }{{"overview", "/"}, {"chatter", "/chatter"}, {"chatter-team", "/chatter?by=team&clock=org"}, {"events", "/chatter/events?weekday=3&hour=10"},
	{"incidents", "/incidents"}, {"data", "/data"}, {"problem", "/chatter?from=tomorrow"}}

// TestScreenshots writes pictures of every page of a running dashboard, for make screenshots and for eyes:
// ORGHEAT_SCREENSHOTS=DIR ORGHEAT_SCREENSHOTS_OF=http://127.0.0.1:8080 go test ./dashboard -run Screenshots
func TestScreenshots(t *testing.T) {
	dir, of := os.Getenv("ORGHEAT_SCREENSHOTS"), os.Getenv("ORGHEAT_SCREENSHOTS_OF")
	if dir == "" || of == "" {
		t.Skip("ORGHEAT_SCREENSHOTS and ORGHEAT_SCREENSHOTS_OF are not set")
	}
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, u.Host)
	for _, w := range windows {
		for _, theme := range []string{"light", "dark"} {
			for _, p := range visited {
				b.look(t, w.width, w.height, theme)
				b.do(t, chromedp.Navigate(of+p.path), chromedp.Sleep(300*time.Millisecond))
				picture := ask(t, b, chromedp.FullScreenshot(100))
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%s.png", p.name, w.name, theme)), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b.check(t, of)
}

var _ = []any{json.Marshal, http.Get, strings.Split}

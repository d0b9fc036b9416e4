package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type fakeClock struct{ now time.Time }

func (c *fakeClock) read() time.Time { return c.now }

// withUsers is an Auth over a users file with ada (leader) and root (admin).
func withUsers(t *testing.T, change func(*Config)) (*Auth, *fakeClock, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "users.toml")
	must(t, SetUser(file, "ada", query.Leader, "correct horse"))
	must(t, SetUser(file, "root", query.Admin, "battery staple"))
	c := Config{Users: file}
	if change != nil {
		change(&c)
	}
	clock := &fakeClock{time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)}
	a, err := New(c, clock.read)
	must(t, err)
	return a, clock, file
}

func login(a *Auth, from, name, password string) (*http.Cookie, error) {
	r := httptest.NewRequest("POST", "/login", nil)
	r.RemoteAddr = from
	w := httptest.NewRecorder()
	err := a.Login(context.Background(), w, r, name, password)
	for _, c := range w.Result().Cookies() {
		return c, err
	}
	return nil, err
}

func identify(a *Auth, c *http.Cookie) (User, bool) {
	r := httptest.NewRequest("GET", "/", nil)
	if c != nil {
		r.AddCookie(c)
	}
	u, ok, err := a.Identify(r)
	return u, ok && err == nil
}

func TestPasswords(t *testing.T) {
	a, _, file := withUsers(t, nil)
	const here = "192.0.2.1:5000"
	cookie, err := login(a, here, "ada", "correct horse")
	must(t, err)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure || len(cookie.Value) < 40 || cookie.Path != "/" {
		t.Errorf("cookie %+v", cookie)
	}
	if u, ok := identify(a, cookie); !ok || u.Name != "ada" || u.Role != query.Leader {
		t.Errorf("identified %+v, %v", u, ok)
	}
	for _, c := range []*http.Cookie{nil, {Name: cookieName, Value: "x"}, {Name: cookieName, Value: ""}} {
		if u, ok := identify(a, c); ok {
			t.Errorf("%v passes as %v", c, u)
		}
	}
	for _, wrong := range [][2]string{{"ada", "correct hors"}, {"ada", ""}, {"nobody", "correct horse"}, {"", ""}, {"ada", strings.Repeat("x", 5000)}} {
		if c, err := login(a, here, wrong[0], wrong[1]); !errors.Is(err, ErrLogin) || c != nil {
			t.Errorf("%q: %v, cookie %v", wrong, err, c)
		}
	}
	// Another role counts at once; another password, or none, ends sessions.
	must(t, SetUser(file, "root", query.Viewer, "battery staple"))
	must(t, os.Chtimes(file, time.Now(), time.Now().Add(time.Hour)))
	if u, ok := identify(a, cookie); !ok || u.Role != query.Leader {
		t.Errorf("after another's change: %+v, %v", u, ok)
	}
	must(t, SetUser(file, "ada", query.Leader, "another horse"))
	must(t, os.Chtimes(file, time.Now(), time.Now().Add(2*time.Hour)))
	if u, ok := identify(a, cookie); ok {
		t.Errorf("a session outlived its password: %+v", u)
	}
	cookie, err = login(a, here, "ada", "another horse")
	must(t, err)
	must(t, RemoveUser(file, "ada"))
	must(t, os.Chtimes(file, time.Now(), time.Now().Add(3*time.Hour)))
	if u, ok := identify(a, cookie); ok {
		t.Errorf("a removed user is %+v", u)
	}
	text, err := os.ReadFile(file)
	must(t, err)
	info, err := os.Stat(file)
	must(t, err)
	if strings.Contains(string(text), "battery") || !strings.Contains(string(text), "$argon2id$v=19$m=19456,t=2,p=1$") || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, file %s", info.Mode(), text)
	}
}

func TestSessionsEnd(t *testing.T) {
	a, clock, _ := withUsers(t, func(c *Config) { c.Session.Duration = time.Hour })
	cookie, err := login(a, "192.0.2.1:5000", "ada", "correct horse")
	must(t, err)
	clock.now = clock.now.Add(time.Hour - time.Second)
	if _, ok := identify(a, cookie); !ok {
		t.Error("the session ended early")
	}
	clock.now = clock.now.Add(time.Second)
	if _, ok := identify(a, cookie); ok {
		t.Error("the session did not end")
	}
	cookie, err = login(a, "192.0.2.1:5000", "ada", "correct horse")
	must(t, err)
	r := httptest.NewRequest("POST", "/logout", nil)
	r.AddCookie(cookie)
	a.Logout(httptest.NewRecorder(), r)
	if _, ok := identify(a, cookie); ok {
		t.Error("the session outlived its logout")
	}
}

// TestLimits: ten wrong passwords for a name, twenty from an address (a /64), whatever the names; the right one does not help then; later it does.
func TestLimits(t *testing.T) {
	a, clock, _ := withUsers(t, nil)
	for i := range mostByName {
		if _, err := login(a, "192.0.2."+string(rune('1'+i%8))+":1", "ada", "wrong password"); !errors.Is(err, ErrLogin) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if _, err := login(a, "198.51.100.1:1", "ada", "correct horse"); !errors.Is(err, ErrTooMany) {
		t.Errorf("after %d wrong passwords: %v", mostByName, err)
	}
	clock.now = clock.now.Add(failureWindow + time.Second)
	if _, err := login(a, "198.51.100.1:1", "ada", "correct horse"); err != nil {
		t.Errorf("after the window: %v", err)
	}
	for i := range mostByAddress {
		if _, err := login(a, "[2001:db8::"+string(rune('1'+i%8))+"]:1", "user"+string(rune('a'+i)), "wrong password"); !errors.Is(err, ErrLogin) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if _, err := login(a, "[2001:db8::ffff]:1", "root", "battery staple"); !errors.Is(err, ErrTooMany) {
		t.Errorf("after %d wrong passwords from one network: %v", mostByAddress, err)
	}
	if _, err := login(a, "[2001:db8:0:1::1]:1", "root", "battery staple"); err != nil {
		t.Errorf("from another network: %v", err)
	}
	for range 3 * mostByAddress { // success counts against nobody
		if _, err := login(a, "203.0.113.5:1", "root", "battery staple"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProxy(t *testing.T) {
	a, err := New(Config{Trusted: []string{"10.0.0.0/8", "::1"}, Proxy: Proxy{User: "X-Forwarded-User", Groups: "X-Forwarded-Groups",
		Roles: Roles{"sre": "leader", "user:root": "admin", "everybody": "viewer"}}}, nil)
	must(t, err)
	for _, c := range []struct {
		from, user, groups string
		role               query.Role
		ok                 bool
		err                error
	}{
		{"10.1.2.3:80", "ada", "sre, everybody", query.Leader, true, nil},
		{"[::1]:80", "root", "", query.Admin, true, nil},
		{"[::ffff:10.0.0.1]:80", "bo", "everybody", query.Viewer, true, nil},
		{"10.1.2.3:80", "bo", "others", 0, false, ErrRefused},
		{"10.1.2.3:80", "sre", "", 0, false, ErrRefused},                // a user is no group
		{"10.1.2.3:80", "bo", "user:root", 0, false, ErrRefused},        // nor a group a user
		{"192.0.2.1:80", "root", "sre", 0, false, nil},                  // not the proxy
		{"10.1.2.3:80", "", "sre", 0, false, nil},                       // nobody
		{"10.1.2.3.evil.example:80", "root", "sre", 0, false, nil},      // no address
		{"127.0.0.1:80", "root", "everybody,sre", 0, false, nil},        // not named as a proxy
		{"10.1.2.3:80", "bo", "sre,user:root", query.Leader, true, nil}, // the group counts
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-User", c.user)
		r.Header.Set("X-Forwarded-Groups", c.groups)
		u, ok, err := a.Identify(r)
		if u.Role != c.role || ok != c.ok || !errors.Is(err, c.err) {
			t.Errorf("%+v: %+v %v %v", c, u, ok, err)
		}
	}
}

func TestAddress(t *testing.T) {
	a, err := New(Config{Trusted: []string{"10.0.0.0/8"}, Proxy: Proxy{User: "X-User"}}, nil)
	must(t, err)
	for _, c := range []struct{ from, forwarded, want string }{
		{"192.0.2.1:1", "198.51.100.7", "192.0.2.1"},                          // who forges the header
		{"10.0.0.1:1", "198.51.100.7", "198.51.100.7"},                        //
		{"10.0.0.1:1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"}, // what came before the last untrusted hop is hearsay
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},                                //
		{"10.0.0.1:1", "", "10.0.0.1"},                                        //
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := a.Address(r); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestMayListen(t *testing.T) {
	var none *Auth
	if none.MayListen(true) == nil {
		t.Error("open without authentication")
	}
	plain, _, _ := withUsers(t, nil)
	if plain.MayListen(false) == nil || plain.MayListen(true) != nil {
		t.Error("passwords in the clear, or not even encrypted")
	}
	behind, _, _ := withUsers(t, func(c *Config) { c.Trusted = []string{"10.0.0.1"} })
	if err := behind.MayListen(false); err != nil {
		t.Error(err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open.toml")
	must(t, os.WriteFile(open, []byte("[[user]]\nname='a'\nrole='viewer'\nhash='x'\n"), 0o644))
	bad := filepath.Join(dir, "bad.toml")
	must(t, os.WriteFile(bad, []byte("[[user]]\nname='a'\nrole='viewer'\nhash='secret'\n"), 0o600))
	empty := filepath.Join(dir, "empty.toml")
	must(t, os.WriteFile(empty, nil, 0o600))
	for what, c := range map[string]Config{
		"can be read by others": {Users: open},
		"no argon2id hash":      {Users: bad},
		"names nobody":          {Users: empty},
		"no such file":          {Users: filepath.Join(dir, "missing.toml")},
		"anybody could send":    {Proxy: Proxy{User: "X-User"}},
		"is not a network":      {Trusted: []string{"ten"}, Proxy: Proxy{User: "X-User"}},
		`role "boss"`:           {Trusted: []string{"::1"}, Proxy: Proxy{User: "X-User", Role: "boss"}},
		"redirect_url":          {OIDC: OIDC{Issuer: "https://id.example", ClientID: "c", RedirectURL: "https://x.example/elsewhere"}},
		"client_id":             {OIDC: OIDC{Issuer: "https://id.example", RedirectURL: "https://x.example" + CallbackPath}},
		"shorter than a minute": {Users: bad, Session: duration{time.Second}},
	} {
		if _, err := New(c, nil); err == nil || !strings.Contains(err.Error(), what) || strings.Contains(err.Error(), "secret'") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if a, err := New(Config{}, nil); a != nil || err != nil {
		t.Errorf("no configuration: %v %v", a, err)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{"/chatter?by=team": "/chatter?by=team", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "/a\r\nb": "/", "/login": "/", "javascript:x": "/"} {
		if got := LocalPath(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

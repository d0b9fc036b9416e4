package auth

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// ErrLogin means that name and password do not go together; it does not say which is wrong.
var ErrLogin = errors.New("name or password are not right")

// ErrTooMany means that too many attempts failed lately.
var ErrTooMany = errors.New("too many attempts failed; try again in some minutes")

// Failed attempts within the window after which an address, or a name, has to wait.
const (
	mostByAddress = 20
	mostByName    = 10
	failureWindow = 15 * time.Minute
	mostFailures  = 50_000 // kept; bounds memory
)

// nobody is a hash to compare with where there is no user, so that both cases take the same time.
var nobody = sync.OnceValue(func() string { return hashPassword("nobody's password") })

// Login starts a session of a user of the users file.
func (a *Auth) Login(ctx context.Context, w http.ResponseWriter, r *http.Request, name, password string) error {
	if a.users == nil {
		return ErrLogin
	}
	address, user := "address "+network(a.Address(r)), "name "+name
	if !a.limits.take(address, mostByAddress) || !a.limits.take(user, mostByName) {
		return ErrTooMany
	}
	select {
	case a.hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-a.hashing }()
	known, ok, err := a.users.find(name)
	if err != nil {
		return err
	}
	if !ok {
		known.Hash = nobody()
	}
	if !checkPassword(known.Hash, password) || !ok {
		return ErrLogin
	}
	a.limits.give(address)
	a.limits.forget(user)
	a.sessions.start(w, a.secure(r), session{name: name, hash: known.Hash, byPassword: true})
	return nil
}

// Logout ends the session of the request, if there is one.
func (a *Auth) Logout(w http.ResponseWriter, r *http.Request) { a.sessions.end(w, r, a.secure(r)) }

// network is what attempts are counted by: an address, or for IPv6, where one host has many, its /64.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() {
		return address
	}
	p, _ := ip.Prefix(64)
	return p.String()
}

// LocalPath is next if it is a path of this site, else "/": a login must not lead elsewhere.
func LocalPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") || strings.HasPrefix(next, "/login") {
		return "/"
	}
	return next
}

// limits counts attempts that were not taken back, by key, over the window.
type limits struct {
	mu    sync.Mutex
	times map[string][]time.Time
	clock func() time.Time
}

func newLimits(clock func() time.Time) *limits {
	return &limits{times: map[string][]time.Time{}, clock: clock}
}

// take counts an attempt before its outcome is known, so that many at once count, too.
func (l *limits) take(key string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	if len(l.times) >= mostFailures {
		for k, list := range l.times {
			if now.Sub(list[len(list)-1]) > failureWindow {
				delete(l.times, k)
			}
		}
		if len(l.times) >= mostFailures {
			return false
		}
	}
	recent := l.times[key]
	for len(recent) > 0 && now.Sub(recent[0]) > failureWindow {
		recent = recent[1:]
	}
	if len(recent) >= most {
		l.times[key] = recent
		return false
	}
	l.times[key] = append(recent, now)
	return true
}

// give takes the newest attempt back: it succeeded.
func (l *limits) give(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.times[key]; len(list) > 1 {
		l.times[key] = list[:len(list)-1]
	} else {
		delete(l.times, key)
	}
}

func (l *limits) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.times, key)
}

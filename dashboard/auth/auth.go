// Package auth says who asks, and in which role: from a users file with sessions, from a header that a trusted reverse proxy sets, or from
// an OpenID Connect provider. It knows no pages. It keeps sessions and failed attempts in memory, so a restart logs everybody out, and
// never logs names, passwords or tokens.
package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

// Config is the table auth of orgheat.toml. Without users, proxy or oidc there is no authentication.
type Config struct {
	// Users is the file that orgheat user writes.
	Users string `toml:"users"`
	// Session is how long a login lasts, such as "12h".
	Session duration `toml:"session"`
	// Trusted are the networks of reverse proxies whose headers (X-Forwarded-For, X-Forwarded-Proto, and Proxy's) are believed.
	Trusted []string `toml:"trusted_proxies"`
	// PlainHTTP allows passwords and cookies over unencrypted connections from other machines.
	PlainHTTP bool  `toml:"plain_http"`
	Proxy     Proxy `toml:"proxy"`
	OIDC      OIDC  `toml:"oidc"`
}

// Proxy believes a header of a trusted reverse proxy.
type Proxy struct {
	User   string `toml:"user_header"`   // names the user, such as X-Forwarded-User; "" turns the method off
	Groups string `toml:"groups_header"` // lists groups, separated by commas
	Roles  Roles  `toml:"roles"`
	Role   string `toml:"role"` // of those whom Roles does not name; "" refuses them
}

// Roles maps groups, and users written user:NAME, to roles; the highest counts.
type Roles map[string]string

const userPrefix = "user:"

type duration struct{ time.Duration }

// UnmarshalText reads "12h".
func (d *duration) UnmarshalText(b []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(b))
	return err
}

// User is who asks.
type User struct {
	Name   string
	Role   query.Role
	Logout bool // there is a session to end
}

// Local is whoever sits at this machine, where no authentication is configured: they see names, as they could on the command line.
var Local = User{Name: "(this machine)", Role: query.Leader}

// ErrRefused means that somebody is known and has no role here.
var ErrRefused = errors.New("you are known, and have no role in orgheat; ask its administrator")

// Auth decides. It is safe for concurrent use.
type Auth struct {
	config   Config
	trusted  []netip.Prefix
	users    *users
	sessions *sessions
	limits   *limits
	oidc     *provider
	hashing  chan struct{} // bounds memory: each hash takes 19 MiB
}

// New checks the configuration; nil without any method. clock may be nil.
func New(c Config, clock func() time.Time) (*Auth, error) {
	if c.Users == "" && c.Proxy.User == "" && c.OIDC.Issuer == "" {
		return nil, nil
	}
	if clock == nil {
		clock = time.Now
	}
	if c.Session.Duration == 0 {
		c.Session.Duration = 12 * time.Hour
	}
	if c.Session.Duration < time.Minute {
		return nil, fmt.Errorf("auth.session %s is shorter than a minute", c.Session)
	}
	a := &Auth{config: c, sessions: newSessions(c.Session.Duration, clock), limits: newLimits(clock), hashing: make(chan struct{}, 2)}
	for _, s := range c.Trusted {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			ip, e := netip.ParseAddr(s)
			if e != nil {
				return nil, fmt.Errorf("auth.trusted_proxies: %q is not a network such as 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		a.trusted = append(a.trusted, p.Masked())
	}
	if c.Proxy.User != "" && len(a.trusted) == 0 {
		return nil, errors.New("auth.proxy needs auth.trusted_proxies: anybody could send the header")
	}
	for _, m := range []struct {
		roles Roles
		role  string
	}{{c.Proxy.Roles, c.Proxy.Role}, {c.OIDC.Roles, c.OIDC.Role}} {
		if err := m.roles.check(m.role); err != nil {
			return nil, err
		}
	}
	if c.Users != "" {
		a.users = &users{file: c.Users}
		list, err := a.users.list()
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("auth.users: %s names nobody; add somebody with: orgheat user add NAME --role admin --file %s", c.Users, c.Users)
		}
	}
	if c.OIDC.Issuer != "" {
		var err error
		if a.oidc, err = newProvider(c.OIDC, clock); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (r Roles) check(other string) error {
	for who, role := range r {
		if _, err := query.ParseRole(role); err != nil {
			return fmt.Errorf("auth: %s: %w", who, err)
		}
	}
	if other == "" {
		return nil
	}
	_, err := query.ParseRole(other)
	return err
}

// of is the highest role of a user and their groups; not ok where none is named.
func (r Roles) of(other, user string, groups []string) (role query.Role, ok bool) {
	take := func(s string) {
		if s == "" {
			return
		}
		if x, err := query.ParseRole(s); err == nil {
			role, ok = max(role, x), true
		}
	}
	for _, group := range groups {
		if !strings.HasPrefix(group, userPrefix) { // no group passes for a user
			take(r[group])
		}
	}
	take(r[userPrefix+user])
	if !ok {
		take(other)
	}
	return role, ok
}

// Passwords says whether the login form helps.
func (a *Auth) Passwords() bool { return a.users != nil }

// Identify says who sends the request; not ok: nobody who is known.
func (a *Auth) Identify(r *http.Request) (u User, ok bool, err error) {
	if a.config.Proxy.User != "" && a.fromProxy(r) {
		if name := strings.TrimSpace(r.Header.Get(a.config.Proxy.User)); name != "" {
			return a.proxied(r, name)
		}
	}
	s, ok := a.sessions.find(r)
	if !ok {
		return User{}, false, nil
	}
	if !s.byPassword {
		return User{s.name, s.role, true}, true, nil
	}
	known, ok, err := a.users.find(s.name)
	if err != nil || !ok || known.Hash != s.hash {
		return User{}, false, err // removed, or with another password since
	}
	return User{s.name, known.role, true}, true, nil
}

func (a *Auth) proxied(r *http.Request, name string) (User, bool, error) {
	var groups []string
	if h := a.config.Proxy.Groups; h != "" {
		for _, g := range strings.Split(r.Header.Get(h), ",") {
			groups = append(groups, strings.TrimSpace(g))
		}
	}
	role, ok := a.config.Proxy.Roles.of(a.config.Proxy.Role, name, groups)
	if !ok {
		return User{}, false, ErrRefused
	}
	return User{Name: name, Role: role}, true, nil
}

// fromProxy says whether a trusted proxy sent the request.
func (a *Auth) fromProxy(r *http.Request) bool {
	ip, ok := peer(r)
	return ok && a.trusts(ip)
}

func (a *Auth) trusts(ip netip.Addr) bool {
	for _, p := range a.trusted {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func peer(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, err := netip.ParseAddr(host)
	return ip.Unmap(), err == nil
}

// Address is whom the request comes from: the peer, or behind trusted proxies the last address that none of them is.
func (a *Auth) Address(r *http.Request) string {
	ip, ok := peer(r)
	if !ok {
		return r.RemoteAddr
	}
	if a == nil || !a.trusts(ip) {
		return ip.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if ip = hop.Unmap(); !a.trusts(ip) {
			break
		}
	}
	return ip.String()
}

// secure says whether the browser's connection is encrypted.
func (a *Auth) secure(r *http.Request) bool {
	return r.TLS != nil || a.fromProxy(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// MayListen says why a dashboard of this configuration must not be opened to other machines; nil if it may. tls: it has a certificate.
func (a *Auth) MayListen(tls bool) error {
	switch {
	case a == nil:
		return errors.New("there is no authentication: configure [auth] (docs/security.md), or use a loopback address (127.0.0.1:8080), and from elsewhere an SSH tunnel: ssh -L 8080:127.0.0.1:8080 HOST")
	case !tls && len(a.trusted) == 0 && !a.config.PlainHTTP:
		return errors.New("passwords would travel unencrypted: give --tls-cert and --tls-key, name the TLS-ending proxy in auth.trusted_proxies, or set auth.plain_http")
	}
	return nil
}

type userKey struct{}

// WithUser is ctx of a request by u, and in u's role.
func WithUser(ctx context.Context, u User) context.Context {
	return query.WithRole(context.WithValue(ctx, userKey{}, u), u.Role)
}

// UserOf is who sent the request of ctx.
func UserOf(ctx context.Context) User {
	u, _ := ctx.Value(userKey{}).(User)
	return u
}

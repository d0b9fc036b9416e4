package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/orgheat/orgheat/query"
)

// OIDC logs people in at an OpenID Connect provider: code flow with PKCE.
type OIDC struct {
	Issuer      string   `toml:"issuer"` // "" turns the method off
	ClientID    string   `toml:"client_id"`
	SecretFile  string   `toml:"client_secret_file"` // else ORGHEAT_OIDC_SECRET; a public client has none
	RedirectURL string   `toml:"redirect_url"`       // https://HOST/login/oidc/callback
	Scopes      []string `toml:"scopes"`             // beside openid, profile and email
	Claim       string   `toml:"claim"`              // whose value, or values, Roles maps; "groups" by default
	Roles       Roles    `toml:"roles"`              // by value of the claim, and user:EMAIL
	Role        string   `toml:"role"`               // of those whom Roles does not name; "" refuses them
}

// CallbackPath is where the provider sends people back to.
const CallbackPath = "/login/oidc/callback"

const (
	pendingCookie = "orgheat_oidc"
	pendingLife   = 10 * time.Minute
	mostPending   = 10_000
)

// provider is an OpenID Connect provider; it is asked for its endpoints when it is first needed.
type provider struct {
	config OIDC
	secret string
	client *http.Client
	clock  func() time.Time

	mu       sync.Mutex
	found    *oidc.Provider
	pendings map[string]pending // by state
}

type pending struct {
	nonce, verifier, next string
	until                 time.Time
}

func newProvider(c OIDC, clock func() time.Time) (*provider, error) {
	u, err := url.Parse(c.RedirectURL)
	if err != nil || u.Host == "" || u.Path != CallbackPath {
		return nil, fmt.Errorf("auth.oidc.redirect_url %q is not https://HOST%s", c.RedirectURL, CallbackPath)
	}
	if c.ClientID == "" {
		return nil, errors.New("auth.oidc.client_id is missing")
	}
	if c.Claim == "" {
		c.Claim = "groups"
	}
	p := &provider{config: c, secret: os.Getenv("ORGHEAT_OIDC_SECRET"), client: &http.Client{Timeout: 10 * time.Second}, clock: clock, pendings: map[string]pending{}}
	if c.SecretFile != "" {
		b, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("auth.oidc.client_secret_file: %w", err)
		}
		p.secret = strings.TrimSpace(string(b))
	}
	return p, nil
}

// OIDC says whether an OpenID Connect provider is configured.
func (a *Auth) OIDC() bool { return a.oidc != nil }

// errProvider hides what a provider answers, which may hold codes and tokens.
var errProvider = errors.New("the login provider cannot be reached, or did not confirm the login")

func (p *provider) oauth(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.config.Issuer)
		if err != nil {
			return nil, nil, errProvider
		}
		p.found = found
	}
	return &oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.secret, Endpoint: p.found.Endpoint(), RedirectURL: p.config.RedirectURL,
		Scopes: append([]string{oidc.ScopeOpenID, "profile", "email"}, p.config.Scopes...)}, p.found, nil
}

// Begin is where the browser has to go to log in; next is where it returns to afterwards.
func (a *Auth) Begin(ctx context.Context, w http.ResponseWriter, r *http.Request, next string) (string, error) {
	p := a.oidc
	config, _, err := p.oauth(ctx)
	if err != nil {
		return "", err
	}
	state, x := rand.Text(), pending{rand.Text(), oauth2.GenerateVerifier(), LocalPath(next), p.clock().Add(pendingLife)}
	p.mu.Lock()
	if len(p.pendings) >= mostPending {
		for s, old := range p.pendings {
			if !p.clock().Before(old.until) {
				delete(p.pendings, s)
			}
		}
	}
	full := len(p.pendings) >= mostPending
	if !full {
		p.pendings[state] = x
	}
	p.mu.Unlock()
	if full {
		return "", ErrTooMany
	}
	http.SetCookie(w, &http.Cookie{Name: pendingCookie, Value: state, Path: CallbackPath, HttpOnly: true, Secure: a.secure(r), SameSite: http.SameSiteLaxMode, MaxAge: int(pendingLife.Seconds())})
	return config.AuthCodeURL(state, oidc.Nonce(x.nonce), oauth2.S256ChallengeOption(x.verifier)), nil
}

// Finish starts a session of whom the provider sent back, and says where they wanted to go.
func (a *Auth) Finish(ctx context.Context, w http.ResponseWriter, r *http.Request) (next string, err error) {
	p := a.oidc
	state := r.URL.Query().Get("state")
	cookie, err := r.Cookie(pendingCookie)
	if err != nil || state == "" || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(state)) != 1 {
		return "", ErrLogin // begun by another browser, or by nobody
	}
	p.mu.Lock()
	x, ok := p.pendings[state]
	delete(p.pendings, state)
	p.mu.Unlock()
	if !ok || !p.clock().Before(x.until) {
		return "", ErrLogin
	}
	http.SetCookie(w, &http.Cookie{Name: pendingCookie, Path: CallbackPath, HttpOnly: true, Secure: a.secure(r), MaxAge: -1})
	name, role, err := p.confirm(ctx, r.URL.Query().Get("code"), x)
	if err != nil {
		return "", err
	}
	a.sessions.start(w, a.secure(r), session{name: name, role: role})
	return x.next, nil
}

// confirm trades the code for an identity and reads name and role from it.
func (p *provider) confirm(ctx context.Context, code string, x pending) (string, query.Role, error) {
	config, found, err := p.oauth(ctx)
	if err != nil {
		return "", 0, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(x.verifier))
	if err != nil {
		return "", 0, errProvider
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), p.client), &oidc.Config{ClientID: p.config.ClientID, Now: p.clock}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(x.nonce)) != 1 {
		return "", 0, errProvider
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return "", 0, errProvider
	}
	name := id.Subject
	// An address that nobody verified is no name: anybody could claim another's.
	if mail, _ := claims["email"].(string); mail != "" && claims["email_verified"] == true {
		name = mail
	}
	role, ok := p.config.Roles.of(p.config.Role, name, values(claims[p.config.Claim]))
	if !ok {
		return "", 0, ErrRefused
	}
	return name, role, nil
}

// values are the strings of a claim that is one or a list.
func values(claim any) (out []string) {
	switch x := claim.(type) {
	case string:
		return []string{x}
	case []any:
		for _, v := range x {
			if s, ok := v.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

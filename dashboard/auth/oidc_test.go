package auth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/orgheat/orgheat/query"
)

// issuer is a small OpenID Connect provider: it gives a code to whoever asks and a token for the code, with the claims that a test sets.
type issuer struct {
	*httptest.Server
	key       *rsa.PrivateKey
	claims    map[string]any
	challenge string
	nonce     string
	now       time.Time
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	i := &issuer{key: key, now: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if r.PostFormValue("code") != "the-code" || base64.RawURLEncoding.EncodeToString(sum[:]) != i.challenge {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		claims := map[string]any{"iss": i.URL, "aud": "orgheat", "sub": "subject-1", "nonce": i.nonce, "iat": i.now.Unix(), "exp": i.now.Add(time.Minute).Unix()}
		for k, v := range i.claims {
			claims[k] = v
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: i.key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
		must(t, err)
		b, err := json.Marshal(claims)
		must(t, err)
		signed, err := signer.Sign(b)
		must(t, err)
		raw, err := signed.CompactSerialize()
		must(t, err)
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// try goes through a whole login; change alters the callback.
func (i *issuer) try(t *testing.T, a *Auth, change func(*http.Request)) (User, bool, string, error) {
	t.Helper()
	w := httptest.NewRecorder()
	to, err := a.Begin(context.Background(), w, httptest.NewRequest("GET", "/login/oidc?next=/chatter", nil), "/chatter")
	must(t, err)
	u, err := url.Parse(to)
	must(t, err)
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("client_id") != "orgheat" {
		t.Errorf("the provider is asked with %v", q)
	}
	i.challenge, i.nonce = q.Get("code_challenge"), q.Get("nonce")
	r := httptest.NewRequest("GET", CallbackPath+"?"+url.Values{"code": {"the-code"}, "state": {q.Get("state")}}.Encode(), nil)
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	if change != nil {
		change(r)
	}
	w = httptest.NewRecorder()
	next, err := a.Finish(context.Background(), w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == cookieName {
			user, ok := identify(a, c)
			return user, ok, next, err
		}
	}
	return User{}, false, next, err
}

func TestOIDC(t *testing.T) {
	i := newIssuer(t)
	c := Config{OIDC: OIDC{Issuer: i.URL, ClientID: "orgheat", RedirectURL: "https://orgheat.example" + CallbackPath, Roles: Roles{"sre": "leader", "user:root@example.com": "admin"}}}
	a, err := New(c, func() time.Time { return i.now })
	must(t, err)
	i.claims = map[string]any{"email": "ada@example.com", "email_verified": true, "groups": []string{"all", "sre"}}
	u, ok, next, err := i.try(t, a, nil)
	if err != nil || !ok || u.Name != "ada@example.com" || u.Role != query.Leader || next != "/chatter" {
		t.Fatalf("%+v %v %q %v", u, ok, next, err)
	}
	for what, test := range map[string]struct {
		claims map[string]any
		change func(*http.Request)
		want   error
	}{
		"no role":            {map[string]any{"email": "ada@example.com", "email_verified": true, "groups": "all"}, nil, ErrRefused},
		"unverified address": {map[string]any{"email": "root@example.com", "email_verified": false}, nil, ErrRefused},
		"group as user":      {map[string]any{"groups": []string{"user:root@example.com"}}, nil, ErrRefused},
		"another audience":   {map[string]any{"aud": "other", "groups": "sre"}, nil, errProvider},
		"another issuer":     {map[string]any{"iss": "https://evil.example", "groups": "sre"}, nil, errProvider},
		"another nonce":      {map[string]any{"nonce": "x", "groups": "sre"}, nil, errProvider},
		"over":               {map[string]any{"exp": i.now.Add(-time.Minute).Unix(), "groups": "sre"}, nil, errProvider},
		"another code":       {map[string]any{"groups": "sre"}, func(r *http.Request) { q := r.URL.Query(); q.Set("code", "x"); r.URL.RawQuery = q.Encode() }, errProvider},
		"another browser":    {map[string]any{"groups": "sre"}, func(r *http.Request) { r.Header.Del("Cookie") }, ErrLogin},
		"another state":      {map[string]any{"groups": "sre"}, func(r *http.Request) { q := r.URL.Query(); q.Set("state", "x"); r.URL.RawQuery = q.Encode() }, ErrLogin},
	} {
		i.claims = test.claims
		if u, ok, _, err := i.try(t, a, test.change); ok || !errors.Is(err, test.want) {
			t.Errorf("%s: %+v %v, want %v", what, u, err, test.want)
		}
	}
	// A callback counts once.
	i.claims = map[string]any{"groups": "sre"}
	var again *http.Request
	if _, ok, _, err := i.try(t, a, func(r *http.Request) { again = r }); !ok || err != nil {
		t.Fatal(err)
	}
	if _, err := a.Finish(context.Background(), httptest.NewRecorder(), again); !errors.Is(err, ErrLogin) {
		t.Errorf("the same callback again: %v", err)
	}
	// A provider that is down is an error without its words, and is asked again.
	i.Close()
	b, err := New(c, nil)
	must(t, err)
	if _, err := b.Begin(context.Background(), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "/"); !errors.Is(err, errProvider) {
		t.Errorf("a provider that is down: %v", err)
	}
}

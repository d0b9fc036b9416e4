package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

const loginPath = "/login"

// identified lets requests through of whom authentication knows, or, where there is none, of this machine. What they may see is the query
// layer's matter, by the role in the request's context.
func (s *server) identified(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if s.Auth == nil {
			if !namesHere(r) {
				return echo.NewHTTPError(http.StatusForbidden, "this dashboard has no authentication: it answers to localhost and 127.0.0.1 only")
			}
			c.SetRequest(r.WithContext(auth.WithUser(r.Context(), auth.Local)))
			return next(c)
		}
		u, ok, err := s.Auth.Identify(r)
		switch {
		case err != nil:
			return err
		case ok:
			c.SetRequest(r.WithContext(auth.WithUser(r.Context(), u)))
			return next(c)
		case strings.HasPrefix(r.URL.Path, "/api/") || !s.canLogIn():
			return echo.NewHTTPError(http.StatusUnauthorized, "this needs a login")
		}
		return c.Redirect(http.StatusSeeOther, loginPath+"?"+url.Values{"next": {r.URL.RequestURI()}}.Encode())
	}
}

func (s *server) canLogIn() bool { return s.Auth.Passwords() || s.Auth.OIDC() }

// fromHere guards the counters, which name nobody: this machine may read them, not through a proxy.
func (s *server) fromHere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r := c.Request(); namesHere(r) && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == "" {
			return next(c)
		}
		return echo.NewHTTPError(http.StatusForbidden, "counters are for this machine only: ask 127.0.0.1")
	}
}

// sameOrigin refuses what another site makes a browser send.
func sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	var protection http.CrossOriginProtection
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return echo.NewHTTPError(http.StatusForbidden, "another site sent this request")
		}
		return next(c)
	}
}

// loginPage is the form, and what was wrong with the last attempt.
type loginPage struct {
	base
	Next            string
	Name            string
	Passwords, OIDC bool
	Wrong           string
}

const loginView = "login"

func (s *server) showLogin(c echo.Context) error { return s.renderLogin(c, http.StatusOK, "", "") }

func (s *server) renderLogin(c echo.Context, status int, name, wrong string) error {
	next := c.QueryParam("next")
	if c.Request().Method == http.MethodPost {
		next = c.Request().PostFormValue("next")
	}
	p := &loginPage{Next: auth.LocalPath(next), Name: name, Passwords: s.Auth.Passwords(), OIDC: s.Auth.OIDC(), Wrong: wrong}
	p.Title, p.Version, p.Zone = "Log in", s.Version, s.DB.Settings.Zone
	return s.render(c, status, loginView, p)
}

func (s *server) login(c echo.Context) error {
	r := c.Request()
	name := r.PostFormValue("name")
	err := s.Auth.Login(r.Context(), c.Response(), r, name, r.PostFormValue("password"))
	switch {
	case errors.Is(err, auth.ErrTooMany):
		c.Response().Header().Set("Retry-After", "900")
		return s.renderLogin(c, http.StatusTooManyRequests, name, err.Error())
	case errors.Is(err, auth.ErrLogin):
		return s.renderLogin(c, http.StatusUnauthorized, name, err.Error())
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, auth.LocalPath(r.PostFormValue("next")))
}

func (s *server) logout(c echo.Context) error {
	s.Auth.Logout(c.Response(), c.Request())
	return c.Redirect(http.StatusSeeOther, loginPath)
}

func (s *server) beginOIDC(c echo.Context) error {
	to, err := s.Auth.Begin(c.Request().Context(), c.Response(), c.Request(), c.QueryParam("next"))
	if err != nil {
		return s.failedLogin(c, err)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *server) finishOIDC(c echo.Context) error {
	next, err := s.Auth.Finish(c.Request().Context(), c.Response(), c.Request())
	if err != nil {
		return s.failedLogin(c, err)
	}
	return c.Redirect(http.StatusSeeOther, next)
}

func (s *server) failedLogin(c echo.Context, err error) error {
	if errors.Is(err, auth.ErrRefused) || errors.Is(err, auth.ErrTooMany) {
		return err
	}
	return s.renderLogin(c, http.StatusUnauthorized, "", err.Error())
}

// forLeaders is a panel's reading of what is no metric and may name people.
func (r *request) forLeaders(f func(context.Context, *panel) error) func(context.Context, *panel) error {
	return func(ctx context.Context, p *panel) error {
		if r.user.Role < query.Leader {
			return echo.NewHTTPError(http.StatusForbidden, "this may name people; it needs the role leader")
		}
		return f(ctx, p)
	}
}

// seesDetails says whether the asker sees offending values of rejected records, which may be anything: an admin, or whoever is at this
// machine and has the files.
func (r *request) seesDetails() bool { return r.user.Role == query.Admin || r.user == auth.Local }

// seesPeople says whether the asker may choose people and ask what is behind a cell; to others, links that do are not offered.
func (r *request) seesPeople() bool { return r.user.Role >= query.Leader }

// named collects whom the answers of one request name.
type named struct {
	mu     sync.Mutex
	any    bool
	people map[string]bool
}

func (n *named) watch(ctx context.Context) context.Context { return query.WithNames(ctx, n.add) }

func (n *named) add(people []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.any = true
	if n.people == nil {
		n.people = map[string]bool{}
	}
	for _, p := range people {
		n.people[p] = true
	}
}

package dashboard

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

// page is one page of the dashboard.
type page struct {
	Path     string
	Name     string   // of its template, templates/page_NAME.html
	Title    string   // in the navigation and the browser's tab
	Question string   // the leader's, under the title and on the overview
	Hidden   bool     // not in the navigation: reached from another page
	Filters  []string // the lists it filters by, of filterNames; the range is always there
	Compare  bool     // can show the period before beside it
	One      bool     // about one thing: without the form of filters, which still lead on to other pages
	Raw      bool     // shows raw tables or the log of loads, too
	Show     func(*request) (view, error)
}

// view is what a page's template is given: a struct that embeds base.
type view interface{ head() *base }

// base is what every page has.
type base struct {
	Title, Question string
	Nav             []navItem
	Filter          filterForm
	Version         string
	Zone            string // the organization's
	NoCharts        bool   // ECharts is not in this build
	Notice          string // about the whole page, "" if there is none
	Refresh         int    // seconds after which the page asks again by itself; 0 never
	Account         auth.User
}

func (b *base) head() *base { return b }

type navItem struct {
	Title, URL string
	Current    bool
}

// request is one request for a page. It lives within Stable: everything that is read through it is of one state of the data.
type request struct {
	ctx     context.Context
	s       *server
	page    page
	path    string // of this page, escaped
	id      string // of the thing that the page is about, where its path has one
	url     url.Values
	filter  query.Filter
	choices query.Choices
	of      dataState // what is loaded
	lost    error     // a panel lost the engine
	flawed  bool      // something failed that may not fail the next time
	notice  string    // about the whole page
	panels  []*panel  // that were run
	mu      sync.Mutex
	answers map[string]func() (query.Result, error) // of panels that ask the same
	user    auth.User

	patience time.Duration               // with each panel
	calm     func(context.Context) error // not nil: panels are read one after another, and each waits for it first
}

// page is the handler of a page.
func (s *server) page(p page) echo.HandlerFunc {
	return func(c echo.Context) error {
		filter, err := s.DB.ParseFilter(c.QueryParams())
		if err != nil {
			return badRequest{err}
		}
		id, err := pathID(c)
		if err != nil {
			return badRequest{err}
		}
		ctx := c.Request().Context()
		r := &request{s: s, page: p, path: c.Request().URL.EscapedPath(), id: id, url: c.QueryParams(), filter: filter, user: auth.UserOf(ctx), patience: s.PanelTimeout}
		m, err := r.made(ctx)
		if err != nil {
			return err
		}
		if err := s.audit(c, m.seen); err != nil {
			return err
		}
		return m.send(c)
	}
}

// made is the page as it is sent: kept from before, or made now of one state of the data.
func (r *request) made(ctx context.Context) (madePage, error) {
	s := r.s
	key := pageKey{r.user, r.path, r.url.Encode(), s.Now().In(s.DB.Settings.Location()).Format(time.DateOnly)}
	if s.kept.has(key) {
		if now, err := r.state(ctx); err == nil {
			if m, ok := s.kept.get(now, key); ok {
				return m, nil
			}
		}
	}
	var v view
	seen := &named{}
	err := s.settled(seen.watch(ctx), func(ctx context.Context) (err error) {
		r.ctx, r.lost, r.flawed, r.answers, r.panels = ctx, nil, false, nil, nil
		if r.of, err = r.state(ctx); err != nil {
			return err
		}
		if r.choices, err = s.DB.Choices(ctx); err != nil {
			return err
		}
		if v, err = r.show(); err != nil {
			return err
		}
		return r.lost
	})
	if err != nil {
		return madePage{}, err
	}
	r.fill(v.head())
	html, err := s.html(r.page.Name, v)
	if err != nil {
		return madePage{}, err
	}
	m := madePage{squeeze(html), seen, r.of}
	if !r.flawed && r.user.Name != "" { // a kind of user, for whom KeepWarm asks, never comes back
		s.kept.put(key, m)
	}
	return m, nil
}

// pathID is the :id of the page's path. Echo hands it over as it came where the path holds escaped characters.
func pathID(c echo.Context) (string, error) {
	if c.Request().URL.RawPath == "" {
		return c.Param("id"), nil
	}
	return url.PathUnescape(c.Param("id"))
}

func (r *request) fill(b *base) {
	s := r.s
	if b.Title == "" {
		b.Title = r.page.Title
	}
	if b.Question == "" {
		b.Question = r.page.Question
	}
	b.Nav, b.Version, b.Zone, b.NoCharts = s.navigation(r.page, sticky(r.filter)), s.Version, s.DB.Settings.Zone, s.assets.noCharts
	b.Account, b.Notice = r.user, r.notice
	if b.Filter = r.filterForm(); r.page.One {
		b.Filter.Action = ""
	}
}

// navigation links every page with the filters that mean the same everywhere.
func (s *server) navigation(current page, keep url.Values) (nav []navItem) {
	for _, p := range s.pages {
		if !p.Hidden {
			nav = append(nav, navItem{Title: p.Title, URL: link(p.Path, keep), Current: p.Path == current.Path})
		}
	}
	return nav
}

// sticky are the parameters of f that lead from page to page: the range and the lists, not what breaks one page's metric down.
func sticky(f query.Filter) url.Values {
	v := f.Values()
	for name := range v {
		if name != "from" && name != "to" && name != "compare" && !slices.Contains(filterNames, name) {
			v.Del(name)
		}
	}
	return v
}

// link is path with parameters.
func link(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// html is a page's view in its template: a page is sent whole or not at all.
func (s *server) html(name string, v view) ([]byte, error) {
	var b bytes.Buffer
	err := s.views[name].ExecuteTemplate(&b, "base", v)
	return b.Bytes(), err
}

func (s *server) render(c echo.Context, status int, name string, v view) error {
	html, err := s.html(name, v)
	if err != nil {
		return err
	}
	return c.HTMLBlob(status, html)
}

// Package dashboard owns what a browser, and a program that asks over HTTP, sees of orgheat: pages, charts, the JSON and CSV of metrics,
// health and counters. It asks package query and never writes a question of its own; what it draws are shapes (heat map, calendar, bars,
// table), not metrics. It does not load data. Between requests it holds counters, the pages that it made of the present state of the data, and
// what they list of raw tables.
//
// Adding a page is a file page_NAME.go with a page value, a template templates/page_NAME.html and a line in pages (routes.go).
package dashboard

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

// Options say what a dashboard shows and how patient it is. DB and Schema are needed.
type Options struct {
	DB      *query.DB
	Schema  *schema.DB       // whose engine is restarted when it died; also loads, rejects and unmatched identities
	Log     *slog.Logger     // nil: slog.Default()
	Version string           // shown on pages
	Now     func() time.Time // nil: time.Now
	// PanelTimeout bounds each panel of a page and each metric of the API by itself; zero: ten seconds.
	PanelTimeout time.Duration
	// Auth says who asks; nil: whoever is at this machine, as a leader.
	Auth *auth.Auth
	// Audit is where answers that name people are written down; nil: nowhere.
	Audit *Audit
}

// server is one dashboard. It is safe for concurrent use.
type server struct {
	Options
	pages    []page
	views    views
	assets   *assets
	counters *counters
	gate     gate
	kept     keptPages
	lists    keptLists
}

// Dashboard is the handler of everything: pages, API, assets and health.
type Dashboard struct {
	http.Handler
	s *server
}

// New makes a dashboard. Without Options.Auth it must be reachable from this machine only; Listen sees to that.
func New(o Options) (*Dashboard, error) {
	if o.DB == nil || o.Schema == nil {
		return nil, errors.New("dashboard: Options.DB and Options.Schema are needed")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PanelTimeout == 0 {
		o.PanelTimeout = 10 * time.Second
	}
	o.DB = o.DB.As(query.Viewer) // whoever nobody vouches for
	s := &server{Options: o, pages: pages, counters: newCounters(), gate: newGate()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.views, err = loadViews(s.pages, s.assets); err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = s.fail
	s.routes(e)
	return &Dashboard{e, s}, nil
}

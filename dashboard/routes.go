package dashboard

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/orgheat/orgheat/dashboard/auth"
)

// pages are all pages, in the order of the navigation.
var pages = []page{
	overviewPage,
	chatterPage,
	chatterEventsPage,
	incidentsPage,
	incidentPage,
	dependencyPage,
	tenurePage,
	onCallPage,
	coordinationPage,
	eventsPage,
	themesPage,
	planningPage,
	reviewsPage,
	reportPage,
	dataPage,
}

func (s *server) routes(e *echo.Echo) {
	// The first to see a request is the last to see its answer: counting is outermost, so that refused requests are counted, too.
	e.Use(s.counters.middleware, s.recover, headers, compress())

	// Assets, health and the login itself need no user.
	guarded := e.Group("", s.identified, s.gate.middleware)
	for _, p := range pages {
		guarded.GET(p.Path, s.page(p))
	}
	guarded.GET(choicesPath+":list", s.listChoices)
	guarded.GET("/api/v1/metrics", s.listMetrics)
	guarded.GET("/api/v1/metrics/:id", s.answerMetric)

	e.GET("/static/*", s.assets.serve)
	e.GET("/healthz", s.alive)
	e.GET("/readyz", s.ready)
	e.GET("/metrics", s.prometheus, s.fromHere)
	if s.Auth != nil {
		e.GET(loginPath, s.showLogin)
		e.POST(loginPath, s.login, sameOrigin, middleware.BodyLimit("16K"))
		e.POST("/logout", s.logout, sameOrigin, middleware.BodyLimit("16K"))
		if s.Auth.OIDC() {
			e.GET(loginPath+"/oidc", s.beginOIDC)
			e.GET(auth.CallbackPath, s.finishOIDC)
		}
	}
}

// compress compresses what is made for the request; pages and assets come compressed.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1400, Skipper: func(c echo.Context) bool {
		return strings.HasPrefix(c.Request().URL.Path, "/static/") || slices.ContainsFunc(pages, func(p page) bool { return p.Path == c.Path() })
	}})
}

package dashboard

import (
	"context"
	"net/http"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"
)

// gate bounds how many answers are worked on at once; the others wait their turn, in the order in which they came. A crowd that is let in as a
// whole would finish nothing within the time that each panel has.
type gate struct {
	places  chan struct{}
	waiting chan struct{}
	patient time.Duration
}

// quiet waits until nobody has asked for anything for a moment.
func (g gate) quiet(ctx context.Context) error {
	for since := time.Now(); time.Since(since) < quietAfter; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(quietAfter / 5):
		}
		if len(g.places)+len(g.waiting) > 0 {
			since = time.Now()
		}
	}
	return nil
}

const (
	// mostWaiting bounds the memory that waiting requests hold; those beyond are told to come back.
	mostWaiting = 1000
	// patience is how long a request waits for its turn.
	patience = time.Minute
)

// newGate lets in two answers a core, and at least four: panels wait for the engine as much as they work.
func newGate() gate {
	return gate{places: make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0))), waiting: make(chan struct{}, mostWaiting), patient: patience}
}

func (g gate) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		select {
		case g.waiting <- struct{}{}:
		default:
			return tooBusy(c)
		}
		timer := time.NewTimer(g.patient)
		defer timer.Stop()
		select {
		case g.places <- struct{}{}:
			<-g.waiting
		case <-c.Request().Context().Done():
			<-g.waiting
			return c.Request().Context().Err()
		case <-timer.C:
			<-g.waiting
			return tooBusy(c)
		}
		defer func() { <-g.places }()
		return next(c)
	}
}

func tooBusy(c echo.Context) error {
	c.Response().Header().Set("Retry-After", "10")
	return echo.NewHTTPError(http.StatusServiceUnavailable, "too many people ask at once; this page tries again by itself")
}

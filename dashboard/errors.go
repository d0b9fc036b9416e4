package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

// badRequest is an error that the asker can mend.
type badRequest struct{ error }

func (badRequest) Is(target error) bool { return target == query.ErrRequest }

// errEngine means that the database could not be reached, nor restarted.
var errEngine = errors.New("the database engine does not answer")

// settled runs f on one state of the data. When the engine was lost meanwhile it is started again, once, and f runs again; f must be free
// of effects.
func (s *server) settled(ctx context.Context, f func(context.Context) error) error {
	err := s.DB.Stable(ctx, f)
	if !lost(err) || ctx.Err() != nil {
		return err
	}
	if e := s.Schema.Ensure(ctx); e != nil {
		return fmt.Errorf("%w: %w", errEngine, e)
	}
	if err = s.DB.Stable(ctx, f); lost(err) {
		return fmt.Errorf("%w: %w", errEngine, err)
	}
	return err
}

// lost says whether err means that the connection broke, rather than that the database answered with an error.
func lost(err error) bool {
	var exception *clickhouse.Exception
	if err == nil || errors.As(err, &exception) {
		return false
	}
	var op *net.OpError
	return errors.Is(err, schema.ErrEngineDown) || errors.As(err, &op) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, clickhouse.ErrAcquireConnTimeout) || errors.Is(err, clickhouse.ErrConnectionClosed)
}

// tell turns an error into a status and words for people. What the words do not say goes to the log.
func tell(err error) (status int, words string, log bool) {
	var h *echo.HTTPError
	var exception *clickhouse.Exception
	var part *schema.PartError
	switch {
	case errors.As(err, &part):
		return http.StatusServiceUnavailable, part.Words(), true
	case errors.As(err, &h):
		words, _ = h.Message.(string)
		if h.Code == http.StatusNotFound && words == http.StatusText(http.StatusNotFound) {
			words = "there is no such page"
		}
		return h.Code, words, h.Code >= 500
	case errors.Is(err, query.ErrRole), errors.Is(err, auth.ErrRefused):
		return http.StatusForbidden, err.Error(), false
	case errors.Is(err, auth.ErrTooMany):
		return http.StatusTooManyRequests, err.Error(), false
	case errors.Is(err, query.ErrRequest):
		return http.StatusBadRequest, err.Error(), false
	case errors.Is(err, query.ErrUnsettled):
		return http.StatusServiceUnavailable, "new data is being put in place; if this lasts and no load is running, finish an interrupted one with: orgheat rebuild", false
	case errors.Is(err, context.Canceled):
		return 499, "the asker went away", false
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &exception) && exception.Code == 159:
		return http.StatusServiceUnavailable, "this took too long and was stopped; a narrower range helps", false
	case errors.As(err, &exception) && exception.Code == 241:
		return http.StatusServiceUnavailable, "this needs more memory than one question may use; a narrower range helps", false
	case errors.Is(err, errEngine), lost(err):
		return http.StatusServiceUnavailable, "the database engine does not answer; it is started again as soon as it can be", true
	}
	if remedy := schema.Remedy(err); remedy != "" {
		return http.StatusInternalServerError, remedy, true
	}
	return http.StatusInternalServerError, "this failed; the log says why", true
}

// reason is what the log may say of err: never the text of a database's answer, which can quote names.
func reason(err error) string {
	var part *schema.PartError
	if errors.As(err, &part) {
		return part.Error()
	}
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return fmt.Sprintf("ClickHouse exception %d %s", exception.Code, exception.Name)
	}
	words, _, _ := strings.Cut(err.Error(), "\n") // the end of the engine's own log follows
	if errors.As(err, new(panicError)) {
		words = err.Error()
	}
	return words
}

// problemPage is the page of an error.
type problemPage struct {
	base
	Status int
	Words  string
}

// fail is the one place where an error becomes an answer.
func (s *server) fail(err error, c echo.Context) {
	status, words, log := tell(err)
	if log {
		s.Log.Error("request failed", "route", c.Path(), "status", status, "reason", reason(err))
	}
	if c.Response().Committed {
		return
	}
	switch path := c.Request().URL.Path; {
	case strings.HasPrefix(path, "/api/"):
		err = c.JSON(status, map[string]string{"error": words})
	case path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, "/static/"):
		err = c.String(status, words+"\n")
	default:
		p := &problemPage{Status: status, Words: words}
		p.Title, p.Nav, p.Version, p.Zone = http.StatusText(status), s.navigation(page{}, nil), s.Version, s.DB.Settings.Zone
		p.Account = auth.UserOf(c.Request().Context())
		if status == http.StatusServiceUnavailable {
			p.Refresh = 5
		}
		err = s.render(c, status, problemView, p)
	}
	if err != nil {
		s.Log.Error("cannot send an error", "route", c.Path(), "reason", reason(err))
	}
}

package dashboard

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// TestGate: with two places, two answers are worked on at once, one waits its turn, one more than may wait is told to come back, and so is one
// whose patience ends.
func TestGate(t *testing.T) {
	g := gate{places: make(chan struct{}, 2), waiting: make(chan struct{}, 1), patient: time.Minute}
	var working, most atomic.Int32
	release := make(chan struct{})
	e := echo.New()
	e.GET("/", func(c echo.Context) error {
		if n := working.Add(1); n > most.Load() {
			most.Store(n)
		}
		<-release
		working.Add(-1)
		return c.String(http.StatusOK, "done")
	}, g.middleware)
	s := httptest.NewServer(e)
	defer s.Close()
	statuses := make(chan int, 4)
	ask := func() {
		resp, err := http.Get(s.URL)
		if err != nil {
			t.Error(err)
			return
		}
		resp.Body.Close()
		statuses <- resp.StatusCode
	}
	until := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	go ask()
	go ask()
	until("two work", func() bool { return working.Load() == 2 })
	go ask()
	until("one waits", func() bool { return len(g.waiting) == 1 })
	go ask()
	if got := <-statuses; got != http.StatusServiceUnavailable {
		t.Errorf("the fourth got %d", got)
	}
	close(release)
	for range 3 {
		if got := <-statuses; got != http.StatusOK {
			t.Errorf("one of three got %d", got)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d worked at once", most.Load())
	}
	impatient := gate{places: make(chan struct{}), waiting: make(chan struct{}, 1), patient: time.Millisecond}
	c := e.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	err := impatient.middleware(func(echo.Context) error { return nil })(c)
	if status, _, _ := tell(err); status != http.StatusServiceUnavailable || c.Response().Header().Get("Retry-After") == "" || len(impatient.waiting) != 0 {
		t.Errorf("impatience ends in %v", err)
	}
}

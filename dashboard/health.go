package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// alive answers as long as the process does.
func (s *server) alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready answers 200 when pages can be answered: the database is reached (the local engine is restarted if it died) and at rest.
func (s *server) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 5*time.Second)
	defer cancel()
	if err := s.settled(ctx, func(context.Context) error { return nil }); err != nil {
		return err
	}
	return c.String(http.StatusOK, "ready\n")
}

// counters count requests by route and status, and their time by route, in the text format of Prometheus.
type counters struct {
	mu       sync.Mutex
	requests map[requestKey]uint64
	times    map[string]*histogram // by route
}

type requestKey struct {
	route  string
	status int
}

// bounds of the histogram's buckets in seconds.
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

type histogram struct {
	buckets [12]uint64 // one per bound, and the rest
	sum     float64
	n       uint64
}

func newCounters() *counters {
	return &counters{requests: map[requestKey]uint64{}, times: map[string]*histogram{}}
}

// middleware counts. Routes are the patterns of routes.go, so their number is bounded whatever is asked for.
func (k *counters) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err) // now, so that the status is known
		}
		k.add(c.Path(), c.Response().Status, time.Since(start).Seconds())
		return nil
	}
}

func (k *counters) add(route string, status int, seconds float64) {
	if route == "" {
		route = "none"
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.requests[requestKey{route, status}]++
	h := k.times[route]
	if h == nil {
		h = &histogram{}
		k.times[route] = h
	}
	i, _ := slices.BinarySearch(bounds, seconds)
	h.buckets[i]++
	h.sum += seconds
	h.n++
}

func (k *counters) write(b *bytes.Buffer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fmt.Fprint(b, "# HELP orgheat_http_requests_total Requests answered, by route and status.\n# TYPE orgheat_http_requests_total counter\n")
	keys := slices.SortedFunc(maps.Keys(k.requests), func(x, y requestKey) int {
		if x.route != y.route {
			return strings.Compare(x.route, y.route)
		}
		return x.status - y.status
	})
	for _, key := range keys {
		fmt.Fprintf(b, "orgheat_http_requests_total{route=%q,status=\"%d\"} %d\n", key.route, key.status, k.requests[key])
	}
	fmt.Fprint(b, "# HELP orgheat_http_request_duration_seconds Time to answer, by route.\n# TYPE orgheat_http_request_duration_seconds histogram\n")
	for _, route := range slices.Sorted(maps.Keys(k.times)) {
		h, n := k.times[route], uint64(0)
		for i, bound := range bounds {
			n += h.buckets[i]
			fmt.Fprintf(b, "orgheat_http_request_duration_seconds_bucket{route=%q,le=\"%g\"} %d\n", route, bound, n)
		}
		fmt.Fprintf(b, "orgheat_http_request_duration_seconds_bucket{route=%q,le=\"+Inf\"} %d\norgheat_http_request_duration_seconds_sum{route=%q} %g\norgheat_http_request_duration_seconds_count{route=%q} %d\n",
			route, h.n, route, h.sum, route, h.n)
	}
}

func (s *server) prometheus(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	up := 0
	if err := s.Schema.Reader.Ping(ctx); err == nil {
		up = 1
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# HELP orgheat_engine_up Whether the database answers.\n# TYPE orgheat_engine_up gauge\norgheat_engine_up %d\n", up)
	fmt.Fprintf(&b, "# HELP orgheat_build_info The running version.\n# TYPE orgheat_build_info gauge\norgheat_build_info{version=%q} 1\n", s.Version)
	s.counters.write(&b)
	return c.Blob(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", b.Bytes())
}

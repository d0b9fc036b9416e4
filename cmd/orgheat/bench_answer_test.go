package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/query"
)

// BenchmarkMetric answers every metric over all history to a day that differs every time. The bar is 50 ms each at 10M.
func BenchmarkMetric(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		db := org.open(b)
		e, reader := org.example(b, db), query.NewDB(db)
		for _, m := range query.Metrics {
			b.Run(m.ID, func(b *testing.B) {
				quantiles(b, org.data, func() error {
					_, err := m.Run(context.Background(), reader, e.filter(m))
					return err
				})
			})
		}
		b.Logf("engine: %.0f MiB", peak(engineFile(org.data, "status")))
	})
}

// BenchmarkPage asks for every page over HTTP, as a leader: "new" over all history to a day that differs every time, "known" over all history with a
// parameter of no meaning that differs, so that answers are known and the page is made anew, as for another user, "again" over all history, as whoever comes back to a page does. The bar is a p95 of 50 ms at 10M, 150 ms at 100M.
func BenchmarkPage(b *testing.B) {
	forSizes(b, func(b *testing.B, org benchOrg) {
		db := org.open(b)
		e := org.example(b, db)
		handler, err := dashboard.New(dashboard.Options{DB: query.NewDB(db), Schema: db, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		server := httptest.NewServer(handler)
		defer server.Close()
		asked := 0
		for _, path := range []string{"/", "/chatter", "/chatter?by=team", "/chatter?by=person", "/chatter/events?weekday=2&hour=10", "/incidents", "/incidents/" + e.Incident, "/dependency", "/tenure", "/oncall",
			"/coordination", "/events", "/themes", "/planning", "/reviews", "/report", "/data"} {
			for _, mode := range []string{"new", "known", "again"} {
				b.Run(mode+strings.Replace(path, e.Incident, "ID", 1), func(b *testing.B) {
					quantiles(b, org.data, func() error {
						at, err := url.Parse(server.URL + path)
						if err != nil {
							return err
						}
						v := at.Query()
						switch mode {
						case "new":
							v.Set("to", e.end().Format(time.DateOnly))
						case "known":
							asked++
							v.Set("nothing", fmt.Sprint(asked))
						}
						at.RawQuery = v.Encode()
						resp, err := http.Get(at.String())
						if err != nil {
							return err
						}
						defer resp.Body.Close()
						if resp.StatusCode != http.StatusOK {
							return fmt.Errorf("%s: %s", path, resp.Status)
						}
						_, err = io.Copy(io.Discard, resp.Body)
						return err
					})
				})
			}
		}
		b.Logf("engine: %.0f MiB", peak(engineFile(org.data, "status")))
	})
}

// BenchmarkPlain asks what some pages answer the way one would without orgheat: one question of plain SQL on the raw tables, testdata/plain.
func BenchmarkPlain(b *testing.B) {
	questions, err := filepath.Glob("testdata/plain/*.sql")
	if err != nil || len(questions) == 0 {
		b.Fatal("no questions", err)
	}
	forSizes(b, func(b *testing.B, org benchOrg) {
		db := org.open(b)
		for _, file := range questions {
			text, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(b *testing.B) {
				quantiles(b, org.data, func() error {
					rows, err := db.Conn.Query(context.Background(), string(text))
					if err != nil {
						return err
					}
					defer rows.Close()
					n := 0
					for rows.Next() {
						n++
					}
					if n == 0 {
						b.Fatal("no rows")
					}
					return rows.Err()
				})
			})
		}
	})
}

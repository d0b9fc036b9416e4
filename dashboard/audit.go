package dashboard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

// AuditEntry is one answer that named people. They are written as pseudonyms, so that the log holds no names and survives forgetting;
// orgheat audit --person looks one up.
type AuditEntry struct {
	At      time.Time  `json:"at"`
	User    string     `json:"user"`
	Role    string     `json:"role"`
	Address string     `json:"address"`
	Path    string     `json:"path"`
	Query   url.Values `json:"query,omitempty"`
	Count   int        `json:"people"`            // named; 0: only words of evidence were shown
	People  []string   `json:"persons,omitempty"` // the first of them
}

// mostAudited bounds the pseudonyms of one entry.
const mostAudited = 500

// Audit appends entries to a file of one JSON object per line. The file may be moved away at any time: it is opened for each entry.
type Audit struct {
	file string
	mu   sync.Mutex
}

// NewAudit makes sure that the file can be written.
func NewAudit(file string) (*Audit, error) {
	a := &Audit{file: file}
	f, err := a.open()
	if err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	return a, f.Close()
}

func (a *Audit) open() (*os.File, error) {
	return os.OpenFile(a.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

func (a *Audit) write(e AuditEntry) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	f, err := a.open()
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return nil
}

// ReadAudit calls each for every entry, the oldest first. A line that a full disk cut short is skipped and counted.
func ReadAudit(r io.Reader, each func(AuditEntry) error) (broken int, err error) {
	d := bufio.NewScanner(r)
	d.Buffer(nil, 1<<20)
	for d.Scan() {
		var e AuditEntry
		if json.Unmarshal(d.Bytes(), &e) != nil {
			broken++
			continue
		}
		if err := each(e); err != nil {
			return broken, err
		}
	}
	return broken, d.Err()
}

// audit writes down what the request is about to be told. An answer that cannot be written down is not given.
func (s *server) audit(c echo.Context, seen *named) error {
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if s.Audit == nil || !seen.any {
		return nil
	}
	r := c.Request()
	u := auth.UserOf(r.Context())
	e := AuditEntry{At: s.Now().UTC(), User: u.Name, Role: u.Role.String(), Address: s.Auth.Address(r), Path: r.URL.Path, Query: url.Values{}, Count: len(seen.people)}
	mask := func(person string) (string, error) { return s.DB.Pseudonym(r.Context(), person) }
	for name, list := range c.QueryParams() {
		if !slices.Contains(query.Parameters, name) {
			continue // what orgheat does not know may be anything
		}
		for _, v := range list {
			if name == "person" || name == "group" && c.QueryParam("by") == "person" {
				p, err := mask(v)
				if err != nil {
					return err
				}
				v = p
			}
			e.Query.Add(name, v)
		}
	}
	for _, person := range slices.Sorted(maps.Keys(seen.people)) {
		if len(e.People) == mostAudited {
			break
		}
		p, err := mask(person)
		if err != nil {
			return err
		}
		e.People = append(e.People, p)
	}
	if err := s.Audit.write(e); err != nil {
		return echo.NewHTTPError(http.StatusServiceUnavailable, "the audit log cannot be written, so names are not shown").SetInternal(err)
	}
	return nil
}

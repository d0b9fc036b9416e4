package dashboard

import (
	"context"
	"net/url"
	"time"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

const (
	// warmEvery is how often KeepWarm looks for a new state of the data.
	warmEvery = 15 * time.Second
	// warmPatience is how long a panel may take that nobody waits for.
	warmPatience = time.Minute
	// quietAfter is how long nobody must have asked before the next panel is read ahead.
	quietAfter = 50 * time.Millisecond
)

// KeepWarm makes the pages of the navigation and the review, without a filter, of each new state of the data, until ctx ends: what they asked is
// remembered, so that nobody waits for it after a start or a load. It makes them one after another, panel by panel, and only while nobody asks for
// anything; it takes no place at the gate and shows them to nobody.
func (d *Dashboard) KeepWarm(ctx context.Context) {
	for warmed := uint64(0); ; {
		version, err := d.s.DB.Version(ctx)
		if err == nil && version != warmed {
			if err = d.s.warm(ctx); err == nil {
				warmed = version
			}
		}
		if err != nil && ctx.Err() == nil {
			d.s.Log.Debug("pages not made ahead", "reason", reason(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(warmEvery):
		}
	}
}

// warm makes every page once for each kind of asker whose answers differ. A page that fails keeps no other from being made.
func (s *server) warm(ctx context.Context) (failed error) {
	for _, user := range s.askers() {
		for _, p := range s.pages {
			if p.Hidden && p.Name != reportPage.Name {
				continue
			}
			if err := s.gate.quiet(ctx); err != nil {
				return err
			}
			r := &request{s: s, page: p, path: p.Path, url: url.Values{}, filter: query.NewFilter(s.DB.Settings.Location()), user: user, patience: warmPatience, calm: s.gate.quiet}
			if _, err := r.made(auth.WithUser(ctx, user)); err != nil {
				failed = err
			}
		}
	}
	return failed
}

// askers are the kinds of users: what a leader's page asks is all that an admin's does.
func (s *server) askers() []auth.User {
	if s.Auth == nil {
		return []auth.User{auth.Local}
	}
	return []auth.User{{Role: query.Leader}, {Role: query.Viewer}}
}

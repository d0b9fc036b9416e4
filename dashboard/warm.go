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

// KeepWarm makes the pages of the navigation and the review of each new state of the data, until ctx ends, first without a filter, then for the ranges
// that their forms offer: what they asked is remembered, so that nobody waits for it after a start or a load. It makes them one after another, panel by panel, and only while nobody asks for
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

// visit is a page that somebody may open.
type visit struct {
	user auth.User
	page page
	url  url.Values
}

// warm makes every page for each kind of asker whose answers differ. A page that fails keeps no other from being made.
func (s *server) warm(ctx context.Context) (failed error) {
	var first, then []visit
	for _, user := range s.askers() {
		for _, p := range s.pages {
			if !p.Hidden || p.Name == reportPage.Name {
				first = append(first, visit{user, p, url.Values{}})
			}
		}
	}
	for _, v := range first {
		ranges, err := s.readAhead(ctx, v)
		if ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			failed = err
		}
		then = append(then, ranges...)
	}
	for _, v := range then {
		if !s.DB.Roomy() {
			break // what was read first would be forgotten for it
		}
		if _, err := s.readAhead(ctx, v); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			failed = err
		}
	}
	return failed
}

// readAhead makes a page while nobody asks for anything, and says with which ranges its form would lead to it.
func (s *server) readAhead(ctx context.Context, v visit) (ranges []visit, err error) {
	if err := s.gate.quiet(ctx); err != nil {
		return nil, err
	}
	filter, err := s.DB.ParseFilter(v.url)
	if err != nil {
		return nil, err
	}
	r := &request{s: s, page: v.page, path: v.page.Path, url: v.url, filter: filter, user: v.user, patience: warmPatience, calm: s.gate.quiet}
	if _, err := r.made(auth.WithUser(ctx, v.user)); err != nil || v.page.One {
		return nil, err
	}
	form := r.filterForm()
	for _, c := range append(form.Presets, form.Previous) {
		if u, err := url.Parse(c.URL); err == nil && len(u.Query()) > 0 {
			ranges = append(ranges, visit{v.user, v.page, u.Query()})
		}
	}
	return ranges, nil
}

// askers are the kinds of users: what a leader's page asks is all that an admin's does.
func (s *server) askers() []auth.User {
	if s.Auth == nil {
		return []auth.User{auth.Local}
	}
	return []auth.User{{Role: query.Leader}, {Role: query.Viewer}}
}

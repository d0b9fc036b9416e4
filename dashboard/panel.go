package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/query"
)

// panel is one block of a page: a finding, what stands behind it, its charts and its table. Panels of a page are read side by side; one
// that fails or is slow says so in its own place.
type panel struct {
	ID       string // of the section in the page
	Title    string // what the data says
	Sub      string // n, unit, clock, range
	Charts   []chart
	More     []chart // folded away
	MoreWord string  // what is folded away
	Legend   []legendItem
	Tiles    []leaveTile // what stands in place of charts where each mark has words of its own
	Table    *table
	Tables   bool   // the table is the panel: it is shown open, without a chart
	Rest     *table // folded away below the table
	RestWord string // what Rest is

	Told   *told  // the number that the title tells
	Then   string // the period that it is compared with, "" if it is not
	Was    string // what the panel said of it
	Change string // since then, with its interval, where that is known

	Definition string
	Warnings   []string
	Loads      []string // kinds of export to load when Empty
	Empty      bool
	Filtered   bool // by the address: without filters there may be something
	Err        string
	CSV, JSON  string   // links to the same numbers
	Next       []choice // where to look next

	read func(context.Context) error
}

// metric is the panel of a metric: draw turns its result into what is shown. change, if not nil, alters the page's filter for it.
func (r *request) metric(id, metric string, change func(*query.Filter), draw func(*panel, query.Result) error) *panel {
	p := &panel{ID: id}
	filter := r.filter
	if change != nil {
		change(&filter)
	}
	filter.Compare = ""
	p.read = func(ctx context.Context) error {
		m, err := query.Lookup(metric)
		if err != nil {
			return err
		}
		p.Title, p.Definition, p.Loads = m.Title, m.Definition, m.Loads
		v := filter.Values()
		result, err := r.answer(metric+"?"+v.Encode(), func() (query.Result, error) { return m.Run(ctx, r.s.DB, filter) })
		if err != nil {
			return err
		}
		p.CSV, p.JSON, p.Warnings = link("/api/v1/metrics/"+metric+".csv", v), link("/api/v1/metrics/"+metric+".json", v), slices.Clone(result.Warnings)
		if p.Empty, p.Filtered = len(result.Rows) == 0, len(r.filter.Values()) > 0; p.Empty {
			return nil
		}
		return draw(p, result)
	}
	return p
}

// answer asks once for what several panels of a page show. They share the result and must not change it.
func (r *request) answer(question string, ask func() (query.Result, error)) (query.Result, error) {
	r.mu.Lock()
	if r.answers == nil {
		r.answers = map[string]func() (query.Result, error){}
	}
	once := r.answers[question]
	if once == nil {
		once = sync.OnceValues(ask)
		r.answers[question] = once
	}
	r.mu.Unlock()
	return once()
}

// reading is a panel that is read by f.
func reading(id, title string, f func(context.Context, *panel) error) *panel {
	p := &panel{ID: id, Title: title}
	p.read = func(ctx context.Context) error { return f(ctx, p) }
	return p
}

// run reads the panels side by side, each within its own time. It fails only for what concerns the whole page: a request that the asker
// must mend.
func (r *request) run(panels ...*panel) error {
	errs := make([]error, len(panels))
	r.panels = append(r.panels, panels...)
	var g errgroup.Group
	if r.calm != nil {
		g.SetLimit(1)
	}
	for i, p := range panels {
		g.Go(func() error {
			errs[i] = p.run(r)
			return nil
		})
	}
	_ = g.Wait()
	for i, err := range errs {
		if errors.Is(err, query.ErrRequest) {
			return err
		}
		if lost(err) {
			r.lost = err
		}
		if err == nil {
			if t := panels[i].Table; t != nil {
				t.All = panels[i].CSV
			}
			for j, w := range panels[i].Warnings {
				panels[i].Warnings[j] = readable(w)
			}
			continue
		}
		status, words, log := tell(err)
		r.flawed = r.flawed || !lasting(status)
		if panels[i].Err = words; log && status == http.StatusInternalServerError {
			r.s.Log.Error("panel failed", "page", r.page.Name, "panel", panels[i].ID, "reason", reason(err))
		}
	}
	return nil
}

// lasting says whether the same question fails in the same way as long as the data are the same: the asker may not, or must ask otherwise.
func lasting(status int) bool {
	return status == http.StatusForbidden || status == http.StatusBadRequest
}

func (p *panel) run(r *request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicError{"panel " + p.ID, debug.Stack()}
		}
	}()
	if r.calm != nil {
		if err := r.calm(r.ctx); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.ctx, r.patience)
	defer cancel()
	return p.read(ctx)
}

// next are links to pages and what they show, in pairs; pages that this dashboard does not have are left out.
func (r *request) next(pairs ...string) (list []choice) {
	for i := 0; i+1 < len(pairs); i += 2 {
		path, section, _ := strings.Cut(pairs[i], "#")
		if !slices.ContainsFunc(r.s.pages, func(p page) bool { return p.Path == path }) {
			continue
		}
		url := link(path, sticky(r.filter))
		if section != "" {
			url += "#" + section
		}
		list = append(list, choice{Label: pairs[i+1], URL: url})
	}
	return list
}

// columnName is a column as metrics call it.
var columnName = regexp.MustCompile(`\b[a-z]+(_[a-z0-9]+)+\b`)

// readable is a metric's warning for people.
func readable(warning string) string {
	s := columnName.ReplaceAllStringFunc(warning, func(name string) string { return "“" + strings.ReplaceAll(name, "_", " ") + "”" })
	return strings.Replace(s, " is null", " is not told", 1)
}

// with is a copy of v with one parameter set.
func with(v url.Values, name, value string) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = list
	}
	out.Set(name, value)
	return out
}

// without is a copy of v without some parameters.
func without(v url.Values, names ...string) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = list
	}
	for _, n := range names {
		out.Del(n)
	}
	return out
}

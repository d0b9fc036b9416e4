package dashboard

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/query/stat"
)

// past is a period that another one is compared with.
type past struct {
	Name   string // as people write it
	Months int    // from its start to the start of the period that is compared; 0 where ranges are not of whole months
}

// at is the place among the past's steps of a step of the period: names are quarters, months or years, or whatever comes in the same order.
func (b past) at(names, then []string, i int) int {
	n := periodNumber(names[i])
	if b.Months == 0 || n < 0 {
		if i < len(then) {
			return i
		}
		return -1
	}
	return slices.IndexFunc(then, func(name string) bool { return periodNumber(name)+b.Months == n })
}

// shape is a chart that can show the same of the past beside it.
type shape interface {
	beside(then shape, b past) (chart, bool)
}

// show makes the page, with the period before beside it where it is asked for: the page is asked for that period, too, and what its panels
// say, draw and list is put beside those of the same name.
func (r *request) show() (view, error) {
	if r.filter.Compare == "" || !r.page.Compare {
		return r.page.Show(r)
	}
	now := r.filter
	r.untilLast(&now)
	before, ok := now.Before()
	if !ok {
		r.notice = "There is no period before all of history: choose a range to compare it with the one before"
		return r.page.Show(r)
	}
	then := &request{ctx: r.ctx, s: r.s, page: r.page, path: r.path, id: r.id, url: without(r.url, "page"), filter: before, choices: r.choices, of: r.of, user: r.user, patience: r.patience, calm: r.calm}
	done := make(chan error, 1)
	go func() {
		_, err := then.shown()
		done <- err
	}()
	v, err := r.page.Show(r)
	failed := <-done
	if err != nil {
		return nil, err
	}
	if r.lost == nil {
		r.lost = then.lost
	}
	r.flawed = r.flawed || then.flawed || failed != nil
	b := past{Name: then.rangeWords(), Months: now.Months()}
	if failed != nil {
		_, words, _ := tell(failed)
		r.notice = fmt.Sprintf("%s could not be read: %s", b.Name, words)
		return v, nil
	}
	if first := r.choices.First; first.After(before.From) {
		r.notice = fmt.Sprintf("The data begin on %s: %s is not whole, and less of everything", first.In(r.s.DB.Settings.Location()).Format("2006-01-02"), b.Name)
	}
	for _, p := range r.panels {
		if i := slices.IndexFunc(then.panels, func(q *panel) bool { return q.ID == p.ID }); i >= 0 {
			p.compare(then.panels[i], b)
		}
	}
	return v, nil
}

// shown is Show for a goroutine of its own, in which nobody else would catch a panic.
func (r *request) shown() (v view, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicError{"the period before of page " + r.page.Name, debug.Stack()}
		}
	}()
	return r.page.Show(r)
}

// compare puts what a panel says of the past beside what it says now.
func (p *panel) compare(then *panel, b past) {
	if p.Err != "" || p.Empty || then.Title == "" {
		return
	}
	p.Then = b.Name
	switch {
	case then.Err != "":
		p.Was = "could not be read: " + then.Err
		return
	case then.Empty:
		p.Was = "nothing"
		return
	}
	p.Was = then.Title
	if p.Told != nil && then.Told != nil && p.Told.What == then.Told.What {
		p.Change = p.Told.since(*then.Told)
	}
	drawn := besides(p.Charts, then.Charts, b)
	if besides(p.More, then.More, b) || drawn {
		p.Legend = append(slices.Clone(p.Legend), legendItem{"dash", b.Name})
	}
	p.Table.beside(then.Table, b)
}

// besides draws the past into those charts that can show it.
func besides(list, then []chart, b past) (drawn bool) {
	for i, c := range list {
		j := slices.IndexFunc(then, func(o chart) bool { return o.ID == c.ID })
		if j < 0 || c.shape == nil || then[j].shape == nil {
			continue
		}
		if both, ok := c.shape.beside(then[j].shape, b); ok {
			both.Title, both.Wide = c.Title, c.Wide
			list[i], drawn = both, true
		}
	}
	return drawn
}

// beside puts the numbers of the past into the cells of rows that have the same heading.
func (t *table) beside(then *table, b past) {
	if t == nil || then == nil || len(t.Head) != len(then.Head) {
		return
	}
	rows := map[string][]tableCell{}
	for _, row := range then.Rows {
		rows[t.key(row, b.Months)] = row
	}
	any := false
	for _, row := range t.Rows {
		old, ok := rows[t.key(row, 0)]
		for j := range row {
			if ok && j < len(old) && row[j].Number && old[j].Text != row[j].Text && old[j].Text != "–" {
				row[j].Was, any = old[j].Text, true
			}
		}
	}
	if any {
		t.Caption += "; below a number, where it was another, that of " + b.Name
	}
}

// key is what a row is about: its heading, or its cells up to the first number; periods later by so many months.
func (t *table) key(row []tableCell, months int) string {
	var words []string
	for _, c := range row {
		if c.Number || t.RowHead && len(words) == 1 {
			break
		}
		word := c.Text
		if n := periodNumber(word); n >= 0 && months > 0 {
			word = fmt.Sprint(n + months)
		} else if n >= 0 {
			word = fmt.Sprint(n)
		}
		words = append(words, word)
	}
	return strings.Join(words, "\x00")
}

// told is the number that a panel's title tells, with its interval, where there is one.
type told struct {
	estimate
	What string // only numbers of the same are compared
	Kind string // share or minutes
}

// since is the change since then with its interval, and whether it is one. As everywhere, both must stand on enough cases, and their
// intervals must lie apart.
func (now told) since(then told) string {
	if now.Of < fewDurations || then.Of < fewDurations {
		return fmt.Sprintf("fewer than %d cases in one of them: too few to compare", fewDurations)
	}
	ci := stat.Difference(now.Value, stat.Interval{Lo: now.Low, Hi: now.High}, then.Value, stat.Interval{Lo: then.Low, Hi: then.High})
	words := now.direction(then.estimate)
	factor, unit := 100., " points"
	if now.Kind == "minutes" {
		factor, unit = 1, " min"
	}
	write := func(v float64) string { return signed(math.Round(factor * v)) }
	return fmt.Sprintf("%s: %s%s (95%% interval %s to %s)", words, write(now.Value-then.Value), unit, write(ci.Lo), write(ci.Hi))
}

// signed writes a whole number with its sign.
func signed(n float64) string {
	switch {
	case n == 0:
		return "0"
	case n < 0:
		return "−" + decimal(-n)
	}
	return "+" + decimal(n)
}

// tells notes the number of the title.
func (p *panel) tells(e estimate, what, kind string) { p.Told = &told{e, what, kind} }

// compareChoice leads to the page beside its period before, or away from it; "" where there is none.
func (r *request) compareChoice() (c choice) {
	if !r.page.Compare {
		return c
	}
	v := r.filter.Values()
	if r.filter.Compare != "" {
		return choice{Label: "Compared with the period before", URL: r.here(without(v, "compare")), Current: true}
	}
	now := r.filter
	r.untilLast(&now)
	before, ok := now.Before()
	if !ok {
		end, _ := r.lastDay()
		v = with(with(v, "from", end.AddDate(-1, 0, 0).Format("2006-01-02")), "to", end.Format("2006-01-02"))
		return choice{Label: "Compare the last 12 months with those before", URL: r.here(with(v, "compare", query.Previous))}
	}
	return choice{Label: "Compare with " + rangeWords(before.From, before.To, r.s.DB.Settings.Location()), URL: r.here(with(v, "compare", query.Previous))}
}

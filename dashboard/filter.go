package dashboard

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// filterForm is the filter as a form: it sends itself with GET, so that the URL is the filter.
type filterForm struct {
	Action   string
	Range    string // in words
	From, To string
	AsOf     string // the day that the presets count back from, where it is not today
	Presets  []choice
	Previous choice // quarter
	Next     choice // quarter; no URL after the last
	Lists    []filterList
	Hidden   []hidden
	Chips    []chip
	Compare  choice // with the period before, or no longer; no URL where there is none
	Clear    string // URL without any filter; "" when there is none
}

type choice struct {
	Label, URL string
	Current    bool
}

type filterList struct {
	Name, Label string
	Options     []choice // Current: chosen
	Chosen      int
	Hidden      int    // options that the form has no room for
	Rest        string // URL of all of them, which a script adds when somebody looks
}

type hidden struct{ Name, Value string }

type chip struct{ Name, Value, URL string }

// filterNames are the lists that filters know.
var filterNames = []string{"team", "function", "service", "severity", "source"}

// mostOptions is how many values a list may have to be in the form whole. Of a longer one the form has the first fewOptions, and a script asks
// choicesPath for all when somebody opens it; an address may name any value.
const (
	mostOptions = 40
	fewOptions  = 12
)

func (r *request) filterForm() filterForm {
	v := r.filter.Values()
	form := filterForm{Action: r.path, From: v.Get("from"), To: v.Get("to"), Range: r.rangeWords()}
	lists := choiceLists(r.choices)
	for _, name := range r.page.Filters {
		if l := newFilterList(name, lists[name], v[name]); len(l.Options) > 0 {
			form.Lists = append(form.Lists, l)
		}
	}
	r.fillRange(&form, v)
	for _, name := range sortedNames(v) {
		if name == "from" || name == "to" {
			continue
		}
		shown := slices.Contains(r.page.Filters, name)
		for _, value := range v[name] {
			if !shown {
				form.Hidden = append(form.Hidden, hidden{name, value})
			}
			if shown || !slices.Contains([]string{"by", "clock", "compare"}, name) {
				form.Chips = append(form.Chips, chip{name, orWord(value), r.here(dropValue(v, name, value))})
			}
		}
	}
	form.Compare = r.compareChoice()
	if len(form.Chips) > 0 || form.From+form.To != "" {
		keep := url.Values{}
		for _, name := range []string{"by", "clock", "compare"} {
			if x := v.Get(name); x != "" {
				keep.Set(name, x)
			}
		}
		form.Clear = r.here(keep)
	}
	return form
}

// here is this page with other parameters.
func (r *request) here(v url.Values) string { return link(r.path, v) }

func sortedNames(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func dropValue(v url.Values, name, value string) url.Values {
	out := without(v, name)
	for _, x := range v[name] {
		if x != value {
			out.Add(name, x)
		}
	}
	return out
}

func orWord(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// newFilterList offers the known values and those chosen that are not known.
func newFilterList(name string, known, chosen []string) filterList {
	l := filterList{Name: name, Label: heading(name), Chosen: len(chosen)}
	for _, c := range chosen {
		l.Options = append(l.Options, choice{Label: c, Current: true})
	}
	room := len(chosen) + len(known)
	if len(known) > mostOptions {
		room, l.Rest = len(chosen)+fewOptions, choicesPath+name
	}
	for _, k := range known {
		if slices.Contains(chosen, k) {
			continue
		}
		if len(l.Options) >= room {
			l.Hidden++
			continue
		}
		l.Options = append(l.Options, choice{Label: k})
	}
	return l
}

// lastDay is the end of the last day with data, or of today where data is newer; whether it is today.
func (r *request) lastDay() (end time.Time, today bool) {
	zone := r.s.DB.Settings.Location()
	end = startOfDay(r.s.Now().In(zone)).AddDate(0, 0, 1)
	if last := r.choices.Last; !last.IsZero() {
		if e := startOfDay(last.In(zone)).AddDate(0, 0, 1); e.Before(end) {
			return e, false
		}
	}
	return end, true
}

// fillRange offers ranges that count back from lastDay.
func (r *request) fillRange(form *filterForm, v url.Values) {
	zone := r.s.DB.Settings.Location()
	end, today := r.lastDay()
	if !today {
		form.AsOf = end.AddDate(0, 0, -1).Format("2006-01-02")
	}
	this := quarterOf(end.AddDate(0, 0, -1))
	add := func(label string, from, to time.Time) choice {
		f, t := from.Format("2006-01-02"), to.Format("2006-01-02")
		return choice{label, r.here(with(with(v, "from", f), "to", t)), form.From == f && form.To == t}
	}
	form.Presets = []choice{
		add("Last 30 days", end.AddDate(0, 0, -30), end), add("Last 90 days", end.AddDate(0, 0, -90), end),
		add("This quarter", this, this.AddDate(0, 3, 0)), add("Last quarter", this.AddDate(0, -3, 0), this),
		add("Last 12 months", end.AddDate(-1, 0, 0), end),
		{"All history", r.here(without(v, "from", "to")), form.From == "" && form.To == ""},
	}
	quarter := func(q time.Time) choice { return add(quarterName(q), q, q.AddDate(0, 3, 0)) }
	at := this.AddDate(0, 3, 0) // stepping back from no quarter leads to the newest
	if q, ok := wholeQuarter(r.filter.From, r.filter.To, zone); ok {
		at = q
	} else if !r.filter.From.IsZero() {
		at = quarterOf(r.filter.From.In(zone))
	}
	form.Previous = quarter(at.AddDate(0, -3, 0))
	if next := at.AddDate(0, 3, 0); next.Before(end) {
		form.Next = quarter(next)
	}
}

// rangeWords is the range as people write it.
func (r *request) rangeWords() string {
	return rangeWords(r.filter.From, r.filter.To, r.s.DB.Settings.Location())
}

func rangeWords(from, to time.Time, zone *time.Location) string {
	if q, ok := wholeQuarter(from, to, zone); ok {
		return quarterName(q)
	}
	first, last := "", ""
	if !from.IsZero() {
		first = stamp(from.In(zone))
	}
	if !to.IsZero() {
		last = stamp(to.In(zone))
		if t := to.In(zone); t.Equal(startOfDay(t)) {
			last = t.AddDate(0, 0, -1).Format("2006-01-02") // the range excludes its end; people name the last day
		}
	}
	switch {
	case first == "" && last == "":
		return "All history"
	case first == "":
		return "Until " + last
	case last == "":
		return "Since " + first
	case first == last:
		return first
	}
	return first + " to " + last
}

func stamp(t time.Time) string {
	if t.Equal(startOfDay(t)) {
		return t.Format("2006-01-02")
	}
	return strings.TrimSuffix(t.Format("2006-01-02 15:04"), " 00:00")
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// quarterOf is the first day of t's quarter.
func quarterOf(t time.Time) time.Time {
	return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, t.Location())
}

func quarterName(first time.Time) string {
	return fmt.Sprintf("%dQ%d", first.Year(), (first.Month()-1)/3+1)
}

// wholeQuarter is the quarter that the range is, if it is one.
func wholeQuarter(from, to time.Time, zone *time.Location) (time.Time, bool) {
	if from.IsZero() || to.IsZero() {
		return time.Time{}, false
	}
	q := quarterOf(from.In(zone))
	return q, q.Equal(from) && q.AddDate(0, 3, 0).Equal(to)
}

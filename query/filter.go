package query

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/orgheat/orgheat/schema"
)

// Filter is what a question is restricted to. Its URL form is the filter of pages, of the API and of the command line: ParseFilter of
// Values is the identity. An empty list means any.
type Filter struct {
	From, To   time.Time // half-open [From, To); zero: unbounded
	Teams      []string
	Functions  []string
	Services   []string
	Severities []string
	Sources    []string
	Kinds      []string // of activity; empty: what the definition of chatter counts
	By         string   // how the metric is broken down; "" is the metric's first choice
	Clock      string   // local, org or utc; "" is the metric's default
	Incident   string
	Persons    []string
	Category   string  // of org events
	Weekday    int     // 1 Monday to 7 Sunday of a drill-down; 0 any
	Hour       int     // 0 to 23 of a drill-down; -1 any
	Group      *string // value of By in a drill-down; nil any
	Date       string  // YYYY-MM-DD of a drill-down; "" any
	Compare    string  // "previous": pages show the period before beside it; metrics do not look at it
	zone       *time.Location
}

// Previous is the value of Compare.
const Previous = "previous"

// Before is the filter of the period before: as many months where the range is one of whole months, else as many days, else as long. It is
// false for a range without a beginning or an end.
func (f Filter) Before() (Filter, bool) {
	if f.From.IsZero() || f.To.IsZero() {
		return f, false
	}
	from, to := f.From.In(f.location()), f.To.In(f.location())
	then := f
	then.To, then.From = f.From, f.From.Add(f.From.Sub(f.To))
	if n := f.Months(); n > 0 {
		then.From = from.AddDate(0, -n, 0).UTC()
	} else if midnight(from) && midnight(to) {
		days := int((to.Sub(from).Hours() + 12) / 24) // a day may have 23 or 25 hours
		then.From = from.AddDate(0, 0, -days).UTC()
	}
	return then, true
}

// Months is the number of months of a range of whole months, else 0.
func (f Filter) Months() int {
	from, to := f.From.In(f.location()), f.To.In(f.location())
	if f.From.IsZero() || f.To.IsZero() || !midnight(from) || !midnight(to) || from.Day() != 1 || to.Day() != 1 {
		return 0
	}
	return 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
}

func midnight(t time.Time) bool {
	return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
}

// NewFilter is the filter that restricts nothing. zone is the organization's: days in it start and end a range.
func NewFilter(zone *time.Location) Filter { return Filter{Hour: -1, zone: zone} }

// lists are the repeatable parameters.
func (f *Filter) lists() map[string]*[]string {
	return map[string]*[]string{"team": &f.Teams, "function": &f.Functions, "service": &f.Services, "severity": &f.Severities, "source": &f.Sources,
		"kind": &f.Kinds, "person": &f.Persons}
}

// Parameters are the names that ParseFilter understands.
var Parameters = []string{"from", "to", "team", "function", "service", "severity", "source", "kind", "by", "clock", "incident", "person", "category",
	"weekday", "hour", "group", "date", "compare"}

// ParseFilter reads a filter from URL values; names it does not know are left to others. Days are of the organization's zone.
func ParseFilter(v url.Values, zone *time.Location) (Filter, error) {
	f := NewFilter(zone)
	var err error
	if f.From, err = parseTime(v.Get("from"), zone); err != nil {
		return f, fmt.Errorf("from: %w", err)
	}
	if f.To, err = parseTime(v.Get("to"), zone); err != nil {
		return f, fmt.Errorf("to: %w", err)
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, fmt.Errorf("the range is empty: from %s is not before to %s", v.Get("from"), v.Get("to"))
	}
	for name, list := range f.lists() {
		for _, s := range v[name] {
			if !slices.Contains(*list, s) {
				*list = append(*list, s)
			}
		}
		sort.Strings(*list)
	}
	for _, k := range f.Kinds {
		if !slices.Contains(schema.Kinds, schema.Kind(k)) {
			return f, fmt.Errorf("kind %q is not a kind of activity", k)
		}
	}
	f.By, f.Clock, f.Incident, f.Category, f.Date = v.Get("by"), v.Get("clock"), v.Get("incident"), v.Get("category"), v.Get("date")
	if f.Compare = v.Get("compare"); f.Compare != "" && f.Compare != Previous {
		return f, fmt.Errorf("compare %q is not %s", f.Compare, Previous)
	}
	if f.Clock != "" && !slices.Contains([]string{"local", "org", "utc"}, f.Clock) {
		return f, fmt.Errorf("clock %q is not local, org or utc", f.Clock)
	}
	if f.Date != "" {
		if _, err := time.Parse("2006-01-02", f.Date); err != nil {
			return f, fmt.Errorf("date %q is not written YYYY-MM-DD", f.Date)
		}
	}
	if s := v.Get("weekday"); s != "" {
		if f.Weekday, err = strconv.Atoi(s); err != nil || f.Weekday < 1 || f.Weekday > 7 {
			return f, fmt.Errorf("weekday %q is not 1 (Monday) to 7", s)
		}
	}
	if s := v.Get("hour"); s != "" {
		if f.Hour, err = strconv.Atoi(s); err != nil || f.Hour < 0 || f.Hour > 23 {
			return f, fmt.Errorf("hour %q is not 0 to 23", s)
		}
	}
	if v.Has("group") {
		g := v.Get("group")
		f.Group = &g
	}
	return f, nil
}

func parseTime(s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation("2006-01-02", s, zone); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%q is not a day (2026-01-31) or a time (2026-01-31T10:00:00Z)", s)
}

// Values is the URL form, without what is not set.
func (f Filter) Values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("from", f.formatTime(f.From))
	set("to", f.formatTime(f.To))
	for name, list := range f.lists() {
		if len(*list) > 0 {
			v[name] = slices.Clone(*list)
		}
	}
	set("by", f.By)
	set("clock", f.Clock)
	set("incident", f.Incident)
	set("category", f.Category)
	set("date", f.Date)
	set("compare", f.Compare)
	if f.Weekday > 0 {
		v.Set("weekday", strconv.Itoa(f.Weekday))
	}
	if f.Hour >= 0 {
		v.Set("hour", strconv.Itoa(f.Hour))
	}
	if f.Group != nil {
		v.Set("group", *f.Group)
	}
	return v
}

func (f Filter) formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if l := t.In(f.location()); midnight(l) {
		return l.Format("2006-01-02")
	}
	return t.UTC().Format(time.RFC3339)
}

func (f Filter) location() *time.Location {
	if f.zone == nil {
		return time.UTC
	}
	return f.zone
}

// JSON is the filter as results show it.
func (f Filter) JSON() map[string]any {
	out := map[string]any{}
	for name, values := range f.Values() {
		if _, list := f.lists()[name]; list {
			out[name] = values
		} else {
			out[name] = values[0]
		}
	}
	return out
}

// Bounds of what ClickHouse's times hold; an open end of a range becomes one of them.
var (
	beginning = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	forever   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

const stampLayout = "2006-01-02 15:04:05.000"

// sums says which sums of derived chatter (chatter_slots, chatter_days) tell what the filter asks of whole months: their dimension, its values
// (none: all) and their clock. "" where they tell nothing: they hold one dimension, and what chatter counts.
func (f Filter) sums() (dimension string, values []string, clock string) {
	clock = f.Clock
	if clock == "utc" && f.location().String() == "UTC" {
		clock = "org"
	}
	if clock == "utc" || len(f.Kinds)+len(f.Services)+len(f.Severities)+len(f.Persons) > 0 {
		return "", nil, clock
	}
	for name, list := range map[string][]string{"team": f.Teams, "function": f.Functions, "source": f.Sources} {
		switch {
		case len(list) == 0:
		case dimension != "":
			return "", nil, clock
		default:
			dimension, values = name, list
		}
	}
	switch {
	case f.By == "" || f.By == "none":
		if dimension == "" {
			dimension = "source"
		}
	case dimension != "" && dimension != f.By || f.By == "person" || f.By == "location":
		return "", nil, clock
	default:
		dimension = f.By
	}
	return dimension, values, clock
}

// wholeMonths are the calendar months of the organization's clock, YYYYMM, that lie in the range entirely: [from, to). Hours of other months are
// before begin or not before end (UTC).
func (f Filter) wholeMonths() (from, to int, begin, end time.Time) {
	number := func(t time.Time) int { return t.Year()*100 + int(t.Month()) }
	// An hour that the clocks repeat around the turn of a month is of two months: then two hours more are looked through.
	slack := func(t time.Time) time.Duration {
		_, before := t.Add(-3 * time.Hour).Zone()
		if _, after := t.Add(3 * time.Hour).Zone(); before != after {
			return 2 * time.Hour
		}
		return 0
	}
	from, to, begin, end = 0, number(forever), beginning, forever
	if !f.From.IsZero() {
		first := f.monthOf(f.From, 0)
		if first.Before(f.From) {
			first = f.monthOf(f.From, 1)
		}
		from, begin = number(first), first.Add(slack(first)).UTC().Add(time.Hour-1).Truncate(time.Hour)
	}
	if !f.To.IsZero() {
		last := f.monthOf(f.To, 0)
		to, end = number(last), last.Add(-slack(last)).UTC().Truncate(time.Hour)
	}
	if from >= to {
		return 0, 0, forever, forever
	}
	return from, to, begin, end
}

// monthOf is when the month that t is in begins on the organization's clock, or one so many months later.
func (f Filter) monthOf(t time.Time, later int) time.Time {
	l := t.In(f.location())
	return time.Date(l.Year(), l.Month()+time.Month(later), 1, 0, 0, 0, 0, l.Location())
}

// bounds are the ends of the range, also of one without a beginning or an end.
func (f Filter) bounds() (from, to time.Time) {
	from, to = f.From, f.To
	if from.IsZero() {
		from = beginning
	}
	if to.IsZero() {
		to = forever
	}
	return from, to
}

// parameters are the server-side parameters that every metric's SQL may use:
// from, to: DateTime64(3, 'UTC'); from_open, to_open: Bool, that end of the range was not given; from_wall, to_wall: DateTime('UTC') that reads as the organization's wall clock;
// teams, functions, services, severities, sources, kinds, persons: Array(String); by, clock, incident, category, date, group: String;
// weekday, hour: Int8; any_group: Bool; org_zone: String; sums, sums_clock: String, sums_of: Array(String), see sums;
// whole_from, whole_to: UInt32, rest_before, rest_from: DateTime('UTC'), see wholeMonths. Metrics add sized: Bool: the sizes of groups are asked for.
func (f Filter) parameters() clickhouse.Parameters {
	from, to := f.bounds()
	wall := func(t time.Time) string { return t.In(f.location()).Format("2006-01-02 15:04:05") }
	kinds := f.Kinds
	if len(kinds) == 0 {
		for _, k := range schema.Chatter {
			kinds = append(kinds, string(k))
		}
	}
	sums, of, clock := f.sums()
	wholeFrom, wholeTo, restBefore, restFrom := f.wholeMonths()
	group := ""
	if f.Group != nil {
		group = *f.Group
	}
	return clickhouse.Parameters{
		"from_open": strconv.FormatBool(f.From.IsZero()), "to_open": strconv.FormatBool(f.To.IsZero()),
		"from": from.UTC().Format(stampLayout), "to": to.UTC().Format(stampLayout), "from_wall": wall(from), "to_wall": wall(to),
		"teams": schema.ArrayParameter(f.Teams), "functions": schema.ArrayParameter(f.Functions), "services": schema.ArrayParameter(f.Services),
		"severities": schema.ArrayParameter(f.Severities), "sources": schema.ArrayParameter(f.Sources), "kinds": schema.ArrayParameter(kinds),
		"persons": schema.ArrayParameter(lowered(f.Persons)), "by": f.By, "clock": f.Clock, "incident": f.Incident, "category": f.Category, "date": f.Date,
		"weekday": strconv.Itoa(f.Weekday), "hour": strconv.Itoa(f.Hour), "group": group, "any_group": strconv.FormatBool(f.Group == nil), "org_zone": f.location().String(),
		"sums": sums, "sums_of": schema.ArrayParameter(of), "sums_clock": clock,
		"whole_from": strconv.Itoa(wholeFrom), "whole_to": strconv.Itoa(wholeTo), "rest_before": restBefore.Format(time.DateTime), "rest_from": restFrom.Format(time.DateTime),
	}
}

// ofResponders says that incidents are chosen by their responders' teams or functions, which only incident_facts holds.
func (f Filter) ofResponders() bool { return len(f.Teams)+len(f.Functions) > 0 }

// asOf is the filter's To; where that is open, the end of the day of the last incident on the organization's clock.
func (db *DB) asOf(ctx context.Context, f Filter) (time.Time, error) {
	if !f.To.IsZero() {
		return f.To, nil
	}
	last, err := remember(ctx, db, "last start", nil, func() (last time.Time, err error) {
		err = db.conn.QueryRow(ctx, "SELECT max(started_at) FROM incident_facts").Scan(&last)
		return last, err
	})
	y, m, d := last.In(f.location()).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, f.location()), err
}

func lowered(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s
		if strings.Contains(s, "@") {
			out[i] = strings.ToLower(s)
		}
	}
	return out
}

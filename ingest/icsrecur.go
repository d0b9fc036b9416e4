package ingest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// maxOccurrences bounds what one event may expand to: ten years of a shift every five hours.
const maxOccurrences = 20_000

var errTooMany = errors.New("event recurs more than 20000 times")

// horizon is where a rule without an end is cut off. Nothing in a calendar says how long an endless rule was meant, and Read has
// no clock, so: ten years after the rule's start (sixty for a yearly one) or one year after the newest stamp in the file, whichever
// is later.
func (c *calendar) horizon(ev *icsEvent, rule string) time.Time {
	years := 10
	if strings.Contains(strings.ToUpper(rule), "FREQ=YEARLY") {
		years = 60
	}
	end := ev.start.wall.AddDate(years, 0, 0)
	if !c.newest.IsZero() && c.newest.AddDate(1, 0, 0).After(end) {
		end = c.newest.AddDate(1, 0, 0)
	}
	return end
}

// occurrences lists the original starts of a master event: its own, or those of its rules and dates without the excluded ones.
// Those that an exception replaces are among them.
func (c *calendar) occurrences(ev *icsEvent) ([]icsTime, error) {
	if !ev.recurs {
		return []icsTime{ev.start}, nil
	}
	var walls []time.Time
	for _, p := range ev.props.Values("RRULE") {
		w, err := expandRule(p.Value, ev.start.wall, c.horizon(ev, p.Value), ev.start.zone.wall)
		if err != nil {
			return nil, err
		}
		walls = append(walls, w...)
	}
	if ev.props.Get("RRULE") == nil {
		walls = append(walls, ev.start.wall)
	}
	for _, p := range ev.props.Values("RDATE") {
		for v := range strings.SplitSeq(p.Value, ",") {
			t, err := c.timeValue(strings.TrimSpace(v), p.Params.Get("TZID"))
			if err != nil {
				return nil, errors.New("RDATE is not a list of times (periods are not read)")
			}
			if t.zone != ev.start.zone {
				t.wall = ev.start.zone.wall(t.instant())
			}
			if t.day && !ev.start.day { // a bare day means the event's hour on that day
				t.wall = onDay(t.wall, ev.start.wall)
			}
			walls = append(walls, t.wall)
		}
	}
	if len(walls) > maxOccurrences {
		return nil, errTooMany
	}
	slices.SortFunc(walls, time.Time.Compare)
	walls = slices.CompactFunc(walls, time.Time.Equal)
	excluded, err := c.excluded(ev)
	if err != nil {
		return nil, err
	}
	out := make([]icsTime, 0, len(walls))
	for _, w := range walls {
		t := icsTime{wall: w, zone: ev.start.zone, day: ev.start.day}
		if !excluded[t.key()] && !excluded[w.Format("20060102")] {
			out = append(out, t)
		}
	}
	return out, nil
}

// excluded are the keys of EXDATE; a bare day excludes whatever starts on it.
func (c *calendar) excluded(ev *icsEvent) (map[string]bool, error) {
	out := map[string]bool{}
	for _, p := range ev.props.Values("EXDATE") {
		for v := range strings.SplitSeq(p.Value, ",") {
			if v = strings.TrimSpace(v); v == "" {
				continue
			}
			t, err := c.timeValue(v, p.Params.Get("TZID"))
			if err != nil {
				return nil, errors.New("EXDATE is not a list of times")
			}
			if ev.start.day { // some tools exclude a day by its midnight
				t.day = true
			}
			out[t.key()] = true
		}
	}
	return out, nil
}

func onDay(day, clock time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
}

// expandRule lists the starts of a recurrence rule in wall clock, from start until horizon or the rule's own end. wall converts
// an UNTIL in UTC to the event's clock.
func expandRule(rule string, start, horizon time.Time, wall func(time.Time) time.Time) ([]time.Time, error) {
	bad := errors.New("RRULE is not a rule that can be read")
	var parts []string
	until := horizon
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(rule)), ";") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "":
		case "UNTIL":
			t, err := untilWall(value, wall)
			if err != nil {
				return nil, bad
			}
			if t.Before(until) {
				until = t
			}
		default:
			parts = append(parts, part)
		}
	}
	opt, err := rrule.StrToROption(strings.Join(parts, ";"))
	if err != nil || !expandable(opt) {
		return nil, bad
	}
	opt.Dtstart, opt.Until = start, until
	r, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil, bad
	}
	var out []time.Time
	next := r.Iterator()
	for t, ok := next(); ok; t, ok = next() {
		if len(out) == maxOccurrences {
			return nil, errTooMany
		}
		out = append(out, t)
	}
	return out, nil
}

// untilWall reads an UNTIL: a day includes that day, UTC is converted to the event's clock.
func untilWall(v string, wall func(time.Time) time.Time) (time.Time, error) {
	if t, err := time.Parse("20060102", v); err == nil {
		return t.Add(24*time.Hour - time.Second), nil
	}
	t, err := time.Parse("20060102T150405", strings.TrimSuffix(v, "Z"))
	if err == nil && strings.HasSuffix(v, "Z") {
		t = wall(t)
	}
	return t, err
}

// expandable refuses rules no shift or event has and with which the library would search for ever.
func expandable(o *rrule.ROption) bool {
	switch {
	case o.Freq > rrule.HOURLY, o.Interval < 0, o.Interval > 10_000, o.Count < 0:
		return false
	case o.Freq == rrule.HOURLY:
		return len(o.Byhour)+len(o.Byminute)+len(o.Bysecond)+len(o.Bysetpos) == 0
	}
	return true
}

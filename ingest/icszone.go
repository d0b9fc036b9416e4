package ingest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// icsZone converts between wall clocks and instants, by a known zone or by the rules that a VTIMEZONE spells out.
type icsZone struct {
	loc    *time.Location // nil for a zone of rules
	before time.Duration  // offset before the first onset
	onsets []icsOnset     // by time
}

// icsOnset is the wall clock, in the offset before it, from which an offset holds.
type icsOnset struct {
	wall   time.Time
	offset time.Duration // east of UTC
}

var utcZone = &icsZone{loc: time.UTC}

// instant is when the wall clock (digits as if UTC) shows w; in a gap it is what the clock would show without the change.
func (z *icsZone) instant(w time.Time) time.Time {
	if z.loc != nil {
		return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, z.loc).UTC()
	}
	return w.Add(-z.offset(w))
}

func (z *icsZone) offset(w time.Time) time.Duration {
	i, found := slices.BinarySearchFunc(z.onsets, w, func(o icsOnset, t time.Time) int { return o.wall.Compare(t) })
	switch {
	case found:
		return z.onsets[i].offset
	case i == 0:
		return z.before
	}
	return z.onsets[i-1].offset
}

// wall is what the zone's clock shows at t, its digits as if they were UTC.
func (z *icsZone) wall(t time.Time) time.Time {
	if z.loc != nil {
		l := t.In(z.loc)
		return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
	}
	w := t.Add(z.before).UTC()
	for range 2 { // a guess by one offset is at most one change away
		w = t.Add(z.offset(w)).UTC()
	}
	return w
}

// zoneOf finds the zone of a TZID: an IANA or Windows name, such a name behind a vendor's prefix, the VTIMEZONE's
// X-LIC-LOCATION, and last the rules of the VTIMEZONE; nil when there are none.
func (c *calendar) zoneOf(tzid string) *icsZone {
	if z, ok := c.zones[tzid]; ok {
		return z
	}
	names := []string{tzid}
	parts := strings.Split(strings.Trim(tzid, "/"), "/")
	for n := 3; n >= 2; n-- { // /vendor.example/Region/City
		if len(parts) > n {
			names = append(names, strings.Join(parts[len(parts)-n:], "/"))
		}
	}
	custom := c.custom[tzid]
	if custom != nil {
		names = append(names, icsValue(custom.Props.Get("X-LIC-LOCATION")))
	}
	var z *icsZone
	for _, n := range names {
		if n = zoneName(n); n != "" {
			loc, _ := time.LoadLocation(n)
			z = &icsZone{loc: loc}
			break
		}
	}
	if z == nil && custom != nil {
		z = zoneOfRules(custom)
	}
	c.zones[tzid] = z
	return z
}

// zoneOfRules lists the changes of a VTIMEZONE up to 2100; nil when it defines none.
func zoneOfRules(comp *ical.Component) *icsZone {
	z := &icsZone{}
	var first time.Time
	for _, o := range comp.Children {
		if o.Name != "STANDARD" && o.Name != "DAYLIGHT" {
			continue
		}
		start, err := time.Parse("20060102T150405", icsValue(o.Props.Get("DTSTART")))
		to, okTo := utcOffset(icsValue(o.Props.Get("TZOFFSETTO")))
		from, okFrom := utcOffset(icsValue(o.Props.Get("TZOFFSETFROM")))
		if err != nil || !okTo || !okFrom {
			return nil
		}
		if first.IsZero() || start.Before(first) {
			first, z.before = start, from
		}
		walls := []time.Time{start}
		if rule := icsValue(o.Props.Get("RRULE")); rule != "" {
			walls, err = expandRule(rule, start, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), func(t time.Time) time.Time { return t.Add(from) })
			if err != nil {
				return nil
			}
		}
		for _, p := range o.Props.Values("RDATE") {
			for v := range strings.SplitSeq(p.Value, ",") {
				if t, err := time.Parse("20060102T150405", strings.TrimSpace(v)); err == nil {
					walls = append(walls, t)
				}
			}
		}
		for _, w := range walls {
			z.onsets = append(z.onsets, icsOnset{w, to})
		}
	}
	if len(z.onsets) == 0 {
		return nil
	}
	slices.SortStableFunc(z.onsets, func(a, b icsOnset) int { return a.wall.Compare(b.wall) })
	return z
}

// utcOffset reads +0530 or -080000.
func utcOffset(s string) (time.Duration, bool) {
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:], 10, 32)
	if err != nil {
		return 0, false
	}
	if len(s) == 5 {
		n *= 100
	}
	d := time.Duration(n/10000)*time.Hour + time.Duration(n/100%100)*time.Minute + time.Duration(n%100)*time.Second
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

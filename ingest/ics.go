package ingest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// maxCalendar bounds an .ics file: an event's exceptions may stand anywhere in it, so it is held in memory.
const maxCalendar = 64 << 20

// calendar is one VCALENDAR.
type calendar struct {
	name   string // X-WR-CALNAME or NAME, else the file's name
	zone   *icsZone
	zoned  bool // the calendar names its zone; otherwise zone is the account's
	events []*icsEvent
	newest time.Time // the newest stamp in the file: it was written then or later
	zones  map[string]*icsZone
	custom map[string]*ical.Component // VTIMEZONE by TZID
}

// icsEvent is one VEVENT.
type icsEvent struct {
	line      int // of BEGIN:VEVENT
	props     ical.Props
	uid       string
	summary   string
	start     icsTime
	span      icsSpan
	recurs    bool    // RRULE or RDATE
	override  icsTime // RECURRENCE-ID; zero for a master
	sequence  int
	updated   time.Time
	cancelled bool
	replaced  bool // a newer revision of the same event is in the file
}

// icsTime is a day or a wall clock in a zone.
type icsTime struct {
	wall time.Time // the digits as written, as if they were UTC
	zone *icsZone
	day  bool // VALUE=DATE
}

func (t icsTime) isZero() bool { return t.wall.IsZero() }

// instant is the moment; a day begins at its midnight in the calendar's zone.
func (t icsTime) instant() time.Time { return t.zone.instant(t.wall) }

// key spells an occurrence's original start, by which later exports and exceptions find it again.
func (t icsTime) key() string {
	if t.day {
		return t.wall.Format("20060102")
	}
	return t.instant().Format("20060102T150405Z")
}

// icsSpan is how long an event lasts: days and hours of wall clock, or exact time.
type icsSpan struct {
	wall, exact time.Duration
	known       bool
}

func (s icsSpan) end(start icsTime) icsTime {
	end := start
	end.wall = start.wall.Add(s.wall)
	if s.exact != 0 {
		end.wall = end.zone.wall(end.instant().Add(s.exact))
	}
	return end
}

// calendar reads the only file. A broken event is rejected and reading goes on; ok is false when the file ended with an error.
func (e *emitter) calendar() (cal *calendar, ok bool) {
	f, err := e.in.Open(e.file)
	if err != nil {
		e.err(err)
		return nil, false
	}
	defer f.Close()
	text, _ := utf8Reader(f)
	raw, err := io.ReadAll(io.LimitReader(text, maxCalendar+1))
	switch {
	case err != nil:
		e.err(fmt.Errorf("%s: %w", e.in.Path, err))
		return nil, false
	case len(raw) > maxCalendar:
		e.err(fail(e.in, "is a calendar of more than 64 MiB", "export it in parts, by year"))
		return nil, false
	}
	cal = &calendar{zone: &icsZone{loc: e.in.location()}, zones: map[string]*icsZone{}, custom: map[string]*ical.Component{}}
	blocks, err := cal.outline(raw)
	if err != nil {
		e.err(fail(e.in, err.Error(), "export it again"))
		return nil, false
	}
	if cal.name == "" {
		cal.name = strings.TrimSuffix(e.file, path.Ext(e.file))
	}
	for _, b := range blocks {
		if e.stopped {
			return nil, false
		}
		ev, err := cal.event(b)
		if err != nil {
			e.n = b.line
			e.reject(err.Error(), ev.summary)
			continue
		}
		cal.events = append(cal.events, ev)
	}
	cal.supersede()
	return cal, !e.stopped
}

type icsBlock struct {
	line int
	text []byte
}

// outline splits the file into its events, so that one malformed event costs only itself, and keeps what is said of the whole.
func (c *calendar) outline(raw []byte) ([]icsBlock, error) {
	var (
		blocks  []icsBlock
		current []byte
		within  string // VEVENT or VTIMEZONE being collected
		begun   int
		closed  bool
	)
	lines := unfold(raw)
	if len(lines) == 0 || !strings.EqualFold(string(lines[0].text), "BEGIN:VCALENDAR") {
		return nil, errors.New("does not begin with BEGIN:VCALENDAR")
	}
	depth := 0 // of components inside an event: alarms have a DURATION and a SUMMARY of their own
	for _, l := range lines {
		upper := strings.TrimSpace(strings.ToUpper(string(l.text[:min(len(l.text), 40)])))
		if within == "VEVENT" && upper != "END:VEVENT" {
			switch {
			case strings.HasPrefix(upper, "BEGIN:"):
				depth++
			case strings.HasPrefix(upper, "END:"):
				depth--
			case depth == 0 && icsProperty(upper):
				current = append(append(current, l.text...), '\n')
			}
			continue
		}
		switch {
		case within == "" && (upper == "BEGIN:VEVENT" || upper == "BEGIN:VTIMEZONE"):
			within, begun, current, depth = upper[len("BEGIN:"):], l.line, nil, 0
			current = append(append(current, l.text...), '\n')
		case within != "":
			current = append(append(current, l.text...), '\n')
			if upper != "END:"+within {
				continue
			}
			if within == "VEVENT" {
				blocks = append(blocks, icsBlock{begun, current})
			} else if zone, err := decodeComponent(current); err == nil {
				if id, err := zone.Props.Text("TZID"); err == nil && id != "" {
					c.custom[id] = zone
				}
			}
			within = ""
		case upper == "END:VCALENDAR":
			closed = true
		case strings.HasPrefix(upper, "X-WR-CALNAME") || strings.HasPrefix(upper, "NAME:") || strings.HasPrefix(upper, "NAME;"):
			if _, v, ok := bytes.Cut(l.text, []byte(":")); ok && c.name == "" {
				p := ical.Prop{Value: string(v)}
				c.name, _ = p.Text()
				c.name = strings.TrimSpace(c.name)
			}
		case strings.HasPrefix(upper, "X-WR-TIMEZONE:"):
			if name := zoneName(string(l.text[len("X-WR-TIMEZONE:"):])); name != "" {
				loc, _ := time.LoadLocation(name)
				c.zone, c.zoned = &icsZone{loc: loc}, true
			}
		}
	}
	if within != "" || !closed {
		return nil, errors.New("ends in the middle (truncated?): END:VCALENDAR is missing")
	}
	return blocks, nil
}

// icsProperties are those that are read; a malformed description costs nothing.
var icsProperties = []string{
	"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "SUMMARY", "ATTENDEE", "CATEGORIES", "STATUS", "SEQUENCE",
	"LAST-MODIFIED", "DTSTAMP", "CREATED", "X-ORGHEAT-SERVICE", "X-ORGHEAT-TEAM",
}

func icsProperty(line string) bool {
	if i := strings.IndexAny(line, ";:"); i >= 0 {
		line = line[:i]
	}
	return contains(icsProperties, line)
}

type icsLine struct {
	line int
	text []byte
}

// unfold joins continued lines; a line that begins with a space or a tab continues the one before.
func unfold(raw []byte) []icsLine {
	var out []icsLine
	s := bufio.NewScanner(bytes.NewReader(raw))
	s.Buffer(nil, len(raw)+1)
	for n := 1; s.Scan(); n++ {
		b := bytes.TrimRight(s.Bytes(), "\r")
		switch {
		case len(bytes.TrimSpace(b)) == 0:
		case (b[0] == ' ' || b[0] == '\t') && len(out) > 0:
			last := &out[len(out)-1]
			last.text = append(last.text, b[1:]...)
		default:
			out = append(out, icsLine{n, bytes.Clone(b)})
		}
	}
	return out
}

// maxProperty bounds one property: the library's time grows with the square of a parameter's length.
const maxProperty = 16 << 10

// decodeComponent parses one component; the library panics on some malformed lines.
func decodeComponent(text []byte) (comp *ical.Component, err error) {
	for line := range bytes.Lines(text) {
		if len(line) > maxProperty {
			return nil, errors.New("a property is longer than 16 KiB")
		}
	}
	defer func() {
		if r := recover(); r != nil {
			comp, err = nil, errors.New("malformed")
		}
	}()
	wrapped := io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\n"), bytes.NewReader(text), strings.NewReader("END:VCALENDAR\n"))
	cal, err := ical.NewDecoder(wrapped).Decode()
	if err != nil {
		return nil, err
	}
	if len(cal.Children) != 1 {
		return nil, errors.New("malformed")
	}
	return cal.Children[0], nil
}

// event reads one VEVENT. With an error the event holds no more than what a reject shows.
func (c *calendar) event(b icsBlock) (*icsEvent, error) {
	ev := &icsEvent{line: b.line}
	comp, err := decodeComponent(b.text)
	if err != nil {
		return ev, errors.New("event is malformed")
	}
	ev.props = comp.Props
	ev.summary, _ = comp.Props.Text("SUMMARY")
	ev.summary = strings.Join(strings.Fields(ev.summary), " ")
	ev.cancelled = strings.EqualFold(icsValue(comp.Props.Get("STATUS")), "CANCELLED")
	ev.sequence, _ = strconv.Atoi(icsValue(comp.Props.Get("SEQUENCE")))
	ev.recurs = comp.Props.Get("RRULE") != nil || comp.Props.Get("RDATE") != nil
	for _, name := range []string{"LAST-MODIFIED", "DTSTAMP", "CREATED"} {
		t, err := c.time(comp.Props.Get(name))
		if err != nil || t.isZero() {
			continue
		}
		if at, _, err := checkRange(t.instant(), false); err == nil {
			if ev.updated.IsZero() {
				ev.updated = at
			}
			if at.After(c.newest) {
				c.newest = at
			}
		}
	}
	start := comp.Props.Get("DTSTART")
	if start == nil {
		return ev, errors.New("event has no DTSTART")
	}
	if ev.start, err = c.time(start); err != nil {
		return ev, fmt.Errorf("DTSTART %w", err)
	}
	if ev.span, err = c.span(ev); err != nil {
		return ev, err
	}
	if p := comp.Props.Get("RECURRENCE-ID"); p != nil {
		if p.Params.Get("RANGE") != "" {
			return ev, errors.New("a change to all following occurrences (RANGE) is not read, export the series split")
		}
		if ev.override, err = c.time(p); err != nil {
			return ev, fmt.Errorf("RECURRENCE-ID %w", err)
		}
		ev.recurs = false
	}
	if ev.uid = icsValue(comp.Props.Get("UID")); ev.uid == "" {
		sum := sha256.Sum256([]byte(start.Value + "\n" + ev.summary + "\n" + icsValue(comp.Props.Get("ATTENDEE"))))
		ev.uid = hex.EncodeToString(sum[:8])
	}
	return ev, nil
}

func icsValue(p *ical.Prop) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.Value)
}

// span is the length of an event from DTEND or DURATION. A day without either lasts a day; an instant has no known length.
func (c *calendar) span(ev *icsEvent) (icsSpan, error) {
	if p := ev.props.Get("DTEND"); p != nil {
		end, err := c.time(p)
		if err != nil {
			return icsSpan{}, fmt.Errorf("DTEND %w", err)
		}
		s := icsSpan{known: true, wall: end.wall.Sub(ev.start.wall)}
		if end.zone != ev.start.zone {
			s.wall, s.exact = 0, end.instant().Sub(ev.start.instant())
		}
		if s.wall < 0 || s.exact < 0 {
			return icsSpan{}, errors.New("event ends before it starts")
		}
		return s, nil
	}
	if p := ev.props.Get("DURATION"); p != nil {
		d, err := icsDuration(p)
		if err != nil || d < 0 {
			return icsSpan{}, errors.New("DURATION is not a positive duration")
		}
		days := d.Truncate(24 * time.Hour)
		return icsSpan{known: true, wall: days, exact: d - days}, nil
	}
	if ev.start.day {
		return icsSpan{known: true, wall: 24 * time.Hour}, nil
	}
	return icsSpan{}, nil
}

func icsDuration(p *ical.Prop) (d time.Duration, err error) {
	defer func() {
		if recover() != nil {
			err = errNoTime
		}
	}()
	q := *p
	q.Params = nil
	return q.Duration()
}

var errZone = errors.New("names a zone that is neither known nor defined in the file")

// time reads a date or date-time property with its zone; nil is the zero time.
func (c *calendar) time(p *ical.Prop) (icsTime, error) {
	if p == nil {
		return icsTime{}, nil
	}
	return c.timeValue(strings.TrimSpace(p.Value), p.Params.Get("TZID"))
}

func (c *calendar) timeValue(v, tzid string) (icsTime, error) {
	if len(v) == len("20060102") {
		t, err := time.Parse("20060102", v)
		if err != nil {
			return icsTime{}, errNoTime
		}
		return icsTime{wall: t, zone: c.zone, day: true}, nil
	}
	utc := strings.HasSuffix(v, "Z")
	t, err := time.Parse("20060102T150405", strings.TrimSuffix(v, "Z"))
	switch {
	case err != nil:
		return icsTime{}, errNoTime
	case utc:
		return icsTime{wall: t, zone: utcZone}, nil
	case tzid == "":
		return icsTime{wall: t, zone: c.zone}, nil
	}
	z := c.zoneOf(tzid)
	if z == nil {
		return icsTime{}, errZone
	}
	return icsTime{wall: t, zone: z}, nil
}

// floating says whether a time's zone is only the account's.
func (c *calendar) floating(t icsTime) bool { return t.zone == c.zone && !c.zoned }

// supersede marks older revisions: of several events with one UID and one original start the highest SEQUENCE counts, then the
// newest stamp, then the last.
func (c *calendar) supersede() {
	type id struct{ uid, at string }
	best := map[id]*icsEvent{}
	for _, ev := range c.events {
		k := id{uid: ev.uid}
		if !ev.override.isZero() {
			k.at = ev.override.key()
		}
		old, ok := best[k]
		switch {
		case !ok:
		case ev.sequence < old.sequence || ev.sequence == old.sequence && ev.updated.Before(old.updated):
			ev.replaced = true
			continue
		default:
			old.replaced = true
		}
		best[k] = ev
	}
}

package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/orgheat/orgheat/schema"
)

var oncallFields = []field{
	{name: "person", required: true, synonyms: []string{"user", "responder", "engineer", "on call", "assignee", "user email"}},
	{name: "schedule", required: true, synonyms: []string{"schedule name", "rotation", "rota", "layer"}},
	{name: "start", required: true, synonyms: []string{"shift start", "start time", "starts at", "start at", "from", "start date"}},
	{name: "end", required: true, synonyms: []string{"shift end", "end time", "ends at", "end at", "until", "to", "end date"}},
	{name: "service", synonyms: []string{"services"}},
	{name: "team", synonyms: []string{"team name"}},
	{name: "level", synonyms: []string{"escalation level", "tier"}},
	{name: "id", synonyms: []string{"shift id"}},
}

var oncall = Source{
	Name:   "oncall",
	Doc:    ".ics of an on-call schedule (attendee or summary is the person), or CSV of shifts: person, schedule, start, end, service, team",
	Detect: func(in Input) bool { return in.csvMostly(oncallFields) || in.calendarKind() == "oncall" },
	Read: reading(func(e *emitter) {
		if e.in.isCalendar() {
			readOncallCalendar(e)
			return
		}
		readOncallCSV(e)
	}),
}

// readOncallCSV sends one shift per line. Without an id the key is the schedule, the start and the person.
func readOncallCSV(e *emitter) {
	e.csv(oncallFields, func(rec csvRecord) {
		row := schema.ShiftRow{
			Source: "oncall", Schedule: rec.get("schedule"), Team: rec.get("team"), Services: splitList(rec.get("service")),
			Person: personKey(rec.get("person")), Level: 1,
		}
		if row.Person == "" || row.Schedule == "" {
			e.reject("person or schedule is empty", row.Person+row.Schedule)
			return
		}
		if v := rec.get("level"); v != "" {
			n, err := strconv.ParseUint(v, 10, 8)
			if err != nil || n == 0 {
				e.reject("level is not a number from 1", v)
				return
			}
			row.Level = uint8(n)
		}
		var ok bool
		if row.Start, ok = e.instant("start", rec.get("start")); !ok {
			return
		}
		if row.End, ok = e.instant("end", rec.get("end")); !ok {
			return
		}
		if !row.End.After(row.Start) {
			e.reject("shift does not end after it starts", rec.get("start")+" - "+rec.get("end"))
			return
		}
		if row.NativeID = rec.get("id"); row.NativeID == "" {
			row.NativeID = fmt.Sprintf("%s|%s|%s", row.Schedule, row.Start.Format(time.RFC3339), row.Person)
		}
		e.row(&row)
		e.person("oncall", row.Person)
		e.done()
	})
}

// readOncallCalendar sends one shift per person and occurrence. The key of an occurrence is its UID and original start, so that an
// exception, here or in a later export, takes its place; an event that never recurs is its UID alone, and may be moved.
func readOncallCalendar(e *emitter) {
	e.eachOccurrence(func(cal *calendar, ev *icsEvent) bool {
		if !ev.span.known || ev.span.wall == 0 && ev.span.exact == 0 {
			e.reject("shift has no end (DTEND or DURATION)", ev.summary)
			return false
		}
		if len(shiftPeople(ev, cal.name)) == 0 {
			e.reject("shift names nobody: neither an attendee nor a summary", ev.summary)
			return false
		}
		if cal.floating(ev.start) {
			e.notice(zonelessReason)
		}
		return true
	}, func(cal *calendar, ev *icsEvent, key string, start, end icsTime) {
		for i, person := range shiftPeople(ev, cal.name) {
			id := key
			if i > 0 {
				id = fmt.Sprintf("%s#%d", key, i+1)
			}
			e.row(&schema.ShiftRow{
				Source: "oncall", NativeID: id, Schedule: cal.name, Services: shiftServices(ev), Team: icsText(ev.props.Get("X-ORGHEAT-TEAM")),
				Person: person, Start: start.instant(), End: end.instant(), Level: 1, Updated: ev.updated,
			})
			e.person("oncall", person)
		}
	})
}

// eachOccurrence walks the occurrences of a calendar's events in file order. accept sees each event first and may reject it; send
// gets every occurrence within the time that is kept. The key of an occurrence is UID/original start.
func (e *emitter) eachOccurrence(accept func(*calendar, *icsEvent) bool, send func(cal *calendar, ev *icsEvent, key string, start, end icsTime)) {
	cal, ok := e.calendar()
	if !ok {
		return
	}
	exceptions := map[string]bool{}
	for _, ev := range cal.events {
		if !ev.override.isZero() {
			exceptions[ev.uid+"/"+ev.override.key()] = true
		}
	}
	for _, ev := range cal.events {
		if e.stopped {
			return
		}
		e.n = ev.line
		switch {
		case ev.replaced:
			e.notice("event has a newer revision in the file")
			e.done()
			continue
		case ev.cancelled:
			e.done()
			continue
		case !accept(cal, ev):
			continue
		}
		if !ev.override.isZero() {
			ev.sendOne(e, cal, ev.uid+"/"+ev.override.key(), send)
			continue
		}
		if !ev.recurs {
			ev.sendOne(e, cal, ev.uid, send)
			continue
		}
		starts, err := cal.occurrences(ev)
		if err != nil {
			e.reject(err.Error(), icsValue(ev.props.Get("RRULE")))
			continue
		}
		for _, start := range starts {
			key := ev.uid + "/" + start.key()
			if _, _, err := checkRange(start.instant(), false); err == nil && !exceptions[key] {
				send(cal, ev, key, start, ev.span.end(start))
			}
		}
		e.done()
	}
}

func (ev *icsEvent) sendOne(e *emitter, cal *calendar, key string, send func(*calendar, *icsEvent, string, icsTime, icsTime)) {
	if _, _, err := checkRange(ev.start.instant(), false); err != nil {
		e.reject(stampReason("DTSTART", "-", err), ev.start.key())
		return
	}
	send(cal, ev, key, ev.start, ev.span.end(ev.start))
	e.done()
}

// shiftPeople are the people on a shift: its attendees that are people and have not declined, else who the summary names.
func shiftPeople(ev *icsEvent, schedule string) []string {
	var out []string
	for _, a := range ev.props.Values("ATTENDEE") {
		if key := attendee(a); key != "" && !contains(out, key) {
			out = append(out, key)
		}
	}
	if len(out) > 0 {
		return out
	}
	return summaryPeople(ev.summary, schedule)
}

// attendee is the person an ATTENDEE is, "" for rooms, groups and those who declined.
func attendee(p ical.Prop) string {
	switch strings.ToUpper(p.Params.Get("CUTYPE")) {
	case "ROOM", "RESOURCE", "GROUP":
		return ""
	}
	if strings.EqualFold(p.Params.Get("PARTSTAT"), "DECLINED") || strings.EqualFold(p.Params.Get("ROLE"), "NON-PARTICIPANT") {
		return ""
	}
	if a := email(p.Value); a != "" {
		return a
	}
	return personKey(p.Params.Get("CN"))
}

var (
	onCallWords  = regexp.MustCompile(`(?i)\bon[- ]?call\b`)
	onCallPrefix = regexp.MustCompile(`(?i)^(?:\[l?[0-9]+\]\s*)?(?:(?:primary|secondary|backup)\s+)?on[- ]?call\b\s*(?:shift)?\s*(?:for\b)?\s*[-–—:]?\s*`)
	levelPrefix  = regexp.MustCompile(`(?i)^\[l?[0-9]+\]\s*`)
	onCallSuffix = regexp.MustCompile(`(?i)\s*[-–—:(]?\s*(?:is\s+)?(?:(?:primary|secondary|backup)\s+)?on[- ]?call\b.*$`)
)

// summaryPeople reads names from a shift's summary: "Ana Silva", "@ana", "On Call - Ana Silva - Payments", "Ana Silva is on call",
// or a list of addresses or @names. schedule is taken off the end.
func summaryPeople(summary, schedule string) []string {
	s := onCallPrefix.ReplaceAllString(summary, "")
	s = levelPrefix.ReplaceAllString(s, "")
	s = onCallSuffix.ReplaceAllString(s, "")
	if i := strings.LastIndex(s, " - "); i >= 0 && foldHeader(s[i+3:]) == foldHeader(schedule) {
		s = s[:i]
	}
	s = strings.Trim(s, " -–—:()")
	parts := strings.Split(s, ",")
	for _, p := range parts {
		if p = strings.TrimSpace(p); email(p) == "" && !strings.HasPrefix(p, "@") {
			return personKeys([]string{s}) // "Silva, Ana" is one person
		}
	}
	return personKeys(parts)
}

// shiftServices are those a shift names: X-ORGHEAT-SERVICE, else CATEGORIES, except the word on-call itself.
func shiftServices(ev *icsEvent) []string {
	if s := splitList(icsText(ev.props.Get("X-ORGHEAT-SERVICE"))); len(s) > 0 {
		return s
	}
	var out []string
	for _, c := range icsCategories(ev) {
		if !onCallWords.MatchString(c) {
			out = append(out, c)
		}
	}
	return out
}

func icsText(p *ical.Prop) string {
	if p == nil {
		return ""
	}
	q := ical.Prop{Value: p.Value}
	s, err := q.Text()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

func icsCategories(ev *icsEvent) []string {
	var out []string
	for _, p := range ev.props.Values("CATEGORIES") {
		q := ical.Prop{Value: p.Value}
		list, _ := q.TextList()
		for _, c := range list {
			if c = strings.TrimSpace(c); c != "" && !contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

package ingest

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/orgheat/orgheat/schema"
)

var orgEventFields = []field{
	{name: "name", required: true, synonyms: []string{"event", "event name", "title", "summary"}},
	{name: "category", synonyms: []string{"type", "kind", "event type"}},
	{name: "start", required: true, synonyms: []string{"date", "day", "start date", "starts at", "start time", "from"}},
	{name: "end", synonyms: []string{"end date", "ends at", "end time", "until", "to"}},
	{name: "scope", synonyms: []string{"team", "function", "audience", "department"}},
	{name: "id", synonyms: []string{"event id", "uid"}},
}

var orgEvents = Source{
	Name: "org-events",
	Doc:  "calendar of the organization (promotion cycles, reorganizations, launches): .ics, or CSV: name, category, start, end, scope",
	Detect: func(in Input) bool {
		if in.isCalendar() {
			return in.calendarKind() == "org-events"
		}
		at, _ := matchHeader(in.header(), orgEventFields, in.Map)
		_, category := at["category"]
		_, end := at["end"]
		_, scope := at["scope"]
		return in.csvMostly(orgEventFields) && (category || end || scope)
	},
	Read: reading(func(e *emitter) {
		if e.in.isCalendar() {
			readOrgCalendar(e)
			return
		}
		readOrgCSV(e)
	}),
}

// readOrgCSV sends one event per line. A day stays a day, at midnight UTC; End is then the last day of the event. Without an id the
// key is the name, the start and the scope.
func readOrgCSV(e *emitter) {
	e.csv(orgEventFields, func(rec csvRecord) {
		row := schema.OrgEventRow{Source: "org-events", NativeID: rec.get("id"), Name: rec.get("name"), Category: rec.get("category"), Scope: rec.get("scope")}
		if row.Name == "" {
			e.reject("name is empty", "")
			return
		}
		if row.Category == "" {
			row.Category = categoryOf(row.Name)
		}
		var ok bool
		if row.Start, ok = e.dayOrInstant("start", rec.get("start")); !ok {
			return
		}
		if v := rec.get("end"); v != "" {
			if row.End, ok = e.dayOrInstant("end", v); !ok {
				return
			}
			if row.End.Before(row.Start) {
				e.reject("event ends before it starts", rec.get("start")+" - "+v)
				return
			}
			if row.End.Equal(row.Start) {
				row.End = time.Time{}
			}
		}
		if row.NativeID == "" {
			row.NativeID = row.Name + "|" + row.Start.Format(time.RFC3339) + "|" + row.Scope
		}
		e.row(&row)
		e.done()
	})
}

// dayOrInstant reads a day as midnight UTC, in no zone, and anything longer as an instant.
func (e *emitter) dayOrInstant(name, value string) (time.Time, bool) {
	if t, err := parseDay(value); err == nil && !strings.Contains(value, ":") {
		if _, _, err := checkRange(t, false); err != nil {
			e.reject(stampReason(name, value, err), value)
			return time.Time{}, false
		}
		return t, true
	}
	return e.instant(name, value)
}

// readOrgCalendar sends one event per occurrence. A day event keeps its days (End is the last one), whatever the calendar's zone.
func readOrgCalendar(e *emitter) {
	e.eachOccurrence(func(cal *calendar, ev *icsEvent) bool {
		if ev.summary == "" {
			e.reject("event has no name (SUMMARY)", "")
			return false
		}
		if !ev.start.day && cal.floating(ev.start) {
			e.notice(zonelessReason)
		}
		return true
	}, func(_ *calendar, ev *icsEvent, key string, start, end icsTime) {
		row := schema.OrgEventRow{
			Source: "org-events", NativeID: key, Name: ev.summary, Category: categoryOf(ev.summary),
			Start: start.instant(), Updated: ev.updated,
		}
		if c := icsCategories(ev); len(c) > 0 {
			row.Category = c[0]
		}
		switch {
		case start.day && end.day:
			row.Start = start.wall
			if last := end.wall.AddDate(0, 0, -1); last.After(start.wall) { // DTEND is the day after
				row.End = last
			}
		case end.instant().After(row.Start):
			row.End = end.instant()
		}
		e.row(&row)
	})
}

var monthOrDay = regexp.MustCompile(`^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?|(mon|tues|wednes|thurs|fri|satur|sun)day)$`)

// categoryOf is the kind of event that a name stands for: its words in lower case without numbers and dates, so that every
// quarter's "Q3 2025 promotion packets due" is promotion_packets_due.
func categoryOf(name string) string {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if strings.IndexFunc(w, unicode.IsDigit) < 0 && !monthOrDay.MatchString(w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return "event"
	}
	return strings.Join(words, "_")
}

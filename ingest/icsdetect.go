package ingest

import (
	"bytes"
	"regexp"
	"strings"
)

// isCalendar says whether the only file begins like an iCalendar file.
func (in Input) isCalendar() bool {
	head := bytes.TrimLeft(in.head(4<<10), " \t\r\n")
	return len(head) >= 15 && strings.EqualFold(string(head[:15]), "BEGIN:VCALENDAR")
}

// calendarKind tells an on-call schedule from an organization's calendar by the first MiB: "oncall", "org-events", or "" for
// something else. It is a schedule when its name or its maker says on-call, or when more than half of its events are shifts. An event
// is a shift when it says "on call", has one or two attendees, or has for a summary nothing but an address, an @name or a login; and
// never when it has CATEGORIES other than on-call, or is a meeting of more people.
func (in Input) calendarKind() string {
	if !in.isCalendar() {
		return ""
	}
	var events, shifts, attendees int
	var summary string
	var categories, within bool
	for _, l := range unfold(in.head(1 << 20)) {
		text := string(l.text)
		name, value, _ := strings.Cut(text, ":")
		name, _, _ = strings.Cut(strings.ToUpper(name), ";")
		switch {
		case name == "BEGIN" && strings.EqualFold(value, "VEVENT"):
			within, summary, categories, attendees = true, "", false, 0
		case name == "END" && strings.EqualFold(value, "VEVENT"):
			within = false
			events++
			if onCallWords.MatchString(summary) || !categories && (attendees == 1 || attendees == 2 || attendees == 0 && namesPerson(summary)) {
				shifts++
			}
		case within && name == "SUMMARY":
			summary = strings.TrimSpace(value)
		case within && name == "ATTENDEE":
			attendees++
		case within && name == "CATEGORIES":
			categories = !onCallWords.MatchString(value)
		case !within && (name == "X-WR-CALNAME" || name == "NAME" || name == "PRODID" || name == "X-WR-CALDESC"):
			if scheduleWords.MatchString(value) {
				return "oncall"
			}
		}
	}
	if 2*shifts > events {
		return "oncall"
	}
	return "org-events"
}

var (
	scheduleWords = regexp.MustCompile(`(?i)\bon[- ]?call\b|\brota\b|\brotation\b|\bshifts\b|\bprimary\b|\bsecondary\b|pager ?duty|opsgenie|victorops|grafana oncall|incident\.io|rootly|firehydrant`)
	login         = regexp.MustCompile(`^[a-z][a-z0-9]*([._-][a-z0-9]+)*$`)
)

// namesPerson says whether a summary is a person without doubt: an address, an @name, or one word as logins are written.
func namesPerson(summary string) bool {
	return email(summary) != "" || strings.HasPrefix(summary, "@") || login.MatchString(summary)
}

package ingest

import (
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var rosterFields = []field{
	{name: "email", required: true, synonyms: []string{"work email", "email address", "work email address", "company email", "business email", "primary email", "user email", "employee email", "mail"}},
	{name: "name", synonyms: []string{"full name", "employee name", "display name", "preferred name", "employee", "worker"}},
	{name: "first name", synonyms: []string{"given name", "legal first name"}},
	{name: "last name", synonyms: []string{"family name", "surname", "legal last name"}},
	{name: "location", synonyms: []string{"work location", "office", "site", "office location", "city", "state", "country"}},
	{name: "title", synonyms: []string{"job title", "position", "position title", "role", "designation"}},
	{name: "team", synonyms: []string{"team name", "squad", "department", "department name", "dept", "org unit", "organizational unit", "group", "cost center"}},
	{name: "function", synonyms: []string{"job function", "job family", "discipline"}},
	{name: "manager", synonyms: []string{"manager email", "manager work email", "manager name", "line manager", "reports to", "supervisor", "supervisor name"}},
	{name: "startDate", synonyms: []string{"hire date", "date of hire", "hired", "hired on", "date hired", "start", "joined", "join date", "joining date", "original hire date", "employment start date"}},
	{name: "endDate", synonyms: []string{"termination date", "date of termination", "last day", "last day of work", "leave date", "leaving date", "exit date", "employment end date"}},
	{name: "timezone", synonyms: []string{"time zone", "tz", "zone"}},
	{name: "level", synonyms: []string{"job level", "grade", "seniority", "band"}},
}

var roster = Source{
	Name:   "roster",
	Doc:    "CSV of everybody at one day: name, email, location, title, team, manager, startDate; endDate, function, timezone, level",
	Detect: detectRoster,
	Read:   reading(readRoster),
}

// detectRoster takes a table with e-mails and at least two of the columns that only people have. A table of people without
// e-mails is a roster as well: then Read's error is the one that says what to do.
func detectRoster(in Input) bool {
	h := in.header()
	if len(h) < 2 {
		return false
	}
	at, missing := matchHeader(h, rosterFields, in.Map)
	n := 0
	for _, f := range []string{"title", "team", "function", "manager", "startDate", "level", "timezone", "location", "endDate"} {
		if _, ok := at[f]; ok {
			n++
		}
	}
	_, hasName := at["name"]
	_, hasFirst := at["first name"]
	_, hasTitle := at["title"]
	_, hasManager := at["manager"]
	_, hasStart := at["startDate"]
	if len(missing) > 0 {
		return (hasName || hasFirst) && hasStart && (hasTitle || hasManager) && n >= 3
	}
	return n >= 2 || n == 1 && (hasName || hasFirst)
}

// rosterDay finds a day in a file name such as roster-2025-01-01.csv or roster_20250101.csv.
var rosterDay = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_.]?([01][0-9])[-_.]?([0-3][0-9])(?:[^0-9]|$)`)

// asOf is the day of a snapshot: what the user said, else the day in the file's name, else 1970-01-01.
func (in Input) asOf() time.Time {
	if !in.AsOf.IsZero() {
		return time.Date(in.AsOf.Year(), in.AsOf.Month(), in.AsOf.Day(), 0, 0, 0, 0, time.UTC)
	}
	for _, name := range []string{in.single(), path.Base(in.Path)} {
		if m := rosterDay.FindStringSubmatch(name); m != nil {
			if t, err := time.Parse("20060102", m[1]+m[2]+m[3]); err == nil {
				return t
			}
		}
	}
	return time.Unix(0, 0).UTC()
}

// readRoster sends a person and the person's identity per line. The key is the e-mail; another column serves when the user says
// so with --map email=COLUMN.
func readRoster(e *emitter) {
	_, anyKey := mappedColumn(e.in.Map, "email")
	asOf := e.in.asOf()
	seen := map[string]bool{} // a snapshot is one organization: one key per person
	e.csv(rosterFields, func(rec csvRecord) {
		key := rec.get("email")
		switch address := email(key); {
		case key == "":
			e.reject("email is empty", "")
			return
		case address != "":
			key = address
		case anyKey && !strings.Contains(key, "@"):
			key = strings.ToLower(key)
		default:
			e.reject("email is not an address", key)
			return
		}
		if seen[key] {
			e.reject("the person is in this snapshot already", key)
			return
		}
		start, ok := employmentDay(e, rec, "startDate")
		if !ok {
			return
		}
		end, ok := employmentDay(e, rec, "endDate")
		if !ok {
			return
		}
		if start.Equal(time.Unix(0, 0)) {
			start = time.Time{}
			e.notice("startDate 1970-01-01 read as unknown")
		}
		if !end.IsZero() && end.Before(start) {
			e.reject("endDate is before startDate", rec.get("startDate")+" - "+rec.get("endDate"))
			return
		}
		zone := rec.get("timezone")
		if zone != "" {
			if zone = zoneName(zone); zone == "" {
				e.notice("time zone is not a known name, read as unknown")
			}
		}
		seen[key] = true
		name := rosterName(rec)
		e.row(&schema.PersonRow{
			AsOf: asOf, Email: key, Name: name,
			Location: rec.get("location"), Title: rec.get("title"), Team: rec.get("team"), Function: rec.get("function"),
			Manager: personKey(rec.get("manager")), Level: rec.get("level"), Zone: zone, StartDate: start, EndDate: end,
		})
		e.mention(schema.IdentityRow{Source: "roster", NativeID: key, Name: name, Email: email(key), Zone: zone})
		e.done()
	})
}

// employmentDay reads a date of employment. HR systems write 07/05/11; nobody in a roster was hired a century ago, so the century is known here:
// 69 to 99 are the 1900s, as POSIX has it.
func employmentDay(e *emitter, rec csvRecord, name string) (time.Time, bool) {
	value := rec.get(name)
	if t, err := time.Parse("1/2/06", value); err == nil {
		e.notice(name + " has a two-digit year, read as the nearest century (11 is 2011)")
		return t, true
	}
	return e.day(name, value)
}

// rosterName is the full name in speaking order: "Lovelace, Ada" is Ada Lovelace, "Lovelace, Jr." stays.
func rosterName(rec csvRecord) string {
	name := strings.Join(strings.Fields(rec.get("name")), " ")
	if name == "" {
		return strings.Join(strings.Fields(rec.get("first name")+" "+rec.get("last name")), " ")
	}
	last, first, ok := strings.Cut(name, ",")
	if first = strings.TrimSpace(first); !ok || first == "" || strings.Contains(first, ",") {
		return name
	}
	switch foldHeader(first) {
	case "jr", "sr", "ii", "iii", "iv", "phd", "md", "msc":
		return name
	}
	return first + " " + strings.TrimSpace(last)
}

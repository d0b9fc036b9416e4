package generate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ics writes an iCalendar file (RFC 5545): CRLF, lines folded at 75 octets.
type ics struct{ *file }

func createICS(dir, name, title, zone string) (ics, error) {
	f, err := create(dir, name)
	c := ics{f}
	if err == nil {
		c.line("BEGIN:VCALENDAR")
		c.line("VERSION:2.0")
		c.line("PRODID:-//" + company + "//Calendar 4.2//EN")
		c.line("CALSCALE:GREGORIAN")
		c.line("METHOD:PUBLISH")
		c.line("X-WR-CALNAME:" + title)
		c.line("X-WR-TIMEZONE:" + zone)
	}
	return c, err
}

func (c ics) line(s string) {
	for limit := 75; len(s) > limit; limit = 74 {
		cut := limit
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		c.print(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	c.print(s + "\r\n")
}

func (c ics) close() error {
	c.line("END:VCALENDAR")
	return c.file.close()
}

var icsText = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

func localStamp(d day, second int) string {
	return d.time().Format("20060102") + fmt.Sprintf("T%02d%02d%02d", second/3600, second/60%60, second%60)
}

func stamp(unix int64) string { return utc(unix).Format("20060102T150405Z") }

// writeRotas writes the schedules that live outside PagerDuty: calendars, and one table of shifts.
func (o *org) writeRotas(dir string) error {
	for i := range o.rotas {
		if o.rotas[i].home == inCalendar {
			if err := o.writeRotaCalendar(dir, i); err != nil {
				return err
			}
		}
	}
	return writeCSV(dir, "oncall/shifts.csv", list("person,schedule,start,end,service,team"), func(emit func(...string)) {
		for i := range o.rotas {
			ro := &o.rotas[i]
			if ro.home != inShifts {
				continue
			}
			o.eachShift(i, func(who int, start, end int64) error {
				service, team := "", ro.team
				if ro.service >= 0 {
					service, team = o.services[ro.service].name, o.services[ro.service].ownerAt(unixDay(start))
				}
				emit(o.email(who), ro.name, iso(start), iso(end), service, o.teams[team].name)
				return nil
			})
		}
	})
}

// writeRotaCalendar writes one event per member and epoch, every so many weeks, and a RECURRENCE-ID for each swap.
func (o *org) writeRotaCalendar(dir string, i int) error {
	ro := &o.rotas[i]
	lastTeam := ro.epochs[len(ro.epochs)-1].team
	c, err := createICS(dir, "oncall/"+ro.name+".ics", ro.name, o.zones[o.teams[lastTeam].office].name)
	if err != nil {
		return err
	}
	for e, ep := range ro.epochs {
		z := &o.zones[o.teams[ep.team].office]
		for w := ep.from; w < ep.to; w++ {
			who := ro.base[w]
			first := true // of this person in the epoch
			for v := ep.from; v < w; v++ {
				first = first && ro.base[v] != who
			}
			if who < 0 || !first {
				continue
			}
			uid := fmt.Sprintf("%s-%d-%d@%s", ro.name, e, who, domain)
			monday := o.rotaStart() + day(7*w)
			until := z.at(o.rotaStart()+day(7*(ep.to-1)), handover)
			o.rotaEvent(c, i, uid, int(who), z, monday)
			c.line(fmt.Sprintf("RRULE:FREQ=WEEKLY;INTERVAL=%d;UNTIL=%s", len(ep.members), stamp(until)))
			c.line("END:VEVENT")
			for v := w; v < ep.to; v++ {
				if ro.base[v] == who && ro.actual[v] != who {
					monday := o.rotaStart() + day(7*v)
					o.rotaEvent(c, i, uid, int(ro.actual[v]), z, monday)
					c.line("RECURRENCE-ID;TZID=" + z.name + ":" + localStamp(monday, handover))
					c.line("END:VEVENT")
				}
			}
		}
	}
	return c.close()
}

// rotaEvent writes a week's event up to, not including, its end, so that the caller can say how it recurs.
func (o *org) rotaEvent(c ics, rota int, uid string, who int, z *zone, monday day) {
	p := &o.people[who]
	c.line("BEGIN:VEVENT")
	c.line("UID:" + uid)
	c.line("DTSTAMP:" + stamp(o.first.unix()))
	c.line("DTSTART;TZID=" + z.name + ":" + localStamp(monday, handover))
	c.line("DTEND;TZID=" + z.name + ":" + localStamp(monday+7, handover))
	c.line("SUMMARY:" + icsText.Replace("On call: "+p.name))
	c.line("ATTENDEE;CN=\"" + p.name + "\";ROLE=REQ-PARTICIPANT:mailto:" + p.email)
	c.line("DESCRIPTION:" + icsText.Replace(o.rotas[rota].name+" primary"))
}

// writeCalendar writes the organization's calendar: dated events as a table, the recurring all-hands as a calendar.
func (o *org) writeCalendar(dir string) error {
	err := writeCSV(dir, "org-events.csv", list("name,category,start,end,scope"), func(emit func(...string)) {
		for _, e := range o.calendar.events {
			emit(e.name, e.category, e.start.String(), e.end.String(), e.scope)
		}
	})
	if err != nil {
		return err
	}
	c, err := createICS(dir, "org-events.ics", company+" company calendar", offices[sanFrancisco].zone)
	if err != nil {
		return err
	}
	z := &o.zones[sanFrancisco]
	first := o.first.time()
	thursday := nthWeekday(first.Year(), first.Month()+1, 3, 1)
	c.line("BEGIN:VEVENT")
	c.line("UID:all-hands@" + domain)
	c.line("DTSTAMP:" + stamp(o.first.unix()))
	c.line("DTSTART;TZID=" + z.name + ":" + localStamp(thursday, 9*3600))
	c.line("DTEND;TZID=" + z.name + ":" + localStamp(thursday, 10*3600))
	c.line("RRULE:FREQ=MONTHLY;BYDAY=1TH;UNTIL=" + stamp(o.end.unix()-1))
	c.line("SUMMARY:All hands")
	c.line("CATEGORIES:all_hands")
	c.line("END:VEVENT")
	for y := first.Year(); ; y++ {
		week := nthWeekday(y, 9, 0, 3)
		if week >= o.end {
			break
		}
		if week < o.first {
			continue
		}
		c.line("BEGIN:VEVENT")
		c.line(fmt.Sprintf("UID:hack-week-%d@%s", y, domain))
		c.line("DTSTAMP:" + stamp(o.first.unix()))
		c.line("DTSTART;VALUE=DATE:" + week.time().Format("20060102"))
		c.line("DTEND;VALUE=DATE:" + (week + 5).time().Format("20060102"))
		c.line(fmt.Sprintf("SUMMARY:Hack week %d", y))
		c.line("CATEGORIES:hack_week")
		c.line("END:VEVENT")
	}
	return c.close()
}

package query

import "time"

var orgCalendar = define(Meta{
	ID: "org-calendar", Title: "Org events", Question: "What did the organization do, and when?",
	Definition: "The organization's calendar as loaded, by the first day of each event in the organization's zone. With a team filter, events of other teams are left out.",
	Unit:       Count, Loads: []string{"org-events"},
}, plain[calendarRow])

type calendarRow struct {
	Day      time.Time `ch:"first_day" col:"date" type:"date"`
	LastDay  time.Time `ch:"last_day" col:"last_date" type:"date"`
	Name     string    `ch:"name" col:"name"`
	Category string    `ch:"category" col:"category"`
	Scope    string    `ch:"scope" col:"scope"`
}

package query

import "time"

var calendar = define(Meta{
	ID: "calendar", Title: "The organization's calendar", Question: "What did the organization do, and when?",
	Definition: "Org events whose first day lies in the range, by day of the organization's zone. With a team filter events of other teams are left out.",
	Unit:       Count, Loads: []string{"org-events"},
}, plain[calendarRow])

type calendarRow struct {
	First    time.Time `ch:"first" col:"first" type:"date"`
	Last     time.Time `ch:"last" col:"last" type:"date"`
	Category string    `ch:"category" col:"category"`
	Name     string    `ch:"name" col:"name"`
	Scope    string    `ch:"scope" col:"scope"`
}

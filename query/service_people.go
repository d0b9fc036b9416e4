package query

var servicePeople = define(Meta{
	ID: "service-people", Title: "People and services", Question: "Who has worked on the incidents of which service?",
	Definition: "Over the range (default: six calendar months to --to; without --to: to the end of the last incident's day) the engaged time of each responder in the incidents of each service, and the number of those incidents; no minute of a " +
		"person counts twice within a service, an incident of two services counts wholly for each. Team and function as of --to.",
	Unit: Hours, Loads: []string{"incidents", "slack", "pagerduty"},
}, plain[servicePerson])

type servicePerson struct {
	Service      string  `ch:"service" col:"service"`
	Person       string  `ch:"person" col:"person" type:"person"`
	Incidents    uint64  `ch:"incidents" col:"incidents" unit:"incidents"`
	EngagedHours float64 `ch:"engaged_hours" col:"engaged_hours" unit:"hours"`
	Name         string  `ch:"name" col:"name" type:"name"`
	Team         string  `ch:"team" col:"team"`
	Function     string  `ch:"function" col:"function"`
}

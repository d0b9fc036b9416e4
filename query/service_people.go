package query

import "context"

var servicePeople = defineAsking[servicePerson, servicePerson](Meta{
	ID: "service-people", Title: "People and services", Question: "Who has worked on the incidents of which service?",
	Definition: "Over the range (default: six calendar months to --to; without --to: to the end of the last incident's day) the engaged time of each responder in the incidents of each service, and the number of those incidents; no minute of a " +
		"person counts twice within a service, an incident of two services counts wholly for each. Team and function as of --to.",
	Unit: Hours, Loads: []string{"incidents", "slack", "pagerduty"},
}, viewServicePeople)

type servicePerson struct {
	Service      string  `ch:"service" col:"service"`
	Person       string  `ch:"person" col:"person" type:"person"`
	Incidents    uint64  `ch:"incidents" col:"incidents" unit:"incidents"`
	EngagedHours float64 `ch:"engaged_hours" col:"engaged_hours" unit:"hours"`
	Name         string  `col:"name" type:"name"`
	Team         string  `col:"team"`
	Function     string  `col:"function"`
}

func viewServicePeople(ctx context.Context, db *DB, f Filter, ask func() ([]servicePerson, error)) (table, error) {
	if f.ofResponders() {
		ask = func() ([]servicePerson, error) { return asked[servicePerson](ctx, db, "service-people.chosen") }
	}
	rows, err := ask()
	if err != nil {
		return table{}, err
	}
	roster, asOf, err := db.rosterAsOf(ctx, f)
	if err != nil {
		return table{}, err
	}
	for i := range rows {
		p := roster.of(rows[i].Person)
		at := p.at(asOf.Unix())
		rows[i].Name, rows[i].Team, rows[i].Function = p.name, at.team, at.function
	}
	return tableOf(rows, nil), nil
}

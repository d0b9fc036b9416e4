package query

var teamMatrix = define(Meta{
	ID: "team-matrix", Title: "Owners and responders", Question: "Who really responds to whose incidents?",
	Definition: "Engaged hours of people of responder_team (theirs at the incident's start) in incidents that owner_team owned: as the incident says, else the owners of its services then. " +
		"Per pair of teams no minute of a person counts twice; an incident of two owners counts wholly for each; without an owner the owner is empty.",
	Unit: Hours, Loads: []string{"incidents", "ownership", "roster", "slack"},
}, plain[teamPair])

type teamPair struct {
	Owner     string  `ch:"owner_team" col:"owner_team"`
	Responder string  `ch:"responder_team" col:"responder_team"`
	Hours     float64 `ch:"engaged_hours" col:"engaged_hours" unit:"person-hours"`
	Incidents uint64  `ch:"incidents" col:"incidents" unit:"incidents"`
	Persons   uint64  `ch:"people" col:"people" unit:"people"`
}

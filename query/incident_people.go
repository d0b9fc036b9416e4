package query

import "time"

var incidentPeople = define(Meta{
	ID: "incident-people", Title: "People of an incident", Question: "Who was there, how long have they been here, and at what hour of theirs?",
	Definition: "Everybody with linked activity in the response window, or who joined the incident's own channel by its end. Team, function, tenure and vesting as of the incident's start. " +
		"On-call status of responders at their first contribution. first_at is the first contribution, else the first page or join; the hour band is that moment's on the person's own clock. " +
		"Engaged time: 10 min per contribution, bridged over at most 20 min. A lurker neither contributed, reacted nor was paged.",
	Unit: Minutes, Requires: []string{"incident"}, Loads: []string{"incidents", "slack", "pagerduty", "roster"},
}, viewIncidentPeople)

type incidentPerson struct {
	Person         string     `ch:"person" col:"person" type:"person"`
	Team           string     `ch:"team" col:"team"`
	Function       string     `ch:"function" col:"function"`
	TenureDays     *int32     `ch:"tenure_days" col:"tenure_days" unit:"days"`
	TenureBand     string     `ch:"tenure_band" col:"tenure_band"`
	VestingBand    string     `ch:"vesting_band" col:"vesting_band"`
	VestedFraction *float64   `ch:"vested_fraction" col:"vested_fraction" unit:"share of granted quantity"`
	OnCall         string     `ch:"on_call" col:"on_call"`
	FirstAt        *time.Time `ch:"first_at" col:"first_at"`
	Contributions  uint32     `ch:"contributions" col:"contributions" unit:"actions"`
	EngagedMinutes float64    `ch:"engaged_minutes" col:"engaged_minutes" unit:"minutes"`
	Lurker         bool       `ch:"lurker" col:"lurker"`
	HourBand       string     `ch:"hour_band" col:"hour_band"`
	Name           string     `ch:"name" col:"name" type:"name"`
	Responder      bool       `ch:"responder" col:"responder"`
	Reactions      uint32     `ch:"reactions" col:"reactions" unit:"reactions"`
	Pages          uint32     `ch:"pages" col:"pages" unit:"pages"`
	SleepMinutes   float64    `ch:"sleep_minutes" col:"sleep_minutes" unit:"minutes inside the sleep band"`
	JoinedAt       *time.Time `ch:"joined_at" col:"joined_at"`
	TwoHats        bool       `ch:"two_hats" col:"two_hats"`
	Tired          bool       `ch:"tired" col:"tired"`
	FirstOnCall    *bool      `ch:"first_on_call" col:"first_on_call"`
	Title          string     `ch:"title" col:"title"`
	Location       string     `ch:"location" col:"location"`
	Zone           string     `ch:"zone" col:"zone"`
}

func viewIncidentPeople(_ *DB, f Filter, rows []incidentPerson) ([]incidentPerson, []string, error) {
	if len(rows) == 0 {
		return rows, []string{"nobody is known to have been in " + f.Incident + ", or there is no such incident"}, nil
	}
	return rows, nil, nil
}

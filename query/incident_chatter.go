package query

import "time"

var incidentChatter = define(Meta{
	ID: "incident-chatter", Title: "Timeline of an incident", Question: "Who was active when, and who was silent?",
	Definition: "What chatter counts (other kinds when asked for by kind) of all activity linked to the incident in its response window, in buckets of 5, 15, 30, 60 or 240 min, " +
		"the first that cuts the window into at most 200, else a day. Teams and functions are people's at the incident's start; what has no person (alerts) is a group of its own.",
	Unit: Count, By: []string{"team", "person", "function", "source"}, Requires: []string{"incident"}, Loads: []string{"incidents", "slack", "pagerduty", "github", "jira"},
}, viewIncidentChatter)

type incidentBucket struct {
	Bucket  time.Time `ch:"bucket" col:"bucket"`
	Group   string    `ch:"grp" col:"group" type:"group"`
	Source  string    `ch:"src" col:"source"`
	Count   uint64    `ch:"n" col:"count" unit:"actions"`
	Minutes uint32    `ch:"minutes" col:"minutes" unit:"width of the bucket"`
	Name    string    `ch:"name" col:"name" type:"name"` // of a group that is a person
	People  uint64    `ch:"people" people:"n"`
}

func viewIncidentChatter(_ *DB, f Filter, rows []incidentBucket) ([]incidentBucket, []string, error) {
	if len(rows) == 0 {
		return rows, []string{"no activity is linked to " + f.Incident + ", or there is no such incident"}, nil
	}
	return rows, nil, nil
}

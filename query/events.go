package query

import "time"

var events = define(Meta{
	ID: "events", Title: "Events", Question: "What is behind this cell?",
	Definition: "The single actions behind a cell of the chatter heat map or a day of the calendar, newest first, at most 500. Texts are not stored.",
	Unit:       Count, By: []string{"none", "team", "function", "person", "source", "location"}, Clock: "local", Role: Leader,
}, viewEvents)

type eventRow struct {
	At     time.Time `ch:"happened_at" col:"at"`
	Person string    `ch:"person" col:"person" type:"person"`
	Name   string    `ch:"name" col:"name" type:"name"`
	Kind   string    `ch:"kind" col:"kind"`
	Source string    `ch:"source" col:"source"`
	Place  string    `ch:"place" col:"place"`
	Emoji  string    `ch:"emoji" col:"emoji"`
}

const mostEvents = 500

func viewEvents(_ *DB, _ Filter, rows []eventRow) ([]eventRow, []string, error) {
	if len(rows) == mostEvents {
		return rows, []string{"only the newest 500 are listed; narrow the range"}, nil
	}
	return rows, nil, nil
}

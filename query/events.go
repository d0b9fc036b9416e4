package query

import (
	"context"
	"time"
)

var events = newest(define(Meta{
	ID: "events", Title: "Events", Question: "What is behind this cell?",
	Definition: "The single actions behind a cell of the chatter heat map or a day of the calendar, newest first, at most 500. Texts are not stored.",
	Unit:       Count, By: []string{"none", "team", "function", "person", "source", "location"}, Clock: "local", Role: Leader,
}, viewEvents))

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

// newest asks for the last month first, and for four times as many as long as that does not hold the newest mostEvents: most cells' are there,
// and all history need not be read for them.
func newest(m Metric) Metric {
	all := m.run
	m.run = func(ctx context.Context, db *DB, f Filter) (table, error) {
		known, err := db.Choices(ctx)
		if err != nil {
			return table{}, err
		}
		end := known.Last.Add(time.Hour)
		if !f.To.IsZero() && f.To.Before(end) {
			end = f.To.Truncate(time.Hour)
		}
		for months := 1; f.Date == "" && months <= 16; months *= 4 {
			near := f
			if near.From = end.AddDate(0, -months, 0); !near.From.After(f.From) {
				break
			}
			if t, err := all(ctx, db, near); err != nil || len(t.rows) == mostEvents {
				return t, err
			}
		}
		return all(ctx, db, f)
	}
	return m
}

func viewEvents(_ *DB, _ Filter, rows []eventRow) ([]eventRow, []string, error) {
	if len(rows) == mostEvents {
		return rows, []string{"only the newest 500 are listed; narrow the range"}, nil
	}
	return rows, nil, nil
}

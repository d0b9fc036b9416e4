package query

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/schema"
)

var events = newest(defineAsking[cellHour, eventRow](Meta{
	ID: "events", Title: "Events", Question: "What is behind this cell?",
	Definition: "The single actions behind a cell of the chatter heat map or a day of the calendar, newest first, at most 500. Texts are not stored.",
	Unit:       Count, By: []string{"none", "team", "function", "person", "source", "location"}, Clock: "local", Role: Leader,
}, viewEvents))

type eventRow struct {
	At     time.Time `col:"at"`
	Person string    `col:"person" type:"person"`
	Name   string    `col:"name" type:"name"`
	Kind   string    `col:"kind"`
	Source string    `col:"source"`
	Place  string    `col:"place"`
	Emoji  string    `col:"emoji"`
}

const mostEvents = 500

// nearKey is what a context holds where the range is only the end of the one that is asked for, and of no use unless mostEvents are in it.
type nearKey struct{}

// newest asks for the last eight days first, which have every cell of a week, then for the last month, and for four times as many as long as that does not hold
// the newest mostEvents: most cells' are there, and all history need not be read for them.
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
		for _, begin := range []time.Time{end.AddDate(0, 0, -8), end.AddDate(0, -1, 0), end.AddDate(0, -4, 0), end.AddDate(0, -16, 0)} {
			if f.Date != "" || !begin.After(f.From) {
				break
			}
			near := f
			near.From = begin
			if t, err := all(context.WithValue(ctx, nearKey{}, true), db, near); err != nil || len(t.rows) == mostEvents {
				return t, err
			}
		}
		return all(ctx, db, f)
	}
	return m
}

// placeOf is where something was done, and how: what tells the raw actions of an hour from others'.
type placeOf struct {
	Hour      uint32 `ch:"begins"` // seconds since 1970
	Source    string `ch:"source"`
	Kind      string `ch:"kind"`
	Account   string `ch:"account"`
	Container string `ch:"container"`
	Person    string `ch:"person"` // "" for nobody
}

// begins is the hour as a parameter of SQL.
func (p placeOf) begins() string { return time.Unix(int64(p.Hour), 0).UTC().Format(time.DateTime) }

// cellHour is what one person did in an hour of the cell at a place.
type cellHour struct {
	placeOf
	Count uint32 `ch:"count"` // actions, repeated pages once
}

// rawAction is an action as it is stored.
type rawAction struct {
	At        time.Time `ch:"at"`
	Source    string    `ch:"source"`
	Account   string    `ch:"account"`
	NativeID  string    `ch:"native_id"`
	Kind      string    `ch:"kind"`
	Actor     string    `ch:"actor"`
	Container string    `ch:"container"`
	Emoji     string    `ch:"emoji"`
	Bot       bool      `ch:"is_bot"`
}

// named is a name, or a person, by what a source calls it.
type named struct {
	Source   string `ch:"source"`
	Account  string `ch:"account"`
	NativeID string `ch:"native_id"`
	Name     string `ch:"name"`
}

func viewEvents(ctx context.Context, db *DB, f Filter, ask func() ([]cellHour, error)) (table, error) {
	if f.linked() {
		ask = func() ([]cellHour, error) { return asked[cellHour](ctx, db, "events.linked") }
	}
	hours, err := ask()
	if err != nil {
		return table{}, err
	}
	hours, enough := newestHours(hours)
	if len(hours) == 0 || !enough && ctx.Value(nearKey{}) != nil {
		return table{}, nil
	}
	roster, err := db.roster(ctx)
	if err != nil {
		return table{}, err
	}
	out, err := actionsOf(ctx, db, hours)
	if err != nil {
		return table{}, err
	}
	var warnings []string
	if len(out) == mostEvents {
		warnings = []string{"only the newest 500 are listed; narrow the range"}
	}
	for i := range out {
		out[i].Name = roster.of(out[i].Person).name
	}
	return tableOf(out, warnings), nil
}

// newestHours are the newest whole hours that hold at least mostEvents actions, of hours in order, the newest first; false: all of them hold fewer.
func newestHours(hours []cellHour) ([]cellHour, bool) {
	n := 0
	for i, h := range hours {
		if n >= mostEvents && h.Hour != hours[i-1].Hour {
			return hours[:i], true
		}
		n += int(h.Count)
	}
	return hours, n >= mostEvents
}

// actionsOf are the newest mostEvents actions of hours, which are in order, the newest first.
func actionsOf(ctx context.Context, db *DB, hours []cellHour) ([]eventRow, error) {
	places := map[placeOf]bool{}
	lists := map[string]map[string]bool{"of_hours": {}, "of_sources": {}, "of_kinds": {}, "of_containers": {}, "of_persons": {}, "of_nobody": {}, "of_actors": {}}
	for _, h := range hours {
		places[h.placeOf] = true
		lists["of_hours"][h.begins()] = true
		lists["of_sources"][h.Source], lists["of_kinds"][h.Kind], lists["of_containers"][h.Container], lists["of_persons"][h.Person] = true, true, true, true
		if h.Person == "" {
			lists["of_nobody"][h.Kind] = true
		}
	}
	people, err := asked[named](withLists(ctx, lists, nil), db, "events.people")
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		lists["of_actors"][p.NativeID] = true
	}
	ctx = withLists(ctx, lists, clickhouse.Parameters{"first": hours[len(hours)-1].begins(), "last": hours[0].begins()})
	var raw []rawAction
	var called []named
	var g errgroup.Group
	g.Go(func() (err error) { raw, err = asked[rawAction](ctx, db, "events.actions"); return err })
	g.Go(func() (err error) { called, err = asked[named](ctx, db, "events.places"); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	persons, names := byID(people), byID(called)
	type action struct {
		rawAction
		person string
	}
	var actions []action
	for _, a := range raw {
		person := persons[[3]string{a.Source, a.Account, a.Actor}]
		bot := a.Bot && a.Kind != string(schema.Alert) && a.Kind != string(schema.Page) // not counted
		if !bot && places[placeOf{uint32(a.At.Truncate(time.Hour).Unix()), a.Source, a.Kind, a.Account, a.Container, person}] {
			actions = append(actions, action{a, person})
		}
	}
	slices.SortFunc(actions, func(a, b action) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.person, b.person), strings.Compare(a.Kind, b.Kind), strings.Compare(a.NativeID, b.NativeID), strings.Compare(a.Emoji, b.Emoji))
	})
	var out []eventRow
	for _, a := range actions[:min(len(actions), mostEvents)] {
		place := cmp.Or(names[[3]string{a.Source, a.Account, a.Container}], a.Container)
		out = append(out, eventRow{At: a.At, Person: a.person, Kind: a.Kind, Source: a.Source, Place: place, Emoji: a.Emoji})
	}
	return out, nil
}

// withLists is ctx with lists as parameters of SQL, beside others.
func withLists(ctx context.Context, lists map[string]map[string]bool, others clickhouse.Parameters) context.Context {
	parameters := clickhouse.Parameters{}
	maps.Copy(parameters, others)
	for name, values := range lists {
		parameters[name] = schema.ArrayParameter(slices.Sorted(maps.Keys(values)))
	}
	return clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
}

// byID is what is named by source, account and native id.
func byID(list []named) map[[3]string]string {
	names := make(map[[3]string]string, len(list))
	for _, n := range list {
		names[[3]string{n.Source, n.Account, n.NativeID}] = n.Name
	}
	return names
}

package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/schema"
)

var departures = defineAsking[departure, departureRow](Meta{
	ID: "departures", Title: "Departures", Question: "Who left, and what rested on them?",
	Definition: "People whose last day employed lies in the range and who responded to an incident in the 12 months to that day: how many of those with a responder (incident_share, with Wilson's interval), their engaged hours, no minute " +
		"twice, and left_uncovered: services that they responded to at least twice and nobody employed on the day after had. The last day is the roster's end date, else the day before the first snapshot without them.",
	Unit: Count, Loads: []string{"roster", "incidents", "slack"}, Role: Leader,
}, viewDepartures)

type departure struct {
	Person   string    `ch:"person"`
	Name     string    `ch:"name"`
	Team     string    `ch:"team"`
	Function string    `ch:"function"`
	LastDay  time.Time `ch:"last_day"`
	Starts   time.Time `ch:"starts"` // of the 12 months
	Ends     time.Time `ch:"ends"`   // the end of the last day
}

type respondedIncident struct {
	StartedAt time.Time `ch:"started_at"`
	Services  texts     `ch:"services"`
	People    texts     `ch:"people"`
}

type heldHours struct {
	Person string  `ch:"person"`
	Hours  float64 `ch:"hours"`
}

type departureRow struct {
	Person    string    `col:"person" type:"person"`
	Name      string    `col:"name" type:"name"`
	Team      string    `col:"team"`
	LastDay   time.Time `col:"last_day" type:"date"`
	Incidents uint64    `col:"incidents" unit:"incidents in the 12 months to the last day"`
	Of        uint64    `col:"of" unit:"incidents with a responder in those months"`
	Share     *float64  `col:"incident_share" unit:"share of incidents with a responder"`
	Low       *float64  `col:"ci_low" unit:"share of incidents with a responder"`
	High      *float64  `col:"ci_high" unit:"share of incidents with a responder"`
	Hours     float64   `col:"engaged_hours" unit:"person-hours"`
	Uncovered []string  `col:"left_uncovered"`
}

// withoutRoster warns where nobody can be known to have left.
const withoutRoster = "nobody is known to have left: load roster"

func viewDepartures(ctx context.Context, db *DB, f Filter, ask func() ([]departure, error)) (table, error) {
	roster, err := db.roster(ctx)
	if err != nil {
		return table{}, err
	}
	if !roster.listed {
		return table{warnings: []string{withoutRoster}}, nil
	}
	left, err := db.left(ctx, f, roster, ask)
	if err != nil {
		return table{}, err
	}
	persons := lowered(f.Persons)
	var out []departureRow
	few := 0
	for i, d := range left.people {
		day := time.Date(d.LastDay.Year(), d.LastDay.Month(), d.LastDay.Day(), 0, 0, 0, 0, f.location())
		if !f.From.IsZero() && day.Before(f.From) || !f.To.IsZero() && !day.Before(f.To) || len(f.Teams) > 0 && !slices.Contains(f.Teams, d.Team) ||
			len(f.Functions) > 0 && !slices.Contains(f.Functions, d.Function) || len(persons) > 0 && !slices.Contains(persons, d.Person) || left.rows[i].Incidents == 0 {
			continue
		}
		if left.rows[i].Share == nil {
			few++
		}
		out = append(out, left.rows[i])
	}
	return tableOf(out, tooFew(nil, few, "incident_share", "incidents with a responder")), nil
}

// leavers are those who left, ever, by their last day, and the row of each.
type leavers struct {
	people []departure
	rows   []departureRow
}

// left is who left and what rested on them, of the filter's incidents: whatever its range, which only chooses among them.
func (db *DB) left(ctx context.Context, f Filter, roster *roster, ask func() ([]departure, error)) (leavers, error) {
	cells := func(l leavers) int { return 8 * len(l.rows) }
	if len(f.Services)+len(f.Severities)+len(f.Sources) == 0 {
		cells = nil
	}
	return remember(ctx, db, fmt.Sprintf("left %q %q %q", f.Services, f.Severities, f.Sources), cells, func() (leavers, error) {
		people, err := ask()
		if err != nil || len(people) == 0 {
			return leavers{}, err
		}
		parameters := f.parameters()
		since, until := people[0].Starts, people[len(people)-1].Ends
		var gone, starts, ends []string
		for _, d := range people {
			gone, starts, ends = append(gone, d.Person), append(starts, fmt.Sprint(d.Starts.UnixMilli())), append(ends, fmt.Sprint(d.Ends.UnixMilli()))
		}
		parameters["since"], parameters["until"], parameters["gone"] = fmt.Sprint(since.UnixMilli()), fmt.Sprint(until.UnixMilli()), schema.ArrayParameter(gone)
		parameters["starts"], parameters["ends"] = "["+strings.Join(starts, ",")+"]", "["+strings.Join(ends, ",")+"]"
		ctx := clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
		var held []heldHours
		var g errgroup.Group
		g.Go(func() (err error) {
			held, err = asked[heldHours](ctx, db, "departures.hours")
			return err
		})
		incidents, err := asked[respondedIncident](ctx, db, "departures.incidents")
		if err := errors.Join(err, g.Wait()); err != nil {
			return leavers{}, err
		}
		hours := map[string]float64{}
		for _, h := range held {
			hours[h.Person] = h.Hours
		}
		history := newRespondedHistory(incidents)
		rows := make([]departureRow, len(people))
		for i, d := range people {
			r := &rows[i]
			*r = departureRow{Person: d.Person, Name: d.Name, Team: d.Team, LastDay: d.LastDay, Hours: hours[d.Person]}
			r.Incidents, r.Of, r.Uncovered = d.leaves(history, roster)
			r.Share, r.Low, r.High = share(r.Incidents, r.Of)
		}
		return leavers{people, rows}, nil
	})
}

// knows is from how many responses on somebody counts as knowing a service: as for islands.
const knows = 2

// respondedHistory finds incidents, which come in the order of their starts, by person and by service.
type respondedHistory struct {
	incidents []respondedIncident
	of, on    map[string][]int // positions in incidents, by person who responded and by service
}

func newRespondedHistory(incidents []respondedIncident) respondedHistory {
	h := respondedHistory{incidents, map[string][]int{}, map[string][]int{}}
	for i, incident := range incidents {
		for _, p := range incident.People {
			h.of[p] = append(h.of[p], i)
		}
		for _, s := range incident.Services {
			h.on[s] = append(h.on[s], i)
		}
	}
	return h
}

// before is the number of incidents that started before t.
func (h respondedHistory) before(t time.Time) int {
	n, _ := slices.BinarySearchFunc(h.incidents, t, func(i respondedIncident, t time.Time) int { return i.StartedAt.Compare(t) })
	return n
}

// cut is the part of positions within [from, to).
func cut(positions []int, from, to int) []int {
	a, _ := slices.BinarySearch(positions, from)
	b, _ := slices.BinarySearch(positions, to)
	return positions[a:b]
}

// leaves are the incidents of the 12 months that the person responded to, all of them, and the services that nobody knows who stays.
func (r departure) leaves(h respondedHistory, roster *roster) (theirs, all uint64, uncovered []string) {
	from, to := h.before(r.Starts), h.before(r.Ends)
	mine := cut(h.of[r.Person], from, to)
	known := map[string]int{} // services, by the person's responses on them
	for _, i := range mine {
		for _, s := range h.incidents[i].Services {
			known[s]++
		}
	}
	after := int32(r.LastDay.Unix()/86400) + 1
	stays := func(person string) bool { return roster.of(person).employedOn(after) }
	for service, n := range known {
		if n >= knows && !h.knownBy(service, from, to, stays) {
			uncovered = append(uncovered, service)
		}
	}
	slices.Sort(uncovered)
	return uint64(len(mine)), uint64(to - from), uncovered
}

// knownBy says whether somebody who stays knows the service from the incidents [from, to).
func (h respondedHistory) knownBy(service string, from, to int, stays func(person string) bool) bool {
	responses := map[string]int{}
	for _, i := range cut(h.on[service], from, to) {
		for _, p := range h.incidents[i].People {
			if responses[p]++; responses[p] == knows && stays(p) {
				return true
			}
		}
	}
	return false
}

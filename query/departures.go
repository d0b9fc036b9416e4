package query

import (
	"context"
	"time"
)

var departures = defineReading(Meta{
	ID: "departures", Title: "Departures", Question: "Who left, and what rested on them?",
	Definition: "People whose last day employed lies in the range and who responded to an incident in the 12 months to that day: how many of those with a responder (incident_share, with Wilson's interval), their engaged hours, no minute " +
		"twice, and left_uncovered: services that they responded to at least twice and nobody employed on the day after had. The last day is the roster's end date, else the day before the first snapshot without them.",
	Unit: Count, Loads: []string{"roster", "incidents", "slack"}, Role: Leader,
}, viewDepartures)

type departure struct {
	Person    string    `ch:"person"`
	Name      string    `ch:"name"`
	Team      string    `ch:"team"`
	LastDay   time.Time `ch:"last_day"`
	Incidents uint64    `ch:"incidents"`
	Of        uint64    `ch:"of"`
	Hours     float64   `ch:"hours"`
	Services  []string  `ch:"services"`
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
const withoutRoster = "no roster is loaded: nobody is known to have left"

func viewDepartures(ctx context.Context, db *DB, _ Filter, rows []departure) ([]departureRow, []string, error) {
	if len(rows) == 0 {
		var known bool
		if err := db.conn.QueryRow(ctx, "SELECT count() > 0 FROM employment").Scan(&known); err != nil || known {
			return nil, nil, err
		}
		return nil, []string{withoutRoster}, nil
	}
	out := make([]departureRow, len(rows))
	few := 0
	for i, r := range rows {
		out[i] = departureRow{Person: r.Person, Name: r.Name, Team: r.Team, LastDay: r.LastDay, Incidents: r.Incidents, Of: r.Of, Hours: r.Hours, Uncovered: r.Services}
		if out[i].Share, out[i].Low, out[i].High = share(r.Incidents, r.Of); out[i].Share == nil {
			few++
		}
	}
	return out, tooFew(nil, few, "incident_share", "incidents with a responder"), nil
}

package query

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// rota is who is meant to answer: shifts and owners of services, read once for a state of the data.
type rota struct {
	shifts map[string][]dutyShift // by person, in order
	owners map[string][]owning    // by service, in order, without overlaps
}

// dutyShift is a shift [since, until), milliseconds since 1970.
type dutyShift struct {
	schedule     string
	since, until int64
}

// owning is a team's owning a service in [since, until), days since 1970-01-01.
type owning struct {
	dayRange
	team string
}

// ownerOn is the team that owns the service on a day since 1970-01-01; "": none is known.
func (r *rota) ownerOn(service string, day int32) string {
	for _, o := range r.owners[service] {
		if o.since <= day && day < o.until {
			return o.team
		}
	}
	return ""
}

func (db *DB) rota(ctx context.Context) (*rota, error) {
	return remember(ctx, db, "rota", nil, func() (*rota, error) {
		var shifts []struct {
			Person   string    `ch:"person"`
			Schedule string    `ch:"schedule"`
			Since    time.Time `ch:"since"`
			Until    time.Time `ch:"until"`
		}
		var owners []struct {
			Service string `ch:"service"`
			Team    string `ch:"team"`
			Since   int32  `ch:"since"`
			Until   int32  `ch:"until"`
		}
		var g errgroup.Group
		g.Go(func() error {
			return db.conn.Select(ctx, &shifts, "SELECT person, toString(shift.schedule) AS schedule, since, until FROM shift ORDER BY person, since, until, schedule")
		})
		g.Go(func() error {
			return db.conn.Select(ctx, &owners, "SELECT service, toString(ownership.team) AS team, toInt32(ownership.since) AS since, toInt32(ownership.until) AS until FROM ownership ORDER BY service, since")
		})
		if err := g.Wait(); err != nil {
			return nil, err
		}
		r := &rota{map[string][]dutyShift{}, map[string][]owning{}}
		schedules := map[string]string{} // one copy of each name
		for _, s := range shifts {
			if _, ok := schedules[s.Schedule]; !ok {
				schedules[s.Schedule] = s.Schedule
			}
			r.shifts[s.Person] = append(r.shifts[s.Person], dutyShift{schedules[s.Schedule], s.Since.UnixMilli(), s.Until.UnixMilli()})
		}
		for _, o := range owners {
			r.owners[o.Service] = append(r.owners[o.Service], owning{dayRange{o.Since, o.Until}, o.Team})
		}
		return r, nil
	})
}

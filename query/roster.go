package query

import (
	"context"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// roster is who there is, read once for a state of the data: what questions of all people would otherwise join each time.
type roster struct {
	people map[string]*rosterPerson
	names  []string // the keys of people, in order
	listed bool     // somebody's employment is known
}

type rosterPerson struct {
	name     string
	start    *int32     // start date, days since 1970-01-01; nil: unknown
	employed []dayRange // in order
	placed   []placing  // in order, without gaps
}

// dayRange is [since, until) in days since 1970-01-01.
type dayRange struct{ since, until int32 }

// placing is where somebody was in [since, until), seconds since 1970.
type placing struct {
	since, until   int64
	team, function string
}

// employedOn says whether the person is employed on a day since 1970-01-01.
func (p *rosterPerson) employedOn(day int32) bool {
	return slices.ContainsFunc(p.employed, func(r dayRange) bool { return r.since <= day && day < r.until })
}

// at is where the person was at a second.
func (p *rosterPerson) at(second int64) placing {
	for _, at := range p.placed {
		if at.since <= second && second < at.until {
			return at
		}
	}
	return placing{}
}

// of is what is known of a person; of somebody unknown, nothing.
func (r *roster) of(person string) *rosterPerson {
	if p := r.people[person]; p != nil {
		return p
	}
	return &rosterPerson{}
}

// rosterAsOf is the roster and the instant at which a question with this filter looks at it.
func (db *DB) rosterAsOf(ctx context.Context, f Filter) (*roster, time.Time, error) {
	roster, err := db.roster(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	asOf, err := db.asOf(ctx, f)
	return roster, asOf, err
}

func (db *DB) roster(ctx context.Context) (*roster, error) {
	return remember(ctx, db, "roster", nil, func() (*roster, error) {
		var people []struct {
			Person string     `ch:"person"`
			Name   string     `ch:"name"`
			Start  *time.Time `ch:"start_date"`
		}
		var spans []struct {
			Person string `ch:"person"`
			Since  int32  `ch:"since"`
			Until  int32  `ch:"until"`
		}
		var places []struct {
			Person   string `ch:"person"`
			Since    int64  `ch:"since"`
			Until    int64  `ch:"until"`
			Team     string `ch:"team"`
			Function string `ch:"function"`
		}
		var g errgroup.Group
		g.Go(func() error { return db.conn.Select(ctx, &people, "SELECT person, name, start_date FROM person") })
		g.Go(func() error {
			return db.conn.Select(ctx, &spans, "SELECT person, toInt32(employment.since) AS since, toInt32(employment.until) AS until FROM employment ORDER BY person, since")
		})
		g.Go(func() error {
			return db.conn.Select(ctx, &places, `SELECT person, toInt64(toUnixTimestamp(person_at.since)) AS since, toInt64(toUnixTimestamp(person_at.until)) AS until,
				toString(person_at.team) AS team, toString(person_at.function) AS function FROM person_at ORDER BY person, since`)
		})
		if err := g.Wait(); err != nil {
			return nil, err
		}
		r := &roster{people: map[string]*rosterPerson{}, listed: len(spans) > 0}
		of := func(person string) *rosterPerson {
			if r.people[person] == nil {
				r.people[person] = &rosterPerson{}
			}
			return r.people[person]
		}
		for _, p := range people {
			of(p.Person).name = p.Name
			if p.Start != nil {
				day := int32(p.Start.Unix() / 86400)
				of(p.Person).start = &day
			}
		}
		for _, s := range spans {
			p := of(s.Person)
			p.employed = append(p.employed, dayRange{s.Since, s.Until})
		}
		for _, s := range places {
			p := of(s.Person)
			if n := len(p.placed) - 1; n >= 0 && p.placed[n].until == s.Since && p.placed[n].team == s.Team && p.placed[n].function == s.Function {
				p.placed[n].until = s.Until // another title or manager
				continue
			}
			p.placed = append(p.placed, placing{s.Since, s.Until, s.Team, s.Function})
		}
		r.names = slices.Sorted(maps.Keys(r.people))
		return r, nil
	})
}

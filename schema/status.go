package schema

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Status is what is loaded.
type Status struct {
	Sources []SourceStatus
	Tables  []TableStatus
	State   string // of the derived tables: "" never built, ready, swapping
	At      time.Time
	Pending int // months
	Stale   bool
}

// SourceStatus is one source of activity. Months are written 2026-07.
type SourceStatus struct {
	Source      string
	Rows        uint64
	People      uint64
	Matched     uint64
	First, Last string
	Gaps        []string // months between First and Last without rows
}

// TableStatus is a raw table's size.
type TableStatus struct {
	Name string
	Rows uint64
}

// GapText lists the gaps, or says how many there are.
func (s SourceStatus) GapText() string {
	if len(s.Gaps) > 6 {
		return fmt.Sprintf("%d, from %s to %s", len(s.Gaps), s.Gaps[0], s.Gaps[len(s.Gaps)-1])
	}
	return strings.Join(s.Gaps, " ")
}

// Stale says whether the derived tables lag behind the raw ones, the settings or this binary's method.
func (db *DB) Stale(ctx context.Context) (bool, error) {
	state, err := db.derivedState(ctx)
	if err != nil {
		return false, err
	}
	if state.State != "ready" {
		return true, nil
	}
	if forgetting, err := db.forgetting(ctx); err != nil || forgetting {
		return forgetting, err
	}
	if old, err := db.expired(ctx); err != nil || len(old) > 0 {
		return len(old) > 0, err
	}
	pending, err := db.Pending(ctx)
	if err != nil || len(pending) > 0 {
		return len(pending) > 0, err
	}
	digests, err := db.digests(ctx)
	return !maps.Equal(digests, state.Digests), err
}

// Status looks at everything.
func (db *DB) Status(ctx context.Context) (s Status, err error) {
	defer func() { err = db.Explain(err) }()
	state, err := db.derivedState(ctx)
	if err != nil {
		return s, err
	}
	s.State, s.At = state.State, state.At
	if s.Stale, err = db.Stale(ctx); err != nil {
		return s, err
	}
	pending, err := db.Pending(ctx)
	if err != nil {
		return s, err
	}
	s.Pending = len(pending)
	rows, err := db.Conn.Query(ctx, `SELECT toString(c.source), sum(c.rows), any(p.people), any(p.matched), arraySort(groupArray(month)) FROM coverage AS c
		LEFT ANY JOIN (SELECT source, uniqExact(person) AS people, uniqExactIf(person, matched) AS matched FROM person_of WHERE person != '' GROUP BY source) AS p ON p.source = c.source
		GROUP BY 1 ORDER BY 1`)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var src SourceStatus
		var months []uint32
		if err := rows.Scan(&src.Source, &src.Rows, &src.People, &src.Matched, &months); err != nil {
			return s, err
		}
		src.First, src.Last = monthName(months[0]), monthName(months[len(months)-1])
		for m := months[0]; m < months[len(months)-1]; m = monthAfter(m) {
			if _, ok := slices.BinarySearch(months, m); !ok {
				src.Gaps = append(src.Gaps, monthName(m))
			}
		}
		s.Sources = append(s.Sources, src)
	}
	if err := rows.Err(); err != nil {
		return s, err
	}
	for _, name := range slices.Sorted(maps.Keys(RawTables)) {
		t := TableStatus{Name: name}
		if err := db.Conn.QueryRow(ctx, "SELECT count() FROM "+name+" FINAL").Scan(&t.Rows); err != nil {
			return s, err
		}
		s.Tables = append(s.Tables, t)
	}
	return s, nil
}

func monthName(m uint32) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

func monthAfter(m uint32) uint32 {
	if m%100 == 12 {
		return m + 89
	}
	return m + 1
}

// Unmatched is an identity that neither a roster nor an alias knows.
type Unmatched struct {
	Source, NativeID, Name, Email string
	Actions                       uint64
	Suggestion                    string // e-mail of a roster person, "" none
	Because                       string
}

// Unmatched lists them, most active first. A suggestion is never applied by itself: equal names may be two people.
func (db *DB) Unmatched(ctx context.Context) (out []Unmatched, err error) {
	rows, err := db.Conn.Query(ctx, `
		WITH
			roster AS (SELECT lower(email) AS email, argMax(name, as_of) AS name FROM people_history FINAL GROUP BY email),
			names AS (SELECT lower(name) AS name, any(email) AS email, count() AS n FROM roster WHERE name != '' GROUP BY name),
			locals AS (SELECT replaceRegexpAll(splitByChar('@', email)[1], '[._-]', '') AS local, any(email) AS mail, count() AS n FROM roster GROUP BY local),
			actors AS (SELECT source, account, actor, sum(once) AS n FROM activity_monthly WHERE human GROUP BY source, account, actor),
			unknown AS (SELECT source, account, native_id, person FROM person_of WHERE NOT matched AND person != ''),
			did AS (SELECT u.person AS person, u.source AS source, sum(a.n) AS n FROM actors AS a INNER JOIN unknown AS u ON u.source = a.source AND u.account = a.account AND u.native_id = a.actor GROUP BY person, source)
		SELECT toString(p.source), p.native_id, i.name, i.email, d.n,
			multiIf(n.n = 1, n.email, l.n = 1, l.mail, k.n = 1, k.mail, '') AS suggestion,
			multiIf(n.n = 1, 'the same name in the roster', l.n = 1, 'the login is the local part of the e-mail', k.n = 1, 'the e-mail has the same local part', '') AS because
		FROM person_of AS p
		LEFT ANY JOIN identities AS i FINAL ON i.source = p.source AND i.account = p.account AND i.native_id = p.native_id
		LEFT ANY JOIN names AS n ON n.name = lower(i.name)
		LEFT ANY JOIN locals AS l ON l.local = replaceRegexpAll(lower(if(i.login != '', i.login, p.native_id)), '[._-]', '')
		LEFT ANY JOIN locals AS k ON k.local = replaceRegexpAll(splitByChar('@', lower(i.email))[1], '[._-]', '') AND i.email != ''
		LEFT ANY JOIN did AS d ON d.person = p.person AND d.source = p.source
		WHERE NOT p.matched AND p.person != '' ORDER BY d.n DESC, 1, 2`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u Unmatched
		if err := rows.Scan(&u.Source, &u.NativeID, &u.Name, &u.Email, &u.Actions, &u.Suggestion, &u.Because); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

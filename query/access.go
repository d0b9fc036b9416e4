package query

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Role is how much of people somebody may see. Roles are ordered.
type Role uint8

// Roles. A viewer sees groups of five and more, and pseudonyms; a leader names, and vesting in steps; an admin everything.
const (
	Viewer Role = iota
	Leader
	Admin
)

var roleNames = []string{"viewer", "leader", "admin"}

func (r Role) String() string { return roleNames[r] }

// ParseRole reads viewer, leader or admin.
func ParseRole(s string) (Role, error) {
	i := slices.Index(roleNames, s)
	if i < 0 {
		return Viewer, fmt.Errorf("role %q is not viewer, leader or admin", s)
	}
	return Role(i), nil
}

// ErrRole is the class of errors that a higher role would not get.
var ErrRole = errors.New("role")

type roleError struct{ text string }

func (e roleError) Error() string        { return e.text }
func (e roleError) Is(target error) bool { return target == ErrRole }

func denied(format string, args ...any) error { return roleError{fmt.Sprintf(format, args...)} }

type roleKey struct{}

type namesKey struct{}

// WithNames calls seen for every answer within ctx that names people; people may be empty where only words of evidence do. It is called
// from several goroutines, and again when an answer is asked for again.
func WithNames(ctx context.Context, seen func(people []string)) context.Context {
	return context.WithValue(ctx, namesKey{}, seen)
}

// Named tells what WithNames asked for of people that are shown without a metric.
func Named(ctx context.Context, people []string) {
	if seen, ok := ctx.Value(namesKey{}).(func([]string)); ok {
		seen(people)
	}
}

func (r Result) tellNames(ctx context.Context) {
	people := r.NamesIn()
	evidence := len(r.Rows) > 0 && slices.ContainsFunc(r.Columns, func(c Column) bool { return c.Type == "evidence" })
	if len(people) > 0 || evidence {
		Named(ctx, people)
	}
}

// Pseudonym is whom a viewer sees for a person.
func (db *DB) Pseudonym(ctx context.Context, person string) (string, error) {
	return db.masks.pseudonym(ctx, person)
}

// WithRole lets what is asked within ctx be answered for that role.
func WithRole(ctx context.Context, r Role) context.Context {
	return context.WithValue(ctx, roleKey{}, r)
}

// As answers for that role wherever the context names none.
func (db *DB) As(r Role) *DB {
	copied := *db
	copied.role = r
	return &copied
}

// RoleOf is whom an answer within ctx is for.
func (db *DB) RoleOf(ctx context.Context) Role {
	if r, ok := ctx.Value(roleKey{}).(Role); ok {
		return r
	}
	return db.role
}

// answer runs the metric and takes out what the asker's role does not see. It is the one place where that happens; everything that is
// shown of people passes here.
func (m Metric) answer(ctx context.Context, db *DB, f Filter) (table, Filter, error) {
	role := db.RoleOf(ctx)
	if role < m.Role {
		return table{}, f, denied("%s shows single people; it needs the role %s", m.ID, m.Role)
	}
	if role == Viewer {
		return m.answerViewer(ctx, db, f)
	}
	t, err := m.run(ctx, db, f)
	if err == nil && role < Admin {
		coarsenVesting(m.columnsFor(f.By), t.rows)
	}
	return t, f, err
}

// coarsenVesting rounds vested fractions down to quarters: bands, never quantities.
func coarsenVesting(columns []Column, rows [][]any) {
	for j, c := range columns {
		if !strings.HasPrefix(c.Name, "vested_fraction") {
			continue
		}
		for _, row := range rows {
			if x, ok := row[j].(float64); ok {
				row[j] = math.Floor(x*4) / 4
			}
		}
	}
}

// NamesIn lists the people that the rows of a result name, for the audit log: e-mails or source:id, each once, sorted.
func (r Result) NamesIn() (people []string) {
	seen := map[string]bool{}
	add := func(s string) {
		if s != "" && !strings.HasPrefix(s, pseudonymPrefix) && !seen[s] {
			seen[s] = true
			people = append(people, s)
		}
	}
	for j, c := range r.Columns {
		one, several := c.Type == "person" || c.Type == "group" && c.Name == "group" && r.Filter["by"] == "person", isPersons(c.Type)
		if !one && !several {
			continue
		}
		for _, row := range r.Rows {
			switch x := row[j].(type) {
			case string:
				if one {
					add(x)
				}
			case []string:
				if several {
					for _, s := range x {
						add(s)
					}
				}
			}
		}
	}
	slices.Sort(people)
	return people
}

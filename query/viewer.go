package query

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// minGroup is the fewest people that an aggregate is shown to a viewer for.
const minGroup = 5

// What a viewer may ask, and why that does not single anybody out:
//
//   - Ranges are whole calendar quarters. Every row that is shown is a union of quarters of which each has nobody or at least minGroup people
//     behind that row: two ranges cannot differ by fewer.
//   - One value of one list (team, function, service, severity, source), one behind which stand minGroup people ever, and not the smallest
//     such where smaller ones are hidden. The rest, all other values of the list, has nobody or minGroup people behind each shown row, too.
//   - No person, kind or cell of a drill-down, and no crossing of two dimensions of people (a team filter by function).
//   - Rows under minGroup are null, and so is the next-smallest beside them along every dimension, so that totals do not reveal them.
//   - Rows about single people carry pseudonyms and what was done, never what is known of the person: no team, title, tenure or vesting, nor a
//     filter by one, and days for times.

// impersonal are the metrics whose rows tell of incidents, days or calendars and hold nobody's share in them.
var impersonal = []string{"durations", "themes", "org-events", "org-events-profile", "spikes", "incident-weekdays", "series-correlation", "chain", "triggers", "calendar", "series"}

// attributes are the columns that would tell whom a pseudonym stands for.
var attributes = []string{"team", "function", "title", "location", "zone", "level", "manager", "start_date", "employed", "tenure_days", "tenure_band", "vesting_band",
	"vested_fraction", "sources"}

// peopleDimensions are what people are grouped by; a column of that name, or with a prefix (owner_team), is a breakdown by it.
var peopleDimensions = []string{"team", "function", "location", "person"}

// shape is how access rules see a metric's rows.
type shape uint8

const (
	ofPeople  shape = iota // rows about single people
	ofGroups               // rows about groups, whose size is known
	ofEvents               // rows about incidents, whose responders are the group
	ofNobody               // impersonal
	ofUnknown              // nobody said how many people stand behind a row: not for viewers
)

func (m Metric) shape(sized bool, columns []Column) shape {
	has := func(ok func(Column) bool) bool { return slices.ContainsFunc(columns, ok) }
	switch {
	case sized || has(isSize):
		return ofGroups
	case has(func(c Column) bool { return c.Type == "person" && c.Name == "person" }):
		return ofPeople
	case has(func(c Column) bool { return c.Type == "incident" }):
		return ofEvents
	case slices.Contains(impersonal, m.ID):
		return ofNobody
	}
	return ofUnknown
}

// isSize says whether a column is the number of people behind its row, where the metric has none beside its columns.
func isSize(c Column) bool { return c.Name == "people" && c.Unit == "people" }

// answerViewer is answer for a viewer.
func (m Metric) answerViewer(ctx context.Context, db *DB, f Filter) (table, Filter, error) {
	columns := m.columnsFor(f.By)
	warnings, err := m.viewerFilter(ctx, db, &f, columns)
	if err != nil {
		return table{}, f, err
	}
	t, err := m.run(ctx, db, f)
	if err != nil {
		return table{}, f, err
	}
	mask, err := db.masks.of(ctx, db)
	if err != nil {
		return table{}, f, err
	}
	shape := m.shape(m.sized, columns)
	switch shape {
	case ofGroups:
		err = m.hideGroups(ctx, db, f, columns, &t)
	case ofEvents:
		err = hideEvents(ctx, db, columns, &t)
	case ofPeople:
		withhold(columns, &t)
	case ofUnknown:
		err = denied("%s does not say how many people stand behind its rows; it needs the role %s", m.ID, Leader)
	}
	if err != nil {
		return table{}, f, err
	}
	maskPeople(mask, columns, t.rows)
	t.warnings = append(warnings, t.warnings...)
	for i := range t.warnings {
		t.warnings[i] = mask.text(t.warnings[i])
	}
	return t, f, nil
}

// viewerFilter refuses what a viewer may not ask and widens the range to whole quarters.
func (m Metric) viewerFilter(ctx context.Context, db *DB, f *Filter, columns []Column) (warnings []string, err error) {
	switch {
	case len(f.Persons) > 0:
		return nil, denied("choosing people needs the role %s", Leader)
	case len(f.Kinds) > 0:
		return nil, denied("choosing kinds of activity needs the role %s", Leader)
	case f.Weekday > 0 || f.Hour >= 0 || f.Group != nil || f.Date != "":
		return nil, denied("what is behind a cell needs the role %s", Leader)
	case f.By == "person":
		return nil, denied("%s by person needs the role %s", m.ID, Leader)
	}
	var name string
	for n, list := range f.lists() {
		switch {
		case len(*list) == 0:
		case len(*list) > 1 || name != "":
			return nil, denied("a viewer can choose one value of one filter; more need the role %s", Leader)
		default:
			name = n
		}
	}
	if name != "" {
		if slices.Contains(peopleDimensions, name) && m.shape(m.sized, columns) == ofPeople {
			return nil, denied("people of a %s need the role %s", name, Leader) // which of them are in a team and not in a function would tell who they are
		}
		for _, other := range peopleDimensions {
			breaks := f.By == other || slices.ContainsFunc(columns, func(c Column) bool {
				return c.Type != "list" && (c.Name == other || strings.HasSuffix(c.Name, "_"+other))
			})
			if slices.Contains(peopleDimensions, name) && other != name && breaks {
				return nil, denied("a %s and a breakdown by %s together need the role %s", name, other, Leader)
			}
		}
		sizes, err := db.sizes(ctx)
		if err != nil {
			return nil, err
		}
		if chosen := (*f.lists()[name])[0]; !slices.Contains(sizes.open(name), chosen) {
			return nil, denied("this %s is unknown, or too few people stand behind it for a viewer", name)
		}
	}
	if wide := f.wholeQuarters(); wide != nil {
		f.From, f.To = wide.From, wide.To
		warnings = append(warnings, "the range was widened to whole quarters: shorter ones need the role "+Leader.String())
	}
	return warnings, nil
}

// wholeQuarters is the filter with its range widened to whole calendar quarters of the organization's clock; nil if it is whole already.
func (f Filter) wholeQuarters() *Filter {
	wide := f
	if !f.From.IsZero() {
		wide.From = f.quarter(f.From)
	}
	if !f.To.IsZero() {
		if wide.To = f.quarter(f.To); !wide.To.Equal(f.To) {
			wide.To = f.nextQuarter(wide.To)
		}
	}
	if wide.From.Equal(f.From) && wide.To.Equal(f.To) {
		return nil
	}
	return &wide
}

// quarter is when the quarter that t is in begins.
func (f Filter) quarter(t time.Time) time.Time {
	l := t.In(f.location())
	return time.Date(l.Year(), (l.Month()-1)/3*3+1, 1, 0, 0, 0, 0, f.location()).UTC()
}

func (f Filter) nextQuarter(t time.Time) time.Time {
	return t.In(f.location()).AddDate(0, 3, 0).UTC()
}

// valueSizes is the number of people behind each value of each list.
type valueSizes map[string]map[string]uint64

func (db *DB) sizes(ctx context.Context) (valueSizes, error) {
	var rows []struct {
		Dimension string `ch:"dimension"`
		Value     string `ch:"value"`
		People    uint64 `ch:"people"`
	}
	if err := db.conn.Select(ctx, &rows, accessSQL("sizes")); err != nil {
		return nil, fmt.Errorf("sizes of groups: %w", err)
	}
	out := valueSizes{}
	for _, r := range rows {
		if out[r.Dimension] == nil {
			out[r.Dimension] = map[string]uint64{}
		}
		out[r.Dimension][r.Value] = r.People
	}
	return out, nil
}

// open are the values of a list that a viewer can choose.
func (s valueSizes) open(name string) (out []string) {
	next, small := "", false
	for value, n := range s[name] {
		if n < minGroup {
			small = true
			continue
		}
		out = append(out, value)
		if o := s[name][next]; next == "" || n < o || n == o && value < next {
			next = value
		}
	}
	if small {
		out = slices.DeleteFunc(out, func(v string) bool { return v == next })
	}
	out = slices.DeleteFunc(out, func(v string) bool { return v == "" })
	slices.Sort(out)
	return out
}

// hideGroups makes the rows null that are about too few people, or that would reveal such a row.
func (m Metric) hideGroups(ctx context.Context, db *DB, f Filter, columns []Column, t *table) error {
	keys := keyColumns(columns)
	sizes, err := m.rowSizes(columns, keys, *t)
	if err != nil {
		return err
	}
	parts, err := db.parts(ctx, f)
	if err != nil {
		return err
	}
	least := make([]map[string]uint64, len(parts))
	var g errgroup.Group
	g.SetLimit(4)
	for i, part := range parts {
		g.Go(func() error {
			p, err := m.run(ctx, db, part)
			if err == nil {
				least[i], err = m.rowSizes(columns, keys, p)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	hide, few := make([]bool, len(t.rows)), 0
	at := make([]uint64, len(t.rows))
	for i, row := range t.rows {
		key := rowKey(row, keys)
		at[i] = sizes[key]
		hide[i] = tooSmall(at[i])
		for _, l := range least {
			hide[i] = hide[i] || at[i] > 0 && tooSmall(l[key])
		}
		if hide[i] {
			few++
		}
	}
	if few == 0 {
		return nil
	}
	beside, kept := hideNext(t.rows, keys, at, hide), t.rows[:0:0]
	words := slices.ContainsFunc(columns, func(c Column) bool { return c.Type == "evidence" }) // then the row's being there says it all
	for i, row := range t.rows {
		if withheld := hide[i] || beside[i]; withheld && words {
			continue
		} else if withheld {
			for j := keys; j < len(columns); j++ {
				row[j] = nil
			}
		}
		kept = append(kept, row)
	}
	t.rows = kept
	t.warnings = append(t.warnings, fmt.Sprintf("%s of fewer than %d people in a quarter, and the next smallest beside them, are withheld from viewers", counted(few, "group"), minGroup))
	return nil
}

func tooSmall(people uint64) bool { return people > 0 && people < minGroup }

// rowSizes is the number of people behind each row by its key.
func (m Metric) rowSizes(columns []Column, keys int, t table) (map[string]uint64, error) {
	sizes := make(map[string]uint64, len(t.rows))
	column := slices.IndexFunc(columns, isSize)
	for i, row := range t.rows {
		switch {
		case m.sized:
			sizes[rowKey(row, keys)] = uint64(t.people[i])
		default:
			n, ok := row[column].(uint64)
			if !ok {
				return nil, fmt.Errorf("%s: column people is a %T, not a uint64", m.ID, row[column])
			}
			sizes[rowKey(row, keys)] = n
		}
	}
	return sizes, nil
}

// parts are the filters whose rows have to be large enough, too: each quarter of the range, and the rest of a chosen list. An incident is
// one part.
func (db *DB) parts(ctx context.Context, f Filter) (out []Filter, err error) {
	if f.Incident != "" {
		return nil, nil
	}
	var first, last time.Time
	if err := db.conn.QueryRow(ctx, accessSQL("span")).Scan(&first, &last); err != nil {
		return nil, err
	}
	from, to := f.quarter(first), f.nextQuarter(f.quarter(last.AddDate(0, 1, 0)))
	if !f.From.IsZero() && f.From.After(from) {
		from = f.From
	}
	if !f.To.IsZero() && f.To.Before(to) {
		to = f.To
	}
	for q := from; q.Before(to); q = f.nextQuarter(q) {
		part := f
		part.From, part.To = q, f.nextQuarter(q)
		out = append(out, part)
	}
	if len(out) == 1 {
		out = nil // it is the answer itself
	}
	for name, list := range f.lists() {
		if len(*list) == 0 {
			continue
		}
		sizes, err := db.sizes(ctx)
		if err != nil {
			return nil, err
		}
		rest := []string{""} // never empty, which would mean any
		for value := range sizes[name] {
			if value != (*list)[0] {
				rest = append(rest, value)
			}
		}
		part := f
		*part.lists()[name] = rest
		out = append(out, part)
	}
	return out, nil
}

// keyColumns is how many of the first columns say what a row is about.
func keyColumns(columns []Column) int {
	for i, c := range columns {
		switch {
		case c.Type == "incident":
			return i + 1
		case slices.Contains([]string{"string", "group", "time", "date"}, c.Type) || c.Name == "weekday" || c.Name == "hour":
		default:
			return i
		}
	}
	return len(columns)
}

func rowKey(row []any, keys int) string {
	parts := make([]string, keys)
	for i := range keys {
		parts[i] = CellText(row[i])
	}
	return strings.Join(parts, "\x00")
}

// hideNext finds, along each key, the smallest shown row beside hidden ones.
func hideNext(rows [][]any, keys int, sizes []uint64, hide []bool) []bool {
	beside := make([]bool, len(rows))
	for k := range max(keys, 1) {
		slice := map[string][]int{}
		for i, row := range rows {
			others := append(append([]any{}, row[:min(k, keys)]...), row[min(k+1, keys):keys]...)
			key := rowKey(others, len(others))
			slice[key] = append(slice[key], i)
		}
		for _, members := range slice {
			next, small := -1, false
			for _, i := range members {
				if hide[i] {
					small = true
				} else if sizes[i] > 0 && (next < 0 || sizes[i] < sizes[next]) {
					next = i
				}
			}
			if small && next >= 0 {
				beside[next] = true
			}
		}
	}
	return beside
}

// hideEvents makes null what rows of incidents tell of responders who are too few, and drops rows of evidence about them.
func hideEvents(ctx context.Context, db *DB, columns []Column, t *table) error {
	var known []struct {
		Incident string `ch:"incident"`
		People   uint64 `ch:"people"`
	}
	if err := db.conn.Select(ctx, &known, accessSQL("responders")); err != nil {
		return err
	}
	people := make(map[string]uint64, len(known))
	for _, k := range known {
		people[k.Incident] = k.People
	}
	at := slices.IndexFunc(columns, func(c Column) bool { return c.Type == "incident" })
	sizes, hide, few := make([]uint64, len(t.rows)), make([]bool, len(t.rows)), 0
	for i, row := range t.rows {
		id, _ := row[at].(string)
		sizes[i] = people[id]
		if hide[i] = tooSmall(sizes[i]); hide[i] {
			few++
		}
	}
	if few == 0 {
		return nil
	}
	evidence := slices.ContainsFunc(columns, func(c Column) bool { return c.Type == "evidence" })
	next, kept := make([]bool, len(hide)), t.rows[:0:0]
	if !evidence {
		next = hideNext(t.rows, 0, sizes, hide)
	}
	for i, row := range t.rows {
		if hide[i] && evidence {
			continue
		}
		for j, c := range columns {
			if (hide[i] || next[i]) && aboutPeople(c) {
				row[j] = nil
			}
		}
		kept = append(kept, row)
	}
	t.rows = kept
	t.warnings = append(t.warnings, fmt.Sprintf("what people did is withheld from viewers in %s with fewer than %d responders, and in the next smallest", counted(few, "row"), minGroup))
	return nil
}

// isPersons says whether a column's type is a list of people.
func isPersons(typ string) bool { return typ == "people" || typ == "persons" }

// aboutPeople says whether a column of an incident tells of its responders.
func aboutPeople(c Column) bool {
	return c.Unit != "" || isPersons(c.Type) || c.Type == "evidence" || c.Type == "person" || c.Type == "name" || slices.Contains([]string{"teams", "functions", "score"}, c.Name)
}

// withhold takes from rows of people what would tell who they are.
func withhold(columns []Column, t *table) {
	for j, c := range columns {
		switch {
		case slices.Contains(attributes, c.Name):
			for _, row := range t.rows {
				row[j] = nil
			}
		case c.Type == "time":
			for _, row := range t.rows {
				if s, ok := row[j].(string); ok && len(s) > 10 {
					row[j] = s[:10] + "T00:00:00Z"
				}
			}
		}
	}
	if len(t.rows) > 0 {
		t.warnings = append(t.warnings, "people are pseudonyms; what is known of them is withheld, and times are days")
	}
}

// maskPeople replaces people, their names, and names within texts. Evidence is withheld: its words are about people.
func maskPeople(mask masker, columns []Column, rows [][]any) {
	for j, c := range columns {
		person := -1
		if c.Type == "name" {
			person = slices.IndexFunc(columns, func(p Column) bool {
				return p.Type == "person" && p.Name == strings.TrimSuffix(c.Name, "name")+"person"
			})
		}
		for _, row := range rows {
			row[j] = maskCell(mask, c.Type, row, j, person)
		}
	}
}

func maskCell(mask masker, typ string, row []any, j, person int) any {
	switch x := row[j].(type) {
	case string:
		switch typ {
		case "person":
			return mask.person(x)
		case "name":
			if s, ok := any(nil), person >= 0; ok {
				if s = row[person]; s != nil {
					return mask.person(s.(string)) // the same whether masked before or not
				}
			}
			return nil
		case "evidence":
			return nil
		case "incident", "time", "date":
			return x
		}
		return mask.text(x)
	case []string:
		out := make([]string, len(x))
		for i, s := range x {
			if isPersons(typ) {
				out[i] = mask.person(s)
			} else {
				out[i] = mask.text(s)
			}
		}
		return out
	}
	return row[j]
}

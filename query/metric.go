// Package query answers questions about the derived tables. A metric is one .sql file and one Go definition with the same name; it owns
// the words of its question and definition. Statistics are in query/stat. The package never writes and knows nothing of pages.
package query

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/orgheat/orgheat/schema"
)

// Unit is what a metric's main number counts.
type Unit string

// Units.
const (
	Count   Unit = "count"
	Share   Unit = "share"
	Ratio   Unit = "ratio"
	Hours   Unit = "hours"
	Minutes Unit = "minutes"
	Bits    Unit = "bits"
)

// Meta is what a metric says about itself.
type Meta struct {
	ID         string
	Title      string
	Question   string // the leader's
	Definition string // what exactly is counted, its time, its exclusions
	Unit       Unit
	By         []string // choices of --by, the default first; empty: none
	Clock      string   // default of --clock; "": the metric has no clock
	Requires   []string // parameters without which it cannot answer: "incident", "person", "category"
	Loads      []string // kinds of export without which it stays empty, for empty states
	Role       Role     // the least that may ask; the zero value is everybody
}

// Column describes one column of a result. Type is one of string, int, float, bool, time, date, list, group (a value of --by), person (an
// e-mail or source:id), persons (a list of them), name (of the person beside it), incident, evidence (words that may hold names). Access rules
// go by it, so a person must never be in a column of another type.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Unit string `json:"unit"`
}

// Result is a metric's answer. A cell is null where the number cannot be told; Warnings say why.
type Result struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	Question   string         `json:"question"`
	Definition string         `json:"definition"`
	Unit       Unit           `json:"unit"`
	Filter     map[string]any `json:"filter"`
	Columns    []Column       `json:"columns"`
	Rows       [][]any        `json:"rows"`
	Warnings   []string       `json:"warnings"`
}

// Metric is one entry of the catalogue.
type Metric struct {
	Meta
	columns []Column
	sized   bool // rows come with the number of people behind them
	run     func(ctx context.Context, db *DB, f Filter) (table, error)
}

// table is a metric's rows before access rules: people is the number of people behind each row, nil where rows are not about groups.
type table struct {
	rows     [][]any
	people   []int
	warnings []string
}

// Columns are the columns of the metric's results at its first choice of --by.
func (m Metric) Columns() []Column {
	if len(m.By) == 0 {
		return m.columns
	}
	return m.columnsFor(m.By[0])
}

// define makes a metric of its words, the SQL in sql/ID.sql and a function from the SQL's rows R (fields tagged ch) to the result's rows O.
// A field of O tagged `col:"name"` is a column, in order; `type:` and `unit:` describe it; pointers are null when nil. The name "by" stands
// for the value of --by. A field tagged `people:"n"` is no column: it is the number of people behind the row, for the minimum group.
func define[R, O any](meta Meta, view func(db *DB, f Filter, rows []R) ([]O, []string, error)) Metric {
	return defineReading(meta, func(_ context.Context, db *DB, f Filter, rows []R) ([]O, []string, error) { return view(db, f, rows) })
}

// defineReading is define for a view that reads more than its SQL gives it, of the same state of the derived tables.
func defineReading[R, O any](meta Meta, view func(ctx context.Context, db *DB, f Filter, rows []R) ([]O, []string, error)) Metric {
	return defineAsking[R, O](meta, func(ctx context.Context, db *DB, f Filter, ask func() ([]R, error)) (table, error) {
		in, err := ask()
		if err != nil {
			return table{}, err
		}
		out, warnings, err := view(ctx, db, f, in)
		if err != nil {
			return table{}, err
		}
		return tableOf(out, warnings), nil
	})
}

// defineAsking is defineReading for a view that asks its SQL itself, beside what else it asks, and gives the cells of its rows O: see tableOf.
// ctx holds the SQL's parameters, for the view's other statements.
func defineAsking[R, O any](meta Meta, view func(ctx context.Context, db *DB, f Filter, ask func() ([]R, error)) (table, error)) Metric {
	columns, _, people := layout(reflect.TypeFor[O]())
	return Metric{Meta: meta, columns: columns, sized: people >= 0, run: remembered(meta.ID, func(ctx context.Context, db *DB, f Filter) (table, error) {
		parameters := f.parameters()
		maps.Copy(parameters, db.bandParameters())
		asOf, err := db.asOf(ctx, f)
		if err != nil {
			return table{}, err
		}
		parameters["as_of"] = asOf.UTC().Format(stampLayout)
		parameters["sized"] = strconv.FormatBool(db.sized(ctx))
		ctx = clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
		return view(ctx, db, f, func() ([]R, error) { return asked[R](ctx, db, meta.ID) })
	})}
}

// tableOf are the cells of rows, the numbers of people behind them, and warnings.
func tableOf[O any](out []O, warnings []string) table {
	columns, fields, people := layout(reflect.TypeFor[O]())
	t := table{rows: newRows(len(out), len(fields)), warnings: warnings}
	for i := range out {
		v := reflect.ValueOf(&out[i]).Elem()
		for j, k := range fields {
			t.rows[i][j] = cell(v.Field(k), columns[j].Type)
		}
		if people >= 0 {
			t.people = append(t.people, int(v.Field(people).Uint()))
		}
	}
	return t
}

// newRows are rows of empty cells, which lie together: thousands of small pieces of memory cost more than what is put in them.
func newRows(n, columns int) [][]any {
	rows, cells := make([][]any, n), make([]any, n*columns)
	for i := range rows {
		rows[i] = cells[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return rows
}

// plain is the view of a metric whose SQL already gives the result's rows.
func plain[R any](_ *DB, _ Filter, rows []R) ([]R, []string, error) { return rows, nil, nil }

func layout(t reflect.Type) (columns []Column, fields []int, people int) {
	people = -1
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := f.Tag.Lookup("people"); ok {
			people = i
			continue
		}
		name, ok := f.Tag.Lookup("col")
		if !ok {
			continue
		}
		typ, ok := f.Tag.Lookup("type")
		if !ok {
			typ = typeName(f.Type)
		}
		columns, fields = append(columns, Column{Name: name, Type: typ, Unit: f.Tag.Get("unit")}), append(fields, i)
	}
	return columns, fields, people
}

func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.String:
		return "string"
	case t.Kind() == reflect.Bool:
		return "bool"
	case t.Kind() == reflect.Float64:
		return "float"
	}
	return "int"
}

// cell turns a field into what JSON shows: null for nil and for numbers that are none, RFC 3339 for times, YYYY-MM-DD for dates.
func cell(v reflect.Value, typ string) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return nil
		}
		if typ == "date" {
			return x.Format("2006-01-02")
		}
		return x.UTC().Format(time.RFC3339)
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		return x
	case []string:
		if x == nil {
			return []string{}
		}
		return x
	default:
		return x
	}
}

// columnsFor are the metric's columns in a result broken down by the given choice.
func (m Metric) columnsFor(by string) []Column {
	columns := slices.Clone(m.columns)
	for i := range columns {
		if columns[i].Name == "by" {
			columns[i].Name = by
		}
	}
	return columns
}

// DB is where metrics read, and for whom.
type DB struct {
	conn     driver.Conn
	explain  func(error) error // schema.DB's
	Settings schema.Settings
	role     Role // of whoever the context names no role for
	masks    *masks
	scans    *scans
	signals  *signalCache
	answers  *answers
	seen     *atomic.Pointer[uint64] // sequence number of the state that Stable saw last
}

// NewDB reads through the limited login of an open database, as admin: the command line's. As and WithRole lower that.
func NewDB(db *schema.DB) *DB {
	return &DB{conn: db.Reader, explain: db.Explain, Settings: db.Settings, role: Admin, masks: &masks{secret: db.Secret}, scans: &scans{}, signals: &signalCache{}, answers: &answers{},
		seen: &atomic.Pointer[uint64]{}}
}

// bandParameters are the edges of the hour bands in minutes after midnight: business_from, business_to, sleep_from, sleep_to (UInt32).
func (db *DB) bandParameters() clickhouse.Parameters {
	businessFrom, businessTo, sleepFrom, sleepTo := db.Settings.Bands()
	return clickhouse.Parameters{
		"business_from": strconv.Itoa(businessFrom), "business_to": strconv.Itoa(businessTo), "sleep_from": strconv.Itoa(sleepFrom), "sleep_to": strconv.Itoa(sleepTo),
	}
}

// sized says whether the sizes of groups matter: to nobody but a viewer.
func (db *DB) sized(ctx context.Context) bool { return db.RoleOf(ctx) == Viewer }

// ParseFilter is ParseFilter in the organization's zone.
func (db *DB) ParseFilter(v map[string][]string) (Filter, error) {
	return ParseFilter(v, db.Settings.Location())
}

// ErrRequest is the class of errors that the asker can mend: an unknown metric, a choice that does not exist, a missing parameter.
var ErrRequest = errors.New("request")

type requestError struct{ text string }

func (e requestError) Error() string        { return e.text }
func (e requestError) Is(target error) bool { return target == ErrRequest }

func badRequest(format string, args ...any) error { return requestError{fmt.Sprintf(format, args...)} }

// Lookup finds a metric by id.
func Lookup(id string) (Metric, error) {
	for _, m := range Metrics {
		if m.ID == id {
			return m, nil
		}
	}
	return Metric{}, badRequest("there is no metric %q; orgheat query --list names them", id)
}

// check fills in the metric's defaults and refuses choices it does not have.
func (m Metric) check(f Filter) (Filter, error) {
	switch {
	case f.By == "" && len(m.By) > 0:
		f.By = m.By[0]
	case f.By != "" && !slices.Contains(m.By, f.By):
		if len(m.By) == 0 {
			return f, badRequest("%s has no --by", m.ID)
		}
		return f, badRequest("%s cannot be shown by %q, only by %s", m.ID, f.By, strings.Join(m.By, ", "))
	}
	if f.Clock == "" {
		f.Clock = m.Clock
	}
	for _, p := range m.Requires {
		if p == "incident" && f.Incident == "" || p == "person" && len(f.Persons) == 0 || p == "category" && f.Category == "" {
			return f, badRequest("%s needs --%s", m.ID, p)
		}
	}
	return f, nil
}

// Run answers the metric's question within the filter, as far as the asker's role goes (access.go).
func (m Metric) Run(ctx context.Context, db *DB, f Filter) (Result, error) {
	f, err := m.check(f)
	if err != nil {
		return Result{}, err
	}
	var t table
	err = db.Stable(ctx, func(ctx context.Context) (err error) {
		t, f, err = m.answer(ctx, db, f)
		return err
	})
	if err != nil {
		if errors.Is(err, ErrRequest) || errors.Is(err, ErrRole) {
			return Result{}, err
		}
		return Result{}, fmt.Errorf("metric %s: %w", m.ID, err)
	}
	r := Result{ID: m.ID, Title: m.Title, Question: m.Question, Definition: m.Definition, Unit: m.Unit, Filter: f.JSON(), Columns: m.columnsFor(f.By), Rows: t.rows, Warnings: t.warnings}
	if r.Rows == nil {
		r.Rows = [][]any{}
	}
	if r.Warnings == nil {
		r.Warnings = []string{}
	}
	if db.RoleOf(ctx) > Viewer {
		r.tellNames(ctx)
	}
	return r, nil
}

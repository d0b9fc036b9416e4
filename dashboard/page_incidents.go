package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

var incidentsPage = page{Path: "/incidents", Name: "incidents", Title: "Incidents", Question: "Which incidents were there, and who was in them?",
	Filters: filterNames, Compare: true, Show: showIncidents}

type incidentsView struct {
	base
	List           *panel
	Previous, Next string // pages of the list
	Position       string
}

const incidentsPerPage = 50

func showIncidents(r *request) (view, error) {
	v := &incidentsView{}
	v.List = r.metric("incidents", "incidents", nil, func(p *panel, result query.Result) error { return r.drawIncidents(v, p, result) })
	return v, r.run(v.List)
}

func (r *request) drawIncidents(v *incidentsView, p *panel, result query.Result) error {
	in := columnsOf(result)
	months, drawn := r.incidentBars(result, in)
	p.Title = fmt.Sprintf("%s; the busiest %s was %s with %d", plural(len(result.Rows), "incident"), months.unit, months.busiest, months.most)
	p.Sub = "by start · " + r.rangeWords()
	p.Charts = []chart{drawn}
	sorted, err := r.sortIncidents(result, in)
	if err != nil {
		return err
	}
	at, err := r.pageNumber(len(sorted))
	if err != nil {
		return err
	}
	first, last := (at-1)*incidentsPerPage, min(at*incidentsPerPage, len(sorted))
	p.Table, p.Tables = r.incidentTable(sorted[first:last], in), true
	v.Position = fmt.Sprintf("%s–%s of %s", count(first+1), count(last), count(len(sorted)))
	values := r.withSort()
	if at > 1 {
		v.Previous = r.here(with(values, "page", strconv.Itoa(at-1)))
	}
	if last < len(sorted) {
		v.Next = r.here(with(values, "page", strconv.Itoa(at+1)))
	}
	return nil
}

// pageNumber is the page of the list that is asked for, from 1.
func (r *request) pageNumber(rows int) (int, error) {
	s := r.url.Get("page")
	if s == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(s)
	if pages := (rows + incidentsPerPage - 1) / incidentsPerPage; err != nil || n < 1 || n > pages {
		return 0, badRequest{fmt.Errorf("page %q: there are %d", s, pages)}
	}
	return n, nil
}

// withSort are the filter's parameters and the order of the list.
func (r *request) withSort() url.Values {
	v := r.filter.Values()
	if s := r.url.Get("sort"); s != "" {
		v.Set("sort", s)
	}
	return v
}

// incidentColumns are those of the list; minutes is the column that duration is sorted by.
var incidentColumns = []struct{ name, head, hint string }{
	{"title", "Incident", ""}, {"started_at", "Started (UTC)", ""}, {"minutes", "Duration", "from start to end; ~ where a time is imputed from activity"}, {"severity", "Severity", ""},
	{"services", "Services", ""}, {"responders", "Responders", "people who contributed"}, {"lurkers", "Lurkers", "people who joined and neither contributed, reacted nor were paged"},
	{"teams", "Teams", "teams of the responders"}, {"timezones", "Zones", "distinct UTC offsets of the responders"}, {"engaged_hours", "Engaged h", "person-hours of engaged time"},
	{"top_person_share", "Top share", "share of engaged time of the person with most"}, {"new_pairs", "New pairs", "pairs of responders never together before"},
}

// sortIncidents orders the rows by ?sort=column, or -column for falling; the newest first without it.
func (r *request) sortIncidents(result query.Result, in map[string]int) ([][]any, error) {
	name, falling := strings.CutPrefix(cmp.Or(r.url.Get("sort"), "-started_at"), "-")
	if !slices.ContainsFunc(incidentColumns, func(c struct{ name, head, hint string }) bool { return c.name == name }) {
		return nil, badRequest{fmt.Errorf("sort %q is not a column of the list", name)}
	}
	rows := slices.Clone(result.Rows)
	slices.SortStableFunc(rows, func(a, b []any) int {
		c := compareIncidents(a, b, name, in)
		if falling {
			c = -c
		}
		return c
	})
	return rows, nil
}

func compareIncidents(a, b []any, name string, in map[string]int) int {
	key := func(row []any) (float64, string) {
		if name == "minutes" {
			return minutesOf(row, in), ""
		}
		v := row[in[name]]
		if list, ok := v.([]string); ok && name == "teams" {
			return float64(len(list)), ""
		}
		if n, ok := number(v); ok {
			return n, ""
		}
		if v == nil {
			return -1, "" // unknown is below every number
		}
		return 0, strings.ToLower(text(v))
	}
	an, as := key(a)
	bn, bs := key(b)
	return cmp.Or(cmp.Compare(an, bn), strings.Compare(as, bs))
}

func minutesOf(row []any, in map[string]int) float64 {
	from, err1 := time.Parse(time.RFC3339, text(row[in["started_at"]]))
	to, err2 := time.Parse(time.RFC3339, text(row[in["ended_at"]]))
	if err1 != nil || err2 != nil {
		return -1
	}
	return to.Sub(from).Minutes()
}

func (r *request) incidentTable(rows [][]any, in map[string]int) *table {
	t := &table{Caption: "Incidents", RowHead: true}
	order := cmp.Or(r.url.Get("sort"), "-started_at")
	for _, c := range incidentColumns {
		h := headCell{Text: c.head, Title: c.hint, Number: !slices.Contains([]string{"title", "started_at", "severity", "services"}, c.name)}
		next := "-" + c.name
		switch order {
		case c.name:
			h.Sort = "ascending"
		case "-" + c.name:
			h.Sort, next = "descending", c.name
		}
		h.URL = r.here(with(r.filter.Values(), "sort", next))
		t.Head = append(t.Head, h)
	}
	for _, row := range rows {
		get := func(name string) any { return row[in[name]] }
		share := tableCell{Text: "–", Title: "nobody responded", Number: true}
		if n, ok := number(get("top_person_share")); ok {
			share = tableCell{Text: query.Percent(n), Number: true}
		}
		pairs := tableCell{Text: "–", Title: "in the first 180 days of history everyone is new to everyone", Number: true}
		if n, ok := number(get("new_pairs")); ok {
			pairs = tableCell{Text: decimal(n), Number: true}
		}
		length := duration(minutesOf(row, in))
		if imputed, _ := get("imputed").(bool); imputed {
			length = "~" + length
		}
		teams, _ := get("teams").([]string)
		t.Rows = append(t.Rows, []tableCell{
			{Text: cmp.Or(text(get("title")), text(get("incident"))), URL: incidentURL(text(get("incident"))), Title: text(get("incident"))},
			timeCell(text(get("started_at"))), {Text: length, Number: true}, {Text: text(get("severity"))}, {Text: strings.ReplaceAll(text(get("services")), ";", ", ")},
			countCell(get("responders")), countCell(get("lurkers")), {Text: count(len(teams)), Title: strings.Join(teams, ", "), Number: true}, countCell(get("timezones")),
			hoursCell(get("engaged_hours")), share, pairs})
	}
	return t
}

func countCell(v any) tableCell {
	n, _ := number(v)
	return tableCell{Text: decimal(n), Number: true}
}

func hoursCell(v any) tableCell {
	n, _ := number(v)
	return tableCell{Text: fmt.Sprintf("%.1f", n), Number: true}
}

// incidentURL is an incident's page.
func incidentURL(id string) string { return "/incidents/" + url.PathEscape(id) }

// periods is what the bars of the list say.
type periods struct {
	unit, busiest string
	most          int
}

// incidentBars counts incidents by month, or by quarter where there are more than four years.
func (r *request) incidentBars(result query.Result, in map[string]int) (periods, chart) {
	zone := r.s.DB.Settings.Location()
	var first, last time.Time
	var starts []time.Time
	for _, row := range result.Rows {
		t, err := time.Parse(time.RFC3339, text(row[in["started_at"]]))
		if err != nil {
			continue
		}
		t = t.In(zone)
		starts = append(starts, t)
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	begin := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, zone) }
	name, step, found := func(t time.Time) string { return t.Format("2006-01") }, 1, periods{unit: "month"}
	if last.Sub(first).Hours() > 4*366*24 {
		begin, name, step, found.unit = quarterOf, quarterName, 3, "quarter"
	}
	counts := map[time.Time]int{}
	for _, t := range starts {
		counts[begin(t)]++
	}
	b := bars{ID: "incidents-chart", Unit: "incidents", Height: 184, Periods: r.here(without(r.withSort(), "from", "to"))}
	for t := begin(first); !t.After(last); t = t.AddDate(0, step, 0) {
		n := counts[t]
		b.Names, b.Values = append(b.Names, name(t)), append(b.Values, float64(n))
		if n > found.most {
			found.most, found.busiest = n, name(t)
		}
	}
	b.Label = fmt.Sprintf("Bars of %s by %s; most in %s: %d. The list below names them.", plural(len(starts), "incident"), found.unit, found.busiest, found.most)
	return found, b.chart()
}

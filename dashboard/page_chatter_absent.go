package dashboard

import (
	"fmt"

	"github.com/orgheat/orgheat/query"
)

// absence is a cell of the week in which only one function was active.
type absence struct {
	Weekday, Hour int // 1 Monday to 7, 0 to 23
	Function      string
	Dates, Count  int
}

// stretch is a run of such cells on one day, of one function.
type stretch struct {
	absence
	Until int // the hour at which it ends
}

func absences(result query.Result) (list []absence) {
	in := columnsOf(result)
	whole := func(v any) int { n, _ := number(v); return int(n) }
	for _, row := range result.Rows {
		list = append(list, absence{whole(row[in["weekday"]]), whole(row[in["hour"]]), text(row[in["only_function"]]), whole(row[in["hours"]]), whole(row[in["count"]])})
	}
	return list
}

// stretches joins the cells, which come by weekday and hour. Its dates are those of its best attended hour: there are at least so many.
func stretches(list []absence) (runs []stretch) {
	for _, a := range list {
		if n := len(runs) - 1; n >= 0 && runs[n].Weekday == a.Weekday && runs[n].Until == a.Hour && runs[n].Function == a.Function {
			runs[n].Until, runs[n].Dates, runs[n].Count = a.Hour+1, max(runs[n].Dates, a.Dates), runs[n].Count+a.Count
			continue
		}
		runs = append(runs, stretch{a, a.Hour + 1})
	}
	return runs
}

// words are the stretch's sentence.
func (s stretch) words() string {
	part, least := "on", ""
	switch {
	case s.Hour >= 20:
		part = "late on"
	case s.Until <= 8:
		part = "early on"
	}
	if s.Until > s.Hour+1 {
		least = "at least "
	}
	return fmt.Sprintf("Only %s is active %s %s (%02d:00–%02d:00, %s%s)", s.Function, part, weekdayNames[s.Weekday-1], s.Hour, s.Until, least, plural(s.Dates, "date"))
}

// mostAbsences bounds the rows that are shown; the rest is folded away.
const mostAbsences = 12

// absentPanel reads the cells of one function alone. A function is alone only beside all others: teams and people are not filtered. It
// has its result in *list.
func (r *request) absentPanel(list *[]absence) *panel {
	return r.metric("absent", "absent-chatter", func(f *query.Filter) { f.By, f.Group, f.Teams, f.Persons = "", nil, nil, nil }, func(p *panel, result query.Result) error {
		*list = absences(result)
		r.drawAbsences(p, *list)
		return nil
	})
}

// tellNone says that no function is ever alone, where chatter and functions are known.
func (r *request) tellNone(p, heat *panel) {
	if !p.Empty || heat.Empty || heat.Err != "" {
		return
	}
	if len(r.choices.Functions) == 0 {
		p.Loads = []string{"roster (with functions)"}
		return
	}
	p.Empty, p.Title = false, "In no hour of the week is one function alone on 3 dates or more"
	p.Sub = fmt.Sprintf("%s known · %s · %s", plural(len(r.choices.Functions), "function"), r.clockWords(), r.rangeWords())
}

func (r *request) drawAbsences(p *panel, list []absence) {
	runs := stretches(list)
	longest, actions := runs[0], 0
	for _, s := range runs {
		if a, b := s.Until-s.Hour, longest.Until-longest.Hour; a > b || a == b && s.Count > longest.Count {
			longest = s
		}
		actions += s.Count
	}
	p.Title = longest.words()
	p.Sub = fmt.Sprintf("%s of the week with one function alone, of all teams · %s · %s · %s", plural(len(list), "hour"), plural(actions, "action"), r.clockWords(), r.rangeWords())
	rows := make([][]tableCell, len(list))
	for i, a := range list {
		rows[i] = []tableCell{{Text: fmt.Sprintf("%s %02d:00–%02d:00", weekdayNames[a.Weekday-1], a.Hour, a.Hour+1),
			URL: link("/chatter/events", with(with(without(r.filter.Values(), "by", "group", "team", "person"), "weekday", fmt.Sprint(a.Weekday)), "hour", fmt.Sprint(a.Hour)))},
			{Text: a.Function}, {Text: count(a.Dates), Number: true}, {Text: count(a.Count), Number: true}}
	}
	head := []headCell{{Text: "When"}, {Text: "Only function"}, {Text: "Dates with activity", Number: true}, {Text: "Actions", Number: true}}
	p.Tables, p.Table = true, &table{Caption: "Hours of the week with one function alone; each leads to its events", RowHead: true, Head: head, Rows: rows[:min(len(rows), mostAbsences)]}
	if rest := rows[len(p.Table.Rows):]; len(rest) > 0 {
		p.Rest, p.RestWord = &table{Caption: "More hours of the week with one function alone", RowHead: true, Head: head, Rows: rest}, plural(len(rest), "more hour")
	}
	p.Next = r.next("/oncall#nights", "who is paged at night", "/coordination", "which functions come together in incidents")
}

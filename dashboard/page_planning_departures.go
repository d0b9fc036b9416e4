package dashboard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
)

// departed is the panel of those who responded to incidents and left in the time that the suggestions look at: the 12 months to the range's end.
func (r *request) departed() *panel {
	return r.metric("departures", "departures", func(f *query.Filter) {
		unbroken(f)
		r.untilLast(f)
		if f.From = f.To; !f.To.IsZero() {
			f.From = f.To.In(r.s.DB.Settings.Location()).AddDate(-1, 0, 0)
		}
	}, r.drawDepartures)
}

// mostDepartures bounds the table; the CSV has everybody.
const mostDepartures = 12

// drawDepartures lists who left services without anybody first, then the latest.
func (r *request) drawDepartures(p *panel, result query.Result) error {
	in := columnsOf(result)
	rows := slices.Clone(result.Rows)
	slices.Reverse(rows) // they come by their last day
	alone := func(row []any) []string { list, _ := row[in["left_uncovered"]].([]string); return list }
	slices.SortStableFunc(rows, func(a, b []any) int { return min(len(alone(b)), 1) - min(len(alone(a)), 1) })
	var bare []string
	for _, row := range rows {
		bare = append(bare, alone(row)...)
	}
	slices.Sort(bare)
	bare = slices.Compact(bare)
	p.Title = plural(len(rows), "person") + " who responded to incidents left in 12 months"
	switch n := len(bare); {
	case n == 0:
		p.Title += "; every service they knew still had somebody who had handled two of its incidents"
	case n <= 3:
		p.Title += ", and with them the last who knew " + strings.Join(bare, ", ")
	default:
		p.Title += ", and with them the last who knew " + plural(n, "service")
	}
	p.Sub = "those who left services without anybody first, then the latest · incidents and hours of the 12 months to the last day, which is the roster's · " + r.yearWords()
	t := &table{Caption: "People who responded to incidents and left", RowHead: true, Head: []headCell{{Text: "Person"}, {Text: "Team"}, {Text: "Last day"}, {Text: "Incidents", Title: "of those with a responder", Number: true},
		{Text: "Share", Title: "of incidents with a responder, with its 95% interval", Number: true}, {Text: "Engaged h", Title: "person-hours", Number: true}, {Text: "Nobody else knew", Title: "services that nobody who stayed had responded to twice"}}}
	for i, row := range rows {
		if i == mostDepartures {
			t.More = len(rows) - i
			break
		}
		c := cells{in, row}
		share := tableCell{Text: c.share("incident_share"), Number: true}
		if low, ok := c.number("ci_low"); ok {
			share.Text += fmt.Sprintf(" (%s–%s)", strings.TrimSuffix(query.Percent(low), "%"), c.share("ci_high"))
		}
		t.Rows = append(t.Rows, []tableCell{{Text: personName(row, in), URL: r.personURL(c.text("person"))}, {Text: c.text("team")}, {Text: c.text("last_day"), Whole: true}, {Text: fmt.Sprintf("%s of %s", c.decimal("incidents"), c.decimal("of")), Number: true},
			share, hoursCell(row[in["engaged_hours"]]), {Text: strings.Join(alone(row), ", ")}})
	}
	p.Table, p.Tables = t, true
	p.Next = r.next("/dependency#leave", "what would go with others", "/tenure#horizon", "when people become fully vested")
	return nil
}

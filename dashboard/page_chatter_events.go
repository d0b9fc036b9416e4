package dashboard

import (
	"fmt"

	"github.com/orgheat/orgheat/query"
)

var chatterEventsPage = page{Path: "/chatter/events", Name: "chatter_events", Title: "Events", Question: "What is behind this cell?", Hidden: true,
	Filters: filterNames, Raw: true, Show: showChatterEvents}

type chatterEventsView struct {
	base
	Back   string // to the heat map
	Events *panel
}

func showChatterEvents(r *request) (view, error) {
	v := &chatterEventsView{Back: link("/chatter", without(r.filter.Values(), "weekday", "hour", "group", "date"))}
	v.Title = "Events" + r.cellWords()
	v.Events = r.metric("events", "events", nil, func(p *panel, result query.Result) error {
		p.Title = plural(len(result.Rows), "action") + r.cellWords()
		if len(p.Warnings) > 0 { // not all
			p.Title = "The newest " + p.Title
		}
		p.Sub = fmt.Sprintf("newest first · times are UTC, the cell is on %s · %s", r.clockWords(), r.rangeWords())
		p.Table, p.Tables = eventsTable(result), true
		return nil
	})
	return v, r.run(v.Events)
}

func eventsTable(result query.Result) *table {
	in := columnsOf(result)
	t := &table{Caption: "Actions, newest first", Head: []headCell{{Text: "Time (UTC)"}, {Text: "Person"}, {Text: "Kind"}, {Text: "Source"}, {Text: "Place"}}}
	for i, row := range result.Rows {
		if i == mostTableRows {
			t.More = len(result.Rows) - i
			break
		}
		person := tableCell{Text: text(row[in["name"]]), Title: text(row[in["person"]])}
		if person.Text == "" {
			person.Text = groupName("person", person.Title)
		}
		kind := spoken(text(row[in["kind"]]))
		if emoji := text(row[in["emoji"]]); emoji != "" {
			kind += " :" + emoji + ":"
		}
		t.Rows = append(t.Rows, []tableCell{timeCell(text(row[in["at"]])), person, {Text: kind}, {Text: text(row[in["source"]])}, {Text: text(row[in["place"]])}})
	}
	return t
}

// cellWords is the cell of the drill-down in words, with a space before them; "" for no cell.
func (r *request) cellWords() (s string) {
	f := r.filter
	if f.Weekday > 0 {
		s += " on " + weekdayNames[f.Weekday-1] + "s"
	}
	if f.Date != "" {
		s += " on " + humanDay(f.Date)
	}
	if f.Hour >= 0 {
		s += fmt.Sprintf(" from %02d:00 to %02d:00", f.Hour, f.Hour+1)
	}
	if f.Group != nil {
		s += fmt.Sprintf(", %s %s", f.By, groupName(f.By, *f.Group))
	}
	return s
}

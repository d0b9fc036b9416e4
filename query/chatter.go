package query

import (
	"context"
	"time"
)

var chatter = defineAsking[chatterPart, chatterRow](Meta{
	ID: "chatter", Title: "Chatter heat map", Question: "When does the organization talk, and who is absent?",
	Definition: "Messages, replies, files, notes, speech in calls, acknowledgements and resolutions by people, pull-request and ticket actions by people, alerts and pages, " +
		"by weekday and hour of the chosen clock. Local is each person's own clock at that instant; what has no person (alerts) is on the organization's. Bots' messages are not " +
		"counted; several pages to one person for one alert within 60 s are one. Reactions and joins only when asked for by kind.",
	Unit: Count, By: []string{"none", "team", "function", "person", "source", "location"}, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, viewChatter)

type chatterRow struct {
	Weekday uint8  `col:"weekday" unit:"1 Monday to 7 Sunday"`
	Hour    uint8  `col:"hour" unit:"hour of day"`
	Group   string `col:"group" type:"group"`
	Count   uint64 `col:"count" unit:"actions"`
	People  uint64 `people:"n"`
}

// viewChatter remembers weeks by group, too: of thousands of groups they are a sixth of the table, which is too large to be kept.
func viewChatter(ctx context.Context, db *DB, f Filter, _ func() ([]chatterPart, error)) (table, error) {
	type weeks struct {
		list  []*chatterOf
		sizes map[chatterCell]uint64
	}
	kept, err := remember(ctx, db, answerKey(ctx, db, "weeks", f), func(w weeks) int { return 7*24*len(w.list)/6 + 3*len(w.sizes) }, func() (w weeks, err error) {
		w.list, w.sizes, err = askChatter(ctx, db, f, partNames{"chatter", "chatter.hours", "chatter.linked"}, partNames{"chatter.crowd", "chatter.hours-crowd", "chatter.linked-crowd"})
		return w, err
	})
	if err != nil {
		return table{}, err
	}
	return chatterTable(kept.list, kept.sizes), nil
}

// chatterTable is tableOf chatterRow: of thousands of groups there are hundreds of thousands.
func chatterTable(list []*chatterOf, sizes map[chatterCell]uint64) (t table) {
	n := 0
	for _, of := range list {
		for _, count := range of.counts {
			if count > 0 {
				n++
			}
		}
	}
	t.rows, t.people = newRows(n, 4), make([]int, 0, n)
	for _, of := range list {
		var group any = of.group // once, not for each cell
		for slot, count := range of.counts {
			if count > 0 {
				row := t.rows[len(t.people)]
				row[0], row[1], row[2], row[3] = uint8(slot/24+1), uint8(slot%24), group, count
				t.people = append(t.people, int(sizes[chatterCell{of.group, uint32(slot)}]))
			}
		}
	}
	return t
}

var chatterCalendar = defineAsking[chatterPart, chatterDay](Meta{
	ID: "chatter-calendar", Title: "Chatter by day", Question: "Which days were loud?",
	Definition: "The same actions as chatter, by day of the chosen clock. Days without any are not listed.",
	Unit:       Count, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, viewChatterDays)

type chatterDay struct {
	Date   string `col:"date" type:"date"`
	Count  uint64 `col:"count" unit:"actions"`
	People uint64 `people:"n"`
}

func viewChatterDays(ctx context.Context, db *DB, f Filter, _ func() ([]chatterPart, error)) (table, error) {
	list, sizes, err := askChatter(ctx, db, f, partNames{"chatter-calendar", "chatter-calendar.hours", "chatter-calendar.linked"},
		partNames{"chatter-calendar.crowd", "chatter-calendar.hours-crowd", "chatter-calendar.linked-crowd"})
	if err != nil {
		return table{}, err
	}
	var out []chatterDay
	for _, of := range list { // one at most
		for day, n := range of.counts {
			if n > 0 {
				out = append(out, chatterDay{time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly), n, sizes[chatterCell{of.group, uint32(day)}]})
			}
		}
	}
	return tableOf(out, nil), nil
}

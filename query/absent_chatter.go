package query

import "context"

var absentChatter = defineReading(Meta{
	ID: "absent-chatter", Title: "Absent chatter", Question: "When is one function alone, and who is absent?",
	Definition: "Weekday-hour cells of the chosen clock in which, over the whole range, only one function was active, on at least 3 dates. Counts what chatter counts, " +
		"without pages and alerts (they are done to a sleeping person) and without people of no function.",
	Unit: Count, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, viewAbsent)

type absentRow struct {
	Weekday      uint8  `ch:"weekday" col:"weekday" unit:"1 Monday to 7 Sunday"`
	Hour         uint8  `ch:"hour_of_day" col:"hour" unit:"hour of day"`
	OnlyFunction string `ch:"only_function" col:"only_function"`
	Hours        uint64 `ch:"dates" col:"hours" unit:"dates with activity"`
	Count        uint64 `ch:"n" col:"count" unit:"actions"`
	People       uint64 `ch:"people" people:"n"`
}

// viewAbsent says so where nobody's function is known: then nothing can be absent.
func viewAbsent(ctx context.Context, db *DB, _ Filter, rows []absentRow) ([]absentRow, []string, error) {
	if len(rows) > 0 {
		return rows, nil, nil
	}
	var known bool
	if err := db.conn.QueryRow(ctx, "SELECT count() > 0 FROM person_at WHERE function != ''").Scan(&known); err != nil || known {
		return nil, nil, err
	}
	return nil, []string{"nobody's function is known: load roster with a column function"}, nil
}

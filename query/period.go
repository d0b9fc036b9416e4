package query

import (
	"fmt"
	"time"
)

// periodStart is the start of the quarter, month or year that holds t, in a zone.
func periodStart(t time.Time, by string, zone *time.Location) time.Time {
	l := t.In(zone)
	month := l.Month()
	switch by {
	case "quarter":
		month -= (month - 1) % 3
	case "year":
		month = 1
	}
	return time.Date(l.Year(), month, 1, 0, 0, 0, 0, zone)
}

func nextPeriod(start time.Time, by string) time.Time {
	return start.AddDate(0, monthsIn(by), 0)
}

// periodName writes a period by its start: 2026Q3, 2026-07 or 2026.
func periodName(start time.Time, by string) string {
	switch by {
	case "quarter":
		return fmt.Sprintf("%dQ%d", start.Year(), (start.Month()+2)/3)
	case "year":
		return fmt.Sprint(start.Year())
	}
	return start.Format("2006-01")
}

// monthsIn is how many months a period has.
func monthsIn(by string) int { return map[string]int{"month": 1, "quarter": 3, "year": 12}[by] }

// periodNumbered is the name of the nth month or quarter since the year 0, as SQL numbers them.
func periodNumbered(n int32, by string) string {
	month := int(n) * monthsIn(by)
	return periodName(time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC), by)
}

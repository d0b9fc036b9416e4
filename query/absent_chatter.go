package query

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

var absentChatter = defineAsking[slotChatter, absentRow](Meta{
	ID: "absent-chatter", Title: "Absent chatter", Question: "When is one function alone, and who is absent?",
	Definition: "Weekday-hour cells of the chosen clock in which, over the whole range, only one function was active, on at least 3 dates. Counts what chatter counts, " +
		"without pages and alerts (they are done to a sleeping person) and without people of no function.",
	Unit: Count, Clock: "local", Loads: []string{"slack", "pagerduty", "github", "jira"},
}, viewAbsent)

// slotChatter is what happened in a weekday-hour slot of some part of the range.
type slotChatter struct {
	Slot      uint8           `ch:"slot"` // hours since Monday's first
	Functions texts           `ch:"functions"`
	Actions   uint64          `ch:"actions"`
	Months    numbers[uint32] `ch:"months"` // YYYYMM; of slots of one function, as are weeks
	Weeks     numbers[uint32] `ch:"weeks"`  // bits: weeks of the month, the lowest the one before its first day; without months: weeks since the Monday before 1970
}

type absentRow struct {
	Weekday      uint8  `col:"weekday" unit:"1 Monday to 7 Sunday"`
	Hour         uint8  `col:"hour" unit:"hour of day"`
	OnlyFunction string `col:"only_function"`
	Hours        uint64 `col:"hours" unit:"dates with activity"`
	Count        uint64 `col:"count" unit:"actions"`
	People       uint64 `people:"n"`
}

// leastDates is on how many dates a function has to be alone.
const leastDates = 3

// viewAbsent says so where nobody's function is known: then nothing can be absent.
func viewAbsent(ctx context.Context, db *DB, f Filter, _ func() ([]slotChatter, error)) (table, error) {
	dimension, _, _ := f.sums()
	summed := dimension == "function" || dimension == "source" && len(f.Sources) == 0
	var slots []slotChatter
	var sizes map[chatterCell]uint64
	var g errgroup.Group
	g.Go(func() (err error) {
		slots, err = askParts[slotChatter](ctx, db, f, summed, partNames{"absent-chatter", "absent-chatter.hours", "absent-chatter.linked"})
		return err
	})
	if db.sized(ctx) {
		g.Go(func() error {
			people, err := askParts[crowdPart](ctx, db, f, summed, partNames{"absent-chatter.crowd", "absent-chatter.hours-crowd", "absent-chatter.linked-crowd"})
			sizes = joinCrowds(people)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return table{}, err
	}
	var cells [7 * 24]absentCell
	for _, part := range slots {
		cells[part.Slot].add(part)
	}
	var out []absentRow
	for slot, c := range cells {
		if len(c.functions) != 1 || len(c.weeks) < leastDates || len(f.Functions) > 0 && !slices.Contains(f.Functions, c.functions[0]) {
			continue
		}
		out = append(out, absentRow{Weekday: uint8(slot/24 + 1), Hour: uint8(slot % 24), OnlyFunction: c.functions[0], Hours: uint64(len(c.weeks)), Count: c.actions,
			People: sizes[chatterCell{"", uint32(slot)}]})
	}
	if len(out) > 0 {
		return tableOf(out, nil), nil
	}
	var known bool
	if err := db.conn.QueryRow(ctx, "SELECT count() > 0 FROM person_at WHERE function != ''").Scan(&known); err != nil || known {
		return tableOf(out, nil), err
	}
	return tableOf(out, []string{"nobody's function is known: load roster with a column function"}), nil
}

// absentCell is a slot over the whole range.
type absentCell struct {
	functions []string
	weeks     map[uint32]bool // since the Monday before 1970: a slot has one date in each
	actions   uint64
}

func (c *absentCell) add(part slotChatter) {
	if c.weeks == nil {
		c.weeks = map[uint32]bool{}
	}
	for _, function := range part.Functions {
		if !slices.Contains(c.functions, function) {
			c.functions = append(c.functions, function)
		}
	}
	c.actions += part.Actions
	for i, weeks := range part.Weeks {
		if len(part.Months) == 0 {
			c.weeks[weeks] = true
			continue
		}
		month := time.Date(int(part.Months[i]/100), time.Month(part.Months[i]%100), 1, 0, 0, 0, 0, time.UTC)
		first := uint32(month.Unix()/86400+3)/7 - 1
		for ; weeks > 0; weeks &= weeks - 1 {
			c.weeks[first+uint32(bits.TrailingZeros32(weeks))] = true
		}
	}
}

package query

import (
	"context"
	"errors"
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
	Some      uint8           `ch:"some"`   // people in one month at most, 6: more than 5; 0 where sizes do not matter
	Known     numbers[uint64] `ch:"known"`  // people by hash, some of them where there are more than 5
	Months    numbers[uint32] `ch:"months"` // YYYYMM; of slots of one function, as are weeks
	Weeks     numbers[uint32] `ch:"weeks"`  // bits: weeks of the month, the lowest the one before its first day; without months: weeks since the Monday before 1970
}

// restOfAbsentSQL is what sums of whole months do not tell: the rest of the range, or all of it.
const restOfAbsentSQL = restOfAbsent + "activity_hourly WHERE " + restOfAbsentWhere

// restOfAbsentLinkedSQL is restOfAbsentSQL of the activity that belongs to incidents of the filter's services and severities.
const restOfAbsentLinkedSQL = restOfAbsent + `incident_hourly
	WHERE hasAny(incidents, (
			SELECT groupArray(incident) FROM incident_facts
			WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})))
		AND ` + restOfAbsentWhere

const restOfAbsent = `WITH {sums:String} = 'function' OR {sums:String} = 'source' AND empty({sources:Array(String)}) AS summed
SELECT slot, formatRow('RowBinary', groupUniqArray(toString(func))) AS functions, sum(count) AS actions, if({sized:Bool}, toUInt8(uniqUpTo(5)(person)), 0) AS some,
	formatRow('RowBinary', if({sized:Bool}, groupUniqArray(6)(cityHash64(person)), [])) AS known, formatRow('RowBinary', CAST([], 'Array(UInt32)')) AS months,
	formatRow('RowBinary', groupUniqArray(week)) AS weeks
FROM (
	SELECT if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour)) AS at, toUInt8((intDiv(toUInt32(at), 3600) + 72) % 168) AS slot, function AS func,
		toUInt32(intDiv(toUInt32(toDate(at)) + 3, 7)) AS week, person, count
	FROM `

const restOfAbsentWhere = `org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
		AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
		AND (NOT summed OR (toYYYYMM(org_hour) < {whole_from:UInt32} OR toYYYYMM(org_hour) >= {whole_to:UInt32}) AND (hour < {rest_before:DateTime('UTC')} OR hour >= {rest_from:DateTime('UTC')}))
		AND kind NOT IN ('page', 'alert') AND person != '' AND function != ''
		AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)})
		AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)}))
GROUP BY slot`

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
func viewAbsent(ctx context.Context, db *DB, f Filter, ask func() ([]slotChatter, error)) (table, error) {
	var rest []slotChatter
	var g errgroup.Group
	g.Go(func() (err error) {
		if len(f.Services)+len(f.Severities) > 0 {
			rest, err = scanAll[slotChatter](db.conn.Query(ctx, restOfAbsentLinkedSQL))
		} else {
			rest, err = scanAll[slotChatter](db.conn.Query(ctx, restOfAbsentSQL))
		}
		return err
	})
	summed, err := ask()
	if err := errors.Join(err, g.Wait()); err != nil {
		return table{}, err
	}
	var cells [7 * 24]absentCell
	for _, part := range append(summed, rest...) {
		cells[part.Slot].add(part)
	}
	var out []absentRow
	for slot, c := range cells {
		if len(c.functions) != 1 || len(c.weeks) < leastDates || len(f.Functions) > 0 && !slices.Contains(f.Functions, c.functions[0]) {
			continue
		}
		out = append(out, absentRow{Weekday: uint8(slot/24 + 1), Hour: uint8(slot % 24), OnlyFunction: c.functions[0], Hours: uint64(len(c.weeks)), Count: c.actions, People: c.people()})
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
	some      uint8
	known     map[uint64]bool
}

func (c *absentCell) add(part slotChatter) {
	if c.weeks == nil {
		c.weeks, c.known = map[uint32]bool{}, map[uint64]bool{}
	}
	for _, function := range part.Functions {
		if !slices.Contains(c.functions, function) {
			c.functions = append(c.functions, function)
		}
	}
	c.actions += part.Actions
	c.some = max(c.some, part.Some)
	for _, person := range part.Known {
		c.known[person] = true
	}
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

// people is how many there are behind the cell: exact to 5, and 6 says more than 5.
func (c *absentCell) people() uint64 {
	if c.some > 5 {
		return 6
	}
	return uint64(min(len(c.known), 6))
}

package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var vestingFields = []field{
	{name: "person", required: true, synonyms: []string{"email", "person email", "employee", "employee email", "stakeholder", "holder", "grantee"}},
	{name: "start", required: true, synonyms: []string{"vesting start", "vesting start date", "vesting commencement date", "vesting commencement", "start date", "grant date"}},
	{name: "cliff_months", required: true, synonyms: []string{"cliff", "cliff (months)", "months to cliff"}},
	{name: "total_months", required: true, synonyms: []string{"total", "vesting months", "duration months", "vesting period months", "total (months)"}},
	{name: "frequency", required: true, synonyms: []string{"vesting frequency", "period"}},
	{name: "quantity", required: true, synonyms: []string{"shares", "units", "options", "granted", "quantity granted", "quantity issued"}},
	{name: "id", synonyms: []string{"grant id", "grant", "security id", "certificate", "award id"}},
}

var vesting = Source{
	Name:   "vesting",
	Doc:    "CSV of equity grants: person, start, cliff_months, total_months, frequency (monthly, quarterly, yearly), quantity",
	Detect: func(in Input) bool { return in.csvMostly(vestingFields) },
	Read:   reading(readVesting),
}

// readVesting sends one grant per line. Without an id the key is the person, the start and the grant's ordinal among the person's
// grants of that start in the file.
func readVesting(e *emitter) {
	ordinal := map[string]int{}
	ids := map[string]bool{}
	e.csv(vestingFields, func(rec csvRecord) {
		row := schema.GrantRow{Source: "vesting", NativeID: rec.get("id"), Person: personKey(rec.get("person"))}
		if row.Person == "" {
			e.reject("person is empty", "")
			return
		}
		if rec.get("start") == "" {
			e.reject("start is empty", "")
			return
		}
		var ok bool
		if row.Start, ok = e.day("start", rec.get("start")); !ok {
			return
		}
		if row.CliffMonths, ok = months(rec.get("cliff_months")); !ok {
			e.reject("cliff_months is not a whole number of months up to 600", rec.get("cliff_months"))
			return
		}
		if row.TotalMonths, ok = months(rec.get("total_months")); !ok || row.TotalMonths == 0 {
			e.reject("total_months is not a whole number of months from 1 to 600", rec.get("total_months"))
			return
		}
		if row.CliffMonths > row.TotalMonths {
			e.reject("cliff_months is more than total_months", rec.get("cliff_months"))
			return
		}
		if row.PeriodMonths = periodMonths(rec.get("frequency")); row.PeriodMonths == 0 {
			e.reject("frequency is not monthly, quarterly or yearly", rec.get("frequency"))
			return
		}
		if row.Quantity, ok = quantity(rec.get("quantity")); !ok {
			e.reject("quantity is not a positive number", rec.get("quantity"))
			return
		}
		if row.NativeID == "" {
			key := row.Person + "|" + row.Start.Format(time.DateOnly)
			ordinal[key]++
			row.NativeID = fmt.Sprintf("%s|%d", key, ordinal[key])
		}
		if ids[row.NativeID] {
			e.reject("the grant is in this file already", row.NativeID)
			return
		}
		ids[row.NativeID] = true
		e.row(&row)
		e.person("vesting", row.Person)
		e.done()
	})
}

// months reads a number of calendar months; "" is 0.
func months(s string) (uint16, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil && n <= 600
}

func periodMonths(s string) uint16 {
	switch strings.ToLower(s) {
	case "monthly", "month", "1":
		return 1
	case "quarterly", "quarter", "3":
		return 3
	case "yearly", "annually", "annual", "year", "12":
		return 12
	}
	return 0
}

// thousands is a whole number as spreadsheets show it: 12,500. Shares are whole, so the comma cannot be a decimal one.
var thousands = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+$`)

// quantity reads a number of shares, with or without separators of thousands.
func quantity(s string) (float64, bool) {
	if thousands.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	v, ok := number(s)
	return v, ok && v > 0
}

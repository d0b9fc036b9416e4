package query

import (
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// An event that ends at a midnight lasts through that day, as loaders write it; one with hours ends on the day of its last hour, on the
// organization's clock: 23:30 UTC is the next day in Berlin. What came once recurs never, and the signal says so.
func TestCalendarOfDaysAndHours(t *testing.T) {
	set := schema.DefaultSettings()
	set.Zone = "Europe/Berlin"
	db := schematest.OpenWith(t, set)
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	event := func(name, start, end string) schema.Row {
		r := orgEvent(name, name, "", at(start))
		if end != "" {
			r.End = at(end)
		}
		return r
	}
	schematest.Write(t, db, 1_700_000_000_000, true, event("freeze", "2026-03-02 00:00", "2026-03-04 00:00"), event("offsite", "2026-03-09 00:00", ""), event("launch", "2026-03-12 10:00", "2026-03-12 23:30"),
		&schema.IncidentRow{Source: "incidents", NativeID: "X", Record: schema.RecordIncident, StartedAt: at("2026-03-04 12:00"), ResolvedAt: at("2026-03-04 13:00")})
	var got []string
	for _, row := range answerOf(t, db, "calendar", func(f *Filter) { f.zone = set.Location() }) {
		got = append(got, row["category"].(string)+" "+row["first"].(string)+" "+row["last"].(string))
	}
	same(t, got, []string{"freeze 2026-03-02 2026-03-04", "offsite 2026-03-09 2026-03-09", "launch 2026-03-12 2026-03-13"})

	evidence := ""
	for _, row := range answerOf(t, db, "signals", func(f *Filter) { f.Incident = "X" }) {
		if row["signal"] == "org_event" {
			evidence = row["evidence"].(string)
		}
	}
	if !strings.Contains(evidence, "During freeze, which had no other occurrence") {
		t.Errorf("the evidence is %q", evidence)
	}
}

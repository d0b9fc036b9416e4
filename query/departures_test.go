package query

import (
	"fmt"
	"testing"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// TestDepartures. By 31 May Ada was in 9 of 10 incidents, 9 times 25 minutes; Bo, who stays, in INC-7 to INC-10: four of the ledger, of them
// INC-7 and INC-9 of the mailer, too. By 30 April she was in all 8, and Bo in INC-7 and INC-8: two of the ledger, one of the mailer.
func TestDepartures(t *testing.T) {
	for _, c := range []struct{ end, want string }{
		{"2026-05-31", "ada@x.org 2026-05-31 9 10 0.9 3.75 []"},
		{"2026-04-30", "ada@x.org 2026-04-30 8 8 <nil> 3.3333333333333335 [mailer]"},
	} {
		db := schematest.Open(t)
		rows := halfYear()
		for _, r := range rows {
			if p, ok := r.(*schema.PersonRow); ok && p.Email == "ada@x.org" {
				p.EndDate = date(c.end)
			}
		}
		schematest.Write(t, db, 1_700_000_000_000, true, rows...)
		tell := func(from, to string) (lines []string) {
			for _, r := range answerOf(t, db, "departures", func(f *Filter) { f.From, f.To = date(from), date(to) }) {
				lines = append(lines, fmt.Sprint(r["person"], " ", r["last_day"], " ", r["incidents"], " ", r["of"], " ", r["incident_share"], " ", r["engaged_hours"], " ", r["left_uncovered"]))
			}
			return lines
		}
		same(t, tell("2026-04-30", "2026-06-01"), []string{c.want})
		same(t, tell(c.end, "2026-06-01"), []string{c.want}) // the last day counts
		same(t, tell("2026-01-01", c.end), nil)              // and --to does not
	}
}

// TestDeparturesWithoutRoster: nobody can be known to have left, which is not that nobody did.
func TestDeparturesWithoutRoster(t *testing.T) {
	db := schematest.Open(t)
	var rows []schema.Row
	for _, r := range halfYear() {
		if _, ok := r.(*schema.PersonRow); !ok {
			rows = append(rows, r)
		}
	}
	schematest.Write(t, db, 1_700_000_000_000, true, rows...)
	if got, warnings := answer(t, NewDB(db), "departures"); len(got) != 0 || len(warnings) != 1 || warnings[0] != withoutRoster {
		t.Errorf("%v, warnings %q", got, warnings)
	}
}

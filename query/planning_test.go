package query_test

import (
	"slices"
	"testing"

	"github.com/orgheat/orgheat/query"
)

// planningOfSignalOrg: the 12 months before 2024-03-05 hold H5 to H23, X and Y: 21 incidents, all Core's, X also Web's.
//
//	engaged min: ana 19*20 + 40 = 420, ben 19*10 + 10 = 200, kai 40 (all at night), cem 20, eli 10: Core 660, all 690
//	on call: ana 2023-03-05..2024-01-01, 302 of 366 days = .825; kai 26 h of the 147 days since 2023-10-10 = .007: .83, / .25 = 4 people
//	responses of Core of known status: 19 times Ana on call and Ben not, Kai once: 19 of 39, Wilson [.3387, .6379]; all teams 21 of 41
//	fully vested: Ana; 420 of Core's 660 min, of all 690 61%
//
// Web and Care have one or two incidents and responses: too few.
func planningOfSignalOrg(t *testing.T, db *query.DB) {
	r := answer(t, db, "planning", "")
	var got [][4]string
	for _, row := range records(r) {
		got = append(got, [4]string{row["team"].(string), row["kind"].(string), row["suggestion"].(string), row["evidence"].(string)})
		if row["evidence_plain"] == "" || row["reference_source"] == "" {
			t.Errorf("no plain evidence or no source: %v", row)
		}
	}
	want := [][4]string{
		{"Core", "headcount", "Find 1 more for the rota, or share it with another team", "2 people of 3 members carried 0.83 people's whole time on call, one of them 83% of theirs; at 25% each it takes 4 people (0.83 / 0.25)"},
		{"Core", "rota", "Ask why people who are not on call are needed: widen the rota, or write down what only they know", "19 of 39 responses (49%) were by people who were not on call: one person (51% in all teams)"},
		{"Core", "headcount", "Plan for departures: hire or train ahead of the vesting dates", "By 2025-03 64% of the 11 engaged hours of today's members will be those of people who are fully vested (64% now; 61% then in all teams)"},
		{"Core", "training", "Pair a second person on these incidents until no one person holds half", "Ana Alba held 61% of the 12 engaged hours in the team's 21 incidents with a responder, of 5 people: contributor absence factor 1"},
		{"Core", "training", "Have newcomers to the rota shadow a shift, and rehearse an incident, before their first", "Kai Kim met 1 incident while on call for the first time"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("suggestions:\n got %q\nwant %q", got, want)
	}
	if w := []string{"too few to say (under 10 incidents or responses, or 10 h) for a part of: Care, Web"}; !slices.Equal(r.Warnings, w) {
		t.Errorf("warnings %q, want %q", r.Warnings, w)
	}
	if web := answer(t, db, "planning", "team=Web"); len(web.Rows) != 0 {
		t.Errorf("suggestions for Web: %v", web.Rows)
	}
}

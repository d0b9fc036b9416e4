package query_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// Records without people, one a week from 2023-01-05 on: ten in each quarter of 2023 and three in 2024Q1.
//
//	quarter             2023Q1  Q2  Q3  Q4  2024Q1
//	theme Network            1   3   5   8       1   (once spelled "network", in Q2)
//	"Database failover"      1   1   1   1       0   no theme: by rule database
//	"Clock skew"             1   0   0   1       1   no theme and in no rule; teams A, B, A
//	"Something odd"          the rest                no theme and in no rule
func themeOrg(t *testing.T) *query.DB {
	t.Helper()
	var rows []schema.Row
	add := func(start time.Time, title, team string, themes ...string) {
		rows = append(rows, &schema.IncidentRow{Source: "statuspage", NativeID: fmt.Sprint("S", len(rows)+1), Record: schema.RecordIncident, Title: title, StartedAt: start, ResolvedAt: start.Add(time.Hour), OwningTeam: team, Themes: themes})
	}
	skewed := map[int]string{0: "A", 3: "B", 4: "A"}
	for q, network := range []int{1, 3, 5, 8, 1} {
		start, size := at("2023-01-05").AddDate(0, 3*q, 0), 10
		if q == 4 {
			size = 3
		}
		next := func() time.Time { start = start.AddDate(0, 0, 7); return start }
		for i := range network {
			theme := "Network"
			if q == 1 && i == 0 {
				theme = " network"
			}
			add(next(), "Packets lost", "", theme)
		}
		rest := size - network
		if q < 4 {
			add(next(), "Database failover", "")
			rest--
		}
		if team := skewed[q]; team != "" {
			add(next(), "Clock skew on nodes", team)
			rest--
		}
		for range rest {
			add(next(), "Something odd", "")
		}
	}
	db := schematest.Open(t)
	schematest.Write(t, db, 1_700_000_000_000, true, rows...)
	return query.NewDB(db)
}

func TestThemes(t *testing.T) {
	db := themeOrg(t)
	r := answer(t, db, "themes", "")
	got := map[string]map[string]any{}
	for _, row := range records(r) {
		got[row["period"].(string)+" "+row["theme"].(string)] = row
	}
	// Three themes (Network, database, none) in five quarters, also where there were none.
	if len(r.Rows) != 15 {
		t.Errorf("%d rows, want 15", len(r.Rows))
	}
	for key, want := range map[string][3]any{ // incidents, of, by_rule
		"2023Q1 Network": {1, 10, 0}, "2023Q2 Network": {3, 10, 0}, "2023Q3 Network": {5, 10, 0}, "2023Q4 Network": {8, 10, 0}, "2024Q1 Network": {1, 3, 0},
		"2023Q1 database": {1, 10, 1}, "2024Q1 database": {0, 3, 0}, "2023Q1 ": {8, 10, 0}, "2023Q4 ": {1, 10, 0},
	} {
		row := got[key]
		if row == nil || row["incidents"] != want[0] || row["of"] != want[1] || row["by_rule"] != want[2] {
			t.Errorf("%s: %v, want %v", key, row, want)
		}
	}
	// Wilson of 1/10: [.0178762, .404150].
	first := got["2023Q1 Network"]
	if first["share"] != .1 || math.Abs(first["ci_low"].(float64)-.0178762) > 1e-6 || math.Abs(first["ci_high"].(float64)-.404150) > 1e-6 {
		t.Errorf("share of 1 in 10: %v", first)
	}
	if last := got["2024Q1 Network"]; last["share"] != nil || last["ci_low"] != nil {
		t.Errorf("a share of three incidents: %v", last)
	}
	// R's prop.trend.test(c(1,3,5,8,1), c(10,10,10,10,3)): chi2 7.18607. The only test: four database incidents are too few for one.
	const networkP = .00734715
	if p, q := first["trend_p"].(float64), first["trend_q"].(float64); math.Abs(p-networkP) > 1e-6 || math.Abs(q-networkP) > 1e-6 || first["trend"] != "rising" {
		t.Errorf("trend of Network: p %v, q %v, %v", p, q, first["trend"])
	}
	if d := got["2023Q1 database"]; d["trend"] != "" || d["trend_p"] != nil {
		t.Errorf("trend of database: %v", d)
	}
	if none := got["2023Q1 "]; none["trend_p"] != nil {
		t.Errorf("no theme has a trend: %v", none)
	}
	for _, w := range []string{"4 incidents without a theme got one from words of the title or trigger (by_rule): a trend there may be one of how titles are written", "21 of 43 incidents without any theme"} {
		if !slices.Contains(r.Warnings, w) {
			t.Errorf("no warning %q in %q", w, r.Warnings)
		}
	}
	for _, row := range records(answer(t, db, "themes", "by=year")) {
		if row["period"] == "2023" && row["theme"] == "Network" && (row["incidents"] != 17 || row["of"] != 40) {
			t.Errorf("2023: %v", row)
		}
	}
	t.Run("rules of the configuration", func(t *testing.T) {
		db.Settings.Themes = map[string][]string{"oddities": {"ODD"}}
		defer func() { db.Settings.Themes = nil }()
		for _, row := range records(answer(t, db, "themes", "by=year&to=2024-01-01")) {
			// 2023: 10*4 - 17 Network - 4 database - 2 clock skew are odd.
			if row["theme"] == "oddities" && row["incidents"] != 17 || row["theme"] == "database" {
				t.Errorf("with the rule oddities: %v", row)
			}
		}
	})
	t.Run("triggers", func(t *testing.T) {
		rows := records(answer(t, db, "triggers", ""))
		// Clock skew: the 3rd week of 2023Q1 (01-26), the tenth of Q4 (10-05 + 10 weeks = 12-14) and the second of 2024Q1 (01-19).
		if len(rows) != 1 || rows[0]["trigger"] != "clock skew" || rows[0]["incidents"] != 3 || rows[0]["teams"] != 2 || rows[0]["most_in_12_months"] != 3 ||
			rows[0]["first_at"] != "2023-01-26T00:00:00Z" || rows[0]["last_at"] != "2024-01-19T00:00:00Z" || rows[0]["evidence"] != "Third clock skew in 12 months, in 2 different teams (2024-01-19)" {
			t.Errorf("triggers: %v", rows)
		}
	})
}

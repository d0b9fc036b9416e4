package query

var coverage = define(Meta{
	ID: "coverage", Title: "Coverage", Question: "What is loaded, and do we know whose it is?",
	Definition: "Rows of activity by source and UTC month, bots included, repeated pages once; the distinct people behind them; and the share of people's rows whose person a roster or an alias knows.",
	Unit:       Count,
}, viewCoverage)

type coverageRow struct {
	Source       string   `ch:"src" col:"source"`
	Month        string   `ch:"mon" col:"month"`
	Rows         uint64   `ch:"n" col:"rows" unit:"rows"`
	People       uint64   `ch:"persons" col:"people" unit:"people"`
	OfPeople     uint64   `ch:"of_people" col:"people_rows" unit:"rows"`
	MatchedShare *float64 `ch:"matched_share" col:"matched_share" unit:"share of people's rows"`
}

func viewCoverage(_ *DB, _ Filter, rows []coverageRow) ([]coverageRow, []string, error) {
	few := 0
	for i := range rows {
		if rows[i].MatchedShare != nil && rows[i].OfPeople < minDenominator {
			rows[i].MatchedShare = nil
			few++
		}
	}
	return rows, tooFew(nil, few, "matched_share", "rows"), nil
}

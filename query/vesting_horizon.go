package query

import (
	"context"

	"github.com/orgheat/orgheat/query/stat"
)

var vestingHorizon = defineReading(Meta{
	ID: "vesting-horizon", Title: "Vesting horizon", Question: "How much of the response will soon rest on people with nothing left to wait for?",
	Definition: "Of the people employed at --to (without it: the day after the last incident), the share of the last 12 months' engaged time held by those who will be fully vested m = 0 to 36 calendar months later, that day included, " +
		"if nobody gets a new grant and nobody leaves. Fully vested: at least 80% of the granted quantity, and the first grant entirely. newly: the share minus today's.",
	Unit: Share, Loads: []string{"vesting", "roster", "incidents", "slack"},
}, viewVestingHorizon)

const horizonMonths = 36

type horizonPerson struct {
	Day     int32   `ch:"day"`
	Person  string  `ch:"person"`
	Minutes float64 `ch:"minutes"`
}

type horizonRow struct {
	Month        string   `col:"month"`
	EngagedShare *float64 `col:"engaged_share" unit:"share of engaged time"`
	Newly        *float64 `col:"newly" unit:"share of engaged time"`
	Date         string   `col:"date" type:"date"`
	Ahead        int      `col:"months_ahead" unit:"months"`
	FullyVested  int      `col:"fully_vested" unit:"people with engaged time"`
	N            int      `col:"n" unit:"people with engaged time"`
	People       uint64   `people:"n"`
}

func viewVestingHorizon(ctx context.Context, db *DB, _ Filter, rows []horizonPerson) ([]horizonRow, []string, error) {
	if len(rows) == 0 {
		return nil, []string{"nobody employed at the end of the range has engaged time in the 12 months before it; a roster says who is employed"}, nil
	}
	grants, err := db.grants(ctx)
	if err != nil {
		return nil, nil, err
	}
	vestees, without := make([]stat.Vestee, len(rows)), 0
	for i, r := range rows {
		vestees[i] = stat.Vestee{Hours: r.Minutes / 60, Grants: grants[r.Person]}
		if len(grants[r.Person]) == 0 {
			without++
		}
	}
	months := make([]int, horizonMonths+1)
	for m := range months {
		months[m] = m
	}
	points := stat.VestingHorizon(vestees, dayTime(rows[0].Day), months)
	out := make([]horizonRow, len(points))
	for i, p := range points {
		out[i] = horizonRow{Month: p.Day.Format("2006-01"), EngagedShare: number(p.Share), Newly: number(p.Newly), Date: p.Day.Format("2006-01-02"), Ahead: p.Months,
			FullyVested: p.People, N: len(rows), People: uint64(len(rows))}
	}
	if without > 0 {
		return out, []string{counted(without, "responder") + " without any grant never count as fully vested"}, nil
	}
	return out, nil, nil
}

package query

import (
	"context"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// grants are everybody's equity grants, by person.
func (db *DB) grants(ctx context.Context) (map[string][]stat.Grant, error) {
	return remember(ctx, db, "grants", nil, func() (map[string][]stat.Grant, error) {
		var rows []struct {
			Person   string    `ch:"person"`
			Start    time.Time `ch:"start"`
			Cliff    uint16    `ch:"cliff_months"`
			Total    uint16    `ch:"total_months"`
			Period   uint16    `ch:"period_months"`
			Quantity float64   `ch:"quantity"`
		}
		if err := db.conn.Select(ctx, &rows, "SELECT person, start, cliff_months, total_months, period_months, quantity FROM grant_of"); err != nil {
			return nil, err
		}
		all := map[string][]stat.Grant{}
		for _, r := range rows {
			all[r.Person] = append(all[r.Person], stat.Grant{Start: r.Start, CliffMonths: int(r.Cliff), TotalMonths: max(1, int(r.Total)), EveryMonths: max(1, int(r.Period)), Quantity: r.Quantity})
		}
		return all, nil
	})
}

// dayTime is a day since 1970-01-01 as midnight UTC.
func dayTime(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

package query

import (
	"context"
	"fmt"
	"time"
)

// Choices are the values that filters can take in what is loaded, sorted, and the time that it spans.
type Choices struct {
	Teams, Functions, Services, Severities, Sources []string
	First, Last                                     time.Time // hours of the first and the last activity or incident; zero: nothing is loaded
}

// Choices reads them. A viewer is offered the values that a viewer can choose. The lists are shared: do not change them.
func (db *DB) Choices(ctx context.Context) (Choices, error) {
	role := db.RoleOf(ctx)
	return remember(ctx, db, fmt.Sprintf("choices %t", role > Viewer), nil, func() (Choices, error) { return db.readChoices(ctx, role) })
}

func (db *DB) readChoices(ctx context.Context, role Role) (c Choices, err error) {
	var known uint64
	if err := db.conn.QueryRow(ctx, statement("choices")).Scan(&c.Teams, &c.Functions, &c.Services, &c.Severities, &c.Sources, &c.First, &c.Last, &known); err != nil {
		return c, fmt.Errorf("choices: %w", err)
	}
	if known == 0 {
		c.First, c.Last = time.Time{}, time.Time{}
	}
	if role > Viewer {
		return c, nil
	}
	sizes, err := db.sizes(ctx)
	if err != nil {
		return Choices{}, err
	}
	c.Teams, c.Functions, c.Services, c.Severities, c.Sources = sizes.open("team"), sizes.open("function"), sizes.open("service"), sizes.open("severity"), sizes.open("source")
	return c, nil
}

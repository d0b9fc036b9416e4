package query

import "context"

// loaded says what there is, to tell what nobody did from what nobody knows.
type loaded struct {
	Shifts    bool
	Ownership bool
}

func (db *DB) loaded(ctx context.Context) (loaded, error) {
	return remember(ctx, db, "loaded", nil, func() (l loaded, err error) {
		err = db.conn.QueryRow(ctx, "SELECT (SELECT count() FROM shift) > 0, (SELECT count() FROM ownership) > 0").Scan(&l.Shifts, &l.Ownership)
		return l, err
	})
}

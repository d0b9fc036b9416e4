package schema

import "context"

// MigrateTo takes the first n steps only, as a program of that time did.
func MigrateTo(ctx context.Context, db *DB, n int) error {
	all, err := Migrations()
	if err == nil {
		_, err = db.migrate(ctx, all[:n], false)
	}
	return err
}

package schema

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// Secret is a key of this installation for one purpose, 32 bytes. It is made when the database is and never changes; keys of two purposes
// tell nothing of each other.
func (db *DB) Secret(ctx context.Context, purpose string) ([]byte, error) {
	const read = "SELECT count(), argMin(value, (at, value)) FROM installation WHERE name = 'secret'"
	var n uint64
	var master string
	err := db.Conn.QueryRow(ctx, read).Scan(&n, &master)
	if err == nil && n == 0 {
		if err = db.Conn.Exec(ctx, "INSERT INTO installation (name, value) VALUES ('secret', ?)", rand.Text()+rand.Text()); err == nil {
			err = db.Conn.QueryRow(ctx, read).Scan(&n, &master)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("secret of this installation: %w", err)
	}
	h := hmac.New(sha256.New, []byte(master))
	h.Write([]byte(purpose))
	return h.Sum(nil), nil
}

package schema

import (
	"testing"
	"time"
)

// ShortenLeases makes leases live shorter until the test ends.
func ShortenLeases(t *testing.T, beat, life time.Duration) {
	b, l := leaseBeat, leaseLife
	leaseBeat, leaseLife = beat, life
	t.Cleanup(func() { leaseBeat, leaseLife = b, l })
}

// SilenceLease stops the rows that say that db's holder lives, as a suspended machine would.
func SilenceLease(db *DB) { db.silence() }

// Replicated is a migration's statement as a cluster with Keeper takes it.
func Replicated(sql string) string { return replicated(sql) }

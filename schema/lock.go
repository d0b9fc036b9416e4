package schema

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockPath is the file whose lock serializes loads and rebuilds: in the data directory, or for a server in the user's cache, by DSN.
func lockPath(t Target) (string, error) {
	if t.DSN == "" {
		return filepath.Join(t.DataDir, "write.lock"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	if err := os.MkdirAll(filepath.Join(dir, "orgheat"), 0o700); err != nil {
		return "", err
	}
	h := fnv.New64a()
	h.Write([]byte(t.DSN))
	return filepath.Join(dir, "orgheat", fmt.Sprintf("%x.lock", h.Sum64())), nil
}

// Lock waits until no other process loads or rebuilds, and returns what ends the hold. waiting, if not nil, is called at least once if
// somebody else holds it. Among the processes of this machine the system releases the lock of one that dies; a server's data may
// have writers on other machines, so there the lock is a lease (lease.go), too.
func (db *DB) Lock(ctx context.Context, waiting func()) (unlock func(), err error) {
	file, err := db.lockFile(ctx, waiting)
	if err != nil || db.engine != nil {
		return file, err
	}
	lease, err := db.takeLease(ctx, waiting)
	if err != nil {
		file()
		return nil, fmt.Errorf("lock for writing: %w", err)
	}
	return func() { lease(); file() }, nil
}

func (db *DB) lockFile(ctx context.Context, waiting func()) (unlock func(), err error) {
	f, err := os.OpenFile(db.lockPath, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock for writing: %w", err)
	}
	for first := true; ; first = false {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", db.lockPath, err)
		}
		if first && waiting != nil {
			waiting()
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

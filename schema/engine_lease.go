//go:build unix

package schema

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// enginePoll is how often a waiting process looks again; the waits are short.
const enginePoll = 10 * time.Millisecond

// engineTryLock opens (or creates) file and takes its flock without waiting;
// it returns nil, nil when another process has it. The lock is that of the
// open file: it ends when the last process that inherited it closes it or dies.
func engineTryLock(file string, how int) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		if err != unix.EINTR {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, fmt.Errorf("lock %s: %w", file, err)
}

// engineLock waits for the lock under which processes start and join engines.
func engineLock(ctx context.Context, dir string) (*os.File, error) {
	for {
		f, err := engineTryLock(filepath.Join(dir, "lock"), unix.LOCK_EX)
		if f != nil || err != nil {
			return f, err
		}
		if err := engineSleep(ctx); err != nil {
			return nil, fmt.Errorf("another orgheat is still starting the engine: %w", err)
		}
	}
}

// engineAlive says whether an engine process of directory dir exists, even one that is leaving.
func engineAlive(dir string) bool {
	f, err := engineTryLock(filepath.Join(dir, "running"), unix.LOCK_SH)
	if f != nil {
		f.Close()
	}
	return err == nil && f == nil
}

// engineOpenLease opens the lease for writing, and for reading too, because
// only that never waits for a reader. It is created once and never replaced:
// open leases have to stay leases of the next engine.
func engineOpenLease(dir string) (*os.File, error) {
	file := filepath.Join(dir, "lease")
	if err := unix.Mkfifo(file, 0o600); err != nil && err != unix.EEXIST {
		return nil, fmt.Errorf("make FIFO %s: %w; the data directory must be on a file system that has FIFOs", file, err)
	}
	fd, err := unix.Open(file, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: file, Err: err}
	}
	return os.NewFile(uintptr(fd), file), nil
}

// engineKnock writes a byte into the lease and waits until the engine has read
// it, which an engine that has seen the end of the lease does no more. It
// returns false when the engine left instead. Call it under the lock: bytes
// of several processes could not be told apart.
func engineKnock(ctx context.Context, dir string, lease *os.File) (bool, error) {
	if _, err := lease.Write([]byte{'\n'}); err != nil {
		return false, err
	}
	for {
		unread, err := unix.IoctlGetInt(int(lease.Fd()), engineFIONREAD)
		if err != nil {
			return false, fmt.Errorf("look into %s: %w", lease.Name(), err)
		}
		if unread == 0 {
			return true, nil
		}
		if !engineAlive(dir) {
			return false, nil
		}
		if err := engineSleep(ctx); err != nil {
			return false, engineStuck(dir, err)
		}
	}
}

// engineStuck explains an engine process that neither serves nor leaves.
func engineStuck(dir string, err error) error {
	info, _ := engineReadInfo(dir)
	return fmt.Errorf("the local engine (process %d) is running but does not answer: %w; ending it with `kill -9 %d` loses no data%s",
		info.PID, err, info.PID, engineLogTail(dir))
}

// engineHeld says whether anybody holds the lease; call it under the lock,
// since it would take the byte of a process that knocks.
func engineHeld(dir string) bool {
	fd, err := unix.Open(filepath.Join(dir, "lease"), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, make([]byte, 1))
	return n > 0 || err != nil // EAGAIN with a writer, 0 bytes without
}

// engineWaitGone returns when the engine that nobody holds any more has left,
// when somebody has taken it over, or when it takes too long.
func engineWaitGone(dir string) {
	for end := time.Now().Add(engineLeaveTimeout); time.Now().Before(end) && engineAlive(dir); time.Sleep(enginePoll) {
		lock, err := engineTryLock(filepath.Join(dir, "lock"), unix.LOCK_EX)
		if err != nil {
			return
		}
		if lock == nil {
			continue // somebody starts or leaves
		}
		held := engineHeld(dir)
		lock.Close()
		if held {
			return
		}
	}
}

func engineSleep(ctx context.Context) error {
	t := time.NewTimer(enginePoll)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

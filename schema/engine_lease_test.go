//go:build unix

package schema

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// An engine that has seen the end of the lease reads it no more, but may serve
// a little longer: who knocks then must wait until it is gone, and be told.
func TestEngineKnock(t *testing.T) {
	dir := t.TempDir()
	lease, err := engineOpenLease(dir)
	if err != nil {
		t.Fatal(err)
	}
	running, err := engineTryLock(filepath.Join(dir, "running"), unix.LOCK_EX)
	if err != nil || running == nil {
		t.Fatal(running, err)
	}
	if !engineAlive(dir) {
		t.Fatal("an engine that holds its lock counts as dead")
	}

	// A leaving engine: nobody reads.
	type answer struct {
		stays bool
		err   error
	}
	answers := make(chan answer, 1)
	knock := func() {
		stays, err := engineKnock(t.Context(), dir, lease)
		answers <- answer{stays, err}
	}
	go knock()
	select {
	case a := <-answers:
		t.Fatalf("the engine has not left yet, but the knock returned %v", a)
	case <-time.After(10 * enginePoll):
	}
	running.Close()
	if a := <-answers; a.stays || a.err != nil {
		t.Fatalf("knocking at an engine that left: %v", a)
	}

	// A staying one reads, what is left over from before too.
	if running, err = engineTryLock(filepath.Join(dir, "running"), unix.LOCK_EX); running == nil {
		t.Fatal(err)
	}
	reader, err := os.Open(lease.Name())
	if err != nil {
		t.Fatal(err)
	}
	go knock()
	if n, err := reader.Read(make([]byte, 8)); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	for done := false; !done; {
		select {
		case a := <-answers:
			if !a.stays || a.err != nil {
				t.Fatalf("knocking at an engine that stays: %v", a)
			}
			done = true
		case <-time.After(enginePoll):
			reader.SetReadDeadline(time.Now().Add(enginePoll)) // the second byte, if the first read was early
			reader.Read(make([]byte, 8))
		}
	}

	// A hung one: the error says what to do.
	ctx, cancel := context.WithTimeout(t.Context(), 5*enginePoll)
	defer cancel()
	if _, err := engineKnock(ctx, dir, lease); err == nil || !strings.Contains(err.Error(), "kill -9") {
		t.Errorf("knocking at a hung engine: %v", err)
	}

	reader.Close()
	for range 2 { // with the byte of the last knock in it, and without
		if !engineHeld(dir) {
			t.Error("the lease is open, but counts as given back")
		}
	}
	lease.Close()
	if engineHeld(dir) {
		t.Error("the lease is given back, but counts as held")
	}
	running.Close()
}

//go:build unix

package schema

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// StartEngine starts the engine of a data directory, or joins the one that
// another process started, and returns when it answers. Where the machine has
// no ClickHouse to start, the error is ErrNoEngine.
func StartEngine(ctx context.Context, opts EngineOptions) (*Engine, error) {
	dir, err := filepath.Abs(opts.DataDir)
	if err != nil {
		return nil, err
	}
	e := &Engine{dir: dir, timeout: opts.StartTimeout, conns: map[*engineConn]struct{}{}}
	if e.timeout == 0 {
		e.timeout = engineStartTimeout
	}
	if err := e.prepare(); err != nil {
		if err = fmt.Errorf("data directory %s: %w", dir, err); errors.Is(err, fs.ErrPermission) {
			err = fmt.Errorf("%w; %s", err, remedyReadOnly)
		}
		return nil, err
	}
	if err := e.join(ctx); err != nil {
		e.lease.Close()
		return nil, fmt.Errorf("local engine of %s: %w", dir, err)
	}
	return e, nil
}

// prepare makes the directories, readable by their owner only, and takes the lease.
func (e *Engine) prepare() error {
	if os.Getenv(engineChildEnv) != "" {
		return errors.New("an engine process was asked to start an engine: main, or TestMain, must call schema.EngineChild first")
	}
	for _, dir := range []string{e.dir, e.engineDir(), filepath.Join(e.dir, "store")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if dir != e.dir { // a directory that is there already may be shared on purpose
			if err := os.Chmod(dir, 0o700); err != nil {
				return err
			}
		}
	}
	var err error
	e.lease, err = engineOpenLease(e.engineDir())
	return err
}

// Ensure checks that the engine answers and restarts it if it has died. What
// was committed is there again; the queries that were running have failed.
func (e *Engine) Ensure(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lease == nil {
		return e.errClosed()
	}
	if engineAlive(e.engineDir()) {
		if info, err := engineReadInfo(e.engineDir()); err == nil {
			if _, err := enginePing(ctx, info); err == nil {
				return nil
			}
		}
	}
	if time.Now().Before(e.retry) {
		return e.failure
	}
	if err := e.join(ctx); err != nil {
		err = fmt.Errorf("local engine of %s: %w", e.dir, err)
		if ctx.Err() == nil { // else it is this caller's impatience
			e.failure, e.retry = err, time.Now().Add(engineRetryAfter)
		}
		return err
	}
	return nil
}

// Close closes the connections made with the engine's options and gives the lease back. If it was the last one, the engine writes what
// it holds in memory and leaves, and Close waits for that (half a minute at
// most), so that the directory is at rest afterwards.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lease == nil {
		return nil
	}
	e.closeConns()
	err := e.lease.Close()
	e.lease = nil
	engineWaitGone(e.engineDir())
	return err
}

// join makes sure, holding the lease, that an engine serves: the one that is
// there, if it means to stay, else a new one.
func (e *Engine) join(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, e.timeout, fmt.Errorf("gave up after %v", e.timeout))
	defer cancel()
	dir := e.engineDir()
	lock, err := engineLock(ctx, dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	for {
		running, err := engineTryLock(filepath.Join(dir, "running"), unix.LOCK_EX)
		if err != nil {
			return err
		}
		if running != nil {
			return e.start(ctx, running)
		}
		stays, err := engineKnock(ctx, dir, e.lease)
		if err != nil {
			return err
		}
		if !stays {
			continue
		}
		info, err := engineReadInfo(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("an engine runs, but the file that says how to reach it is gone (%w); end the orgheat processes that use this directory: the engine then leaves by itself, and the next makes a new file", err)
		}
		if err != nil {
			return err
		}
		switch err := e.awaitReady(ctx, info); {
		case err == nil:
			return nil
		case errors.Is(err, errEngineGone):
			// It died meanwhile: start a new one.
		default:
			return engineStuck(dir, err)
		}
	}
}

var errEngineGone = errors.New("the engine process ended")

// start starts an engine that inherits the lock running. A port that somebody
// took between looking and listening is replaced.
func (e *Engine) start(ctx context.Context, running *os.File) error {
	defer running.Close()
	program, err := engineFind()
	if err != nil {
		return err
	}
	if err := engineDropUnborn(filepath.Join(e.dir, "store")); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		info, err := engineNextInfo(e.engineDir())
		if err != nil {
			return err
		}
		cmd, err := e.spawn(program, running, &info)
		if err != nil {
			return fmt.Errorf("start %s: %w", program.path, err)
		}
		died, stop := context.WithCancelCause(ctx)
		exited := make(chan struct{})
		go func() { // also reaps an engine that dies later
			err := cmd.Wait()
			if err == nil {
				err = errors.New("exit status 0")
			}
			stop(fmt.Errorf("%w at its start (%w)", errEngineGone, err))
			close(exited)
		}()
		err = e.awaitReady(died, info)
		if err == nil {
			return nil
		}
		err = fmt.Errorf("start %s: %w%s", program.path, err, engineLogTail(e.engineDir()))
		// Nobody else has joined it, we have the lock; and killing it loses nothing.
		cmd.Process.Kill()
		<-exited
		if errors.Is(err, errEngineGone) {
			err = fmt.Errorf("%w\nIf that names a damaged file of the store, restore the directory from a backup, or move it away and load the exports again", err)
		}
		if ctx.Err() != nil || attempt == 3 || enginePortFree(info.Port) {
			return err
		}
	}
}

// engineDropUnborn removes empty definitions of tables. A full disk leaves them behind when a table is created, so there is nothing in the
// table yet; ClickHouse would not start with them.
func engineDropUnborn(store string) error {
	files, err := filepath.Glob(filepath.Join(store, "store", "*", "*", "*.sql"))
	for _, file := range files {
		if st, serr := os.Stat(file); serr == nil && st.Size() == 0 {
			err = errors.Join(err, os.Remove(file))
		}
	}
	return err
}

// spawn starts the engine process: a copy of this program that loads ClickHouse.
// It inherits the lease for reading, so that it sees its end however early the
// users vanish, and the lock that says it lives. It gets a session of its own:
// a Ctrl-C or hang-up meant for one user must not take the engine from another.
func (e *Engine) spawn(program engineProgram, running *os.File, info *engineInfo) (*exec.Cmd, error) {
	dir := e.engineDir()
	if err := engineWriteInfo(dir, *info); err != nil {
		return nil, err
	}
	config, err := engineWriteConfig(e.dir, *info)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	lease, err := os.OpenFile(filepath.Join(dir, "lease"), os.O_RDONLY, 0) // e.lease writes: does not block
	if err != nil {
		return nil, err
	}
	defer lease.Close()
	logFile := filepath.Join(dir, "engine.log")
	if err := os.Rename(logFile, logFile+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()

	cmd := exec.Command(self, EngineWord, program.kind, program.path, config)
	cmd.Dir = dir
	// HOME, because ClickHouse would read its client's configuration there.
	cmd.Env = append(slices.DeleteFunc(os.Environ(), isSecret), engineChildEnv+"=1", "HOME="+dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{lease, running} // engineLeaseFD, engineRunningFD
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	info.PID = cmd.Process.Pid
	return cmd, engineWriteInfo(dir, *info)
}

// isSecret says whether a variable of the environment holds a password that is not the engine's business: it outlives whoever started it.
func isSecret(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return name == "ORGHEAT_CLICKHOUSE" || name == "ORGHEAT_CLICKHOUSE_READER" || name == "ORGHEAT_OIDC_SECRET"
}

// awaitReady returns when the engine answers a login, or why it does not:
// the cause of ctx, or errEngineGone.
func (e *Engine) awaitReady(ctx context.Context, info engineInfo) error {
	var last error
	for {
		// A plain connection first: before the engine listens, the driver's
		// attempts would cost more than they tell.
		c, err := net.DialTimeout("tcp", info.addr(), time.Second)
		if err == nil {
			c.Close()
			var version string
			if version, err = enginePing(ctx, info); err == nil {
				e.version = version
				return nil
			}
		}
		last = err
		if !engineAlive(e.engineDir()) {
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return errEngineGone
		}
		if err := engineSleep(ctx); err != nil {
			if errors.Is(err, errEngineGone) {
				return err
			}
			return fmt.Errorf("%w (last answer: %v)", err, last)
		}
	}
}

// engineLogTail returns the ends of the engine's logs, to follow an error, or "".
func engineLogTail(dir string) string {
	const keep = 2 << 10
	var b strings.Builder
	for _, name := range []string{"engine.log", "server.log"} {
		file := filepath.Join(dir, name)
		data, err := os.ReadFile(file)
		data = bytes.TrimSpace(data)
		if err != nil || len(data) == 0 {
			continue
		}
		if len(data) > keep {
			data = data[len(data)-keep:]
			data = data[bytes.IndexByte(data, '\n')+1:]
		}
		fmt.Fprintf(&b, "\nThe end of %s:\n%s", file, data)
	}
	return b.String()
}

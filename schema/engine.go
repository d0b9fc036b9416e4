package schema

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The local engine is one ClickHouse process per data directory, shared by
// every orgheat process that uses the directory and managed by none of them.
//
//	DATA/store               what ClickHouse keeps (its --path)
//	DATA/engine/lock         flock: one process at a time starts or joins
//	DATA/engine/running      flock: held by the engine as long as it lives
//	DATA/engine/lease        FIFO: held open for writing by every user
//	DATA/engine/engine.json  port, password, pid (0600), kept across restarts
//	DATA/engine/*.xml, *.log generated configuration, and the engine's logs
//
// The engine reads the lease and leaves when its last writer has gone, so a
// user that crashes or is killed gives its lease back without doing anything.
// A user that arrives while the engine is leaving is not fooled by the port
// still being open: it writes a byte into the lease, and only an engine that
// means to stay reads it.

// ErrNoEngine is returned (wrapped) by StartEngine where this machine has no
// local engine at all. Its text names the remedies.
var ErrNoEngine = errors.New("no local ClickHouse engine: libchdb.so was not found " +
	"(ORGHEAT_LIBCHDB, then node_modules in the working directory, beside the program, and above both), " +
	"and there is no clickhouse on PATH; any of these helps: " +
	"`npm ci` in orgheat's directory (Linux x86-64 with glibc), " +
	"installing clickhouse (any Linux or macOS), " +
	"`docker compose up`, " +
	"or a server of your own with --clickhouse DSN or ORGHEAT_CLICKHOUSE")

// Users of the local engine. The third, default, is the engine's own session:
// ClickHouse logs it in without a password, so it may do nothing but open the
// port.
const (
	engineUser   = "orgheat"
	engineReader = "orgheat_reader"
)

// ErrEngineDown is returned (wrapped) by connections that find no engine and cannot start one. The next that asks tries again.
var ErrEngineDown = errors.New("the local engine does not run")

const (
	engineStartTimeout = time.Minute
	// engineRetryAfter is how long a failure to start stands for whoever else wants the engine: a crowd must not try one after the other.
	engineRetryAfter = time.Second
	// engineLeaveTimeout bounds how long a leaving engine may take to flush,
	// and how long Close waits for it.
	engineLeaveTimeout = 30 * time.Second
)

// EngineOptions say where the local engine lives.
type EngineOptions struct {
	// DataDir is created with mode 0700 if it does not exist.
	DataDir string
	// StartTimeout bounds starting or joining, here and in Ensure; zero
	// means one minute.
	StartTimeout time.Duration
}

// Engine is a lease on the local engine of a data directory. While it is open
// the engine stays; it is safe for concurrent use.
type Engine struct {
	dir     string // absolute data directory
	timeout time.Duration

	mu      sync.Mutex // serializes Ensure and Close; guards the fields below
	lease   *os.File   // the FIFO, opened for writing; nil once closed
	version string
	failure error // of the last Ensure; stands until retry
	retry   time.Time

	connsMu sync.Mutex
	conns   map[*engineConn]struct{} // open connections of our options; nil once closed
}

// Version returns ClickHouse's version as the engine reported it, such as 26.7.2.
func (e *Engine) Version() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.version
}

// Options returns the connection options of the read-write user, over the
// native protocol to database default. Connections made with them find the
// engine by themselves: a pool that outlives a crashed engine restarts it when
// it dials again, wherever the new one listens. After Close they fail.
func (e *Engine) Options() *clickhouse.Options { return e.options(engineUser) }

// ReaderOptions is Options for a user that can only SELECT, within limits of
// time and memory that it cannot lift.
func (e *Engine) ReaderOptions() *clickhouse.Options { return e.options(engineReader) }

func (e *Engine) options(user string) *clickhouse.Options {
	// The file was written before the engine started; a failure here shows
	// up as a refused login when the options are used.
	info, _ := engineReadInfo(e.engineDir())
	o := engineClientOptions(info, user)
	o.DialContext = e.dial
	return o
}

// engineClientOptions connects to the engine that info describes, without restarting it.
func engineClientOptions(info engineInfo, user string) *clickhouse.Options {
	return &clickhouse.Options{
		Protocol: clickhouse.Native,
		Addr:     []string{info.addr()},
		Auth:     clickhouse.Auth{Database: "default", Username: user, Password: info.Password},
		// The engine is on this machine: compression would only cost CPU.
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionNone},
		DialTimeout: 10 * time.Second,
	}
}

// dial connects to wherever the engine listens now, restarting it if it has
// died. It never dials the port of a dead engine: somebody else may have it,
// and would be sent the password.
func (e *Engine) dial(ctx context.Context, _ string) (net.Conn, error) {
	if engineAlive(e.engineDir()) {
		if c, err := e.dialOnce(ctx); err == nil {
			return c, nil
		}
	}
	if err := e.Ensure(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEngineDown, err)
	}
	return e.dialOnce(ctx)
}

func (e *Engine) dialOnce(ctx context.Context) (net.Conn, error) {
	info, err := engineReadInfo(e.engineDir())
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp4", info.addr())
	if err != nil {
		return nil, err
	}
	conn := &engineConn{TCPConn: c.(*net.TCPConn), engine: e}
	e.connsMu.Lock()
	defer e.connsMu.Unlock()
	if e.conns == nil {
		c.Close()
		return nil, e.errClosed()
	}
	e.conns[conn] = struct{}{}
	return conn, nil
}

// engineConn is known to its Engine, whose Close closes it: a leaving
// ClickHouse waits five seconds for connections that stay open. It embeds the
// TCPConn, not a net.Conn, for the driver's check of idle connections.
type engineConn struct {
	*net.TCPConn
	engine *Engine
}

func (c *engineConn) Close() error {
	c.engine.connsMu.Lock()
	delete(c.engine.conns, c)
	c.engine.connsMu.Unlock()
	return c.TCPConn.Close()
}

func (e *Engine) closeConns() {
	e.connsMu.Lock()
	defer e.connsMu.Unlock()
	for c := range e.conns {
		c.TCPConn.Close()
	}
	e.conns = nil
}

func (e *Engine) errClosed() error { return fmt.Errorf("local engine of %s: closed", e.dir) }

// enginePing logs in once and returns the server's version.
func enginePing(ctx context.Context, info engineInfo) (string, error) {
	o := engineClientOptions(info, engineUser)
	o.MaxOpenConns, o.DialTimeout, o.ReadTimeout = 1, 5*time.Second, 5*time.Second
	conn, err := clickhouse.Open(o)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.Ping(ctx); err != nil {
		return "", err
	}
	v, err := conn.ServerVersion()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d.%d.%d", v.Version.Major, v.Version.Minor, v.Version.Patch), nil
}

func (e *Engine) engineDir() string { return filepath.Join(e.dir, "engine") }

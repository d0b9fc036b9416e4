//go:build unix

package schema_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// holderEnv makes the test binary a second orgheat: it holds the lease on the
// directory that the variable names until its standard input ends.
const holderEnv = "ORGHEAT_TEST_HOLDER"

// clickhouseEnv makes the test binary stand in for an installed clickhouse,
// with the library that the variable names.
const clickhouseEnv = "ORGHEAT_TEST_CLICKHOUSE"

func TestMain(m *testing.M) {
	schema.EngineChild()
	if lib := os.Getenv(clickhouseEnv); lib != "" {
		// argv is: local --config-file ...
		stdin, err := syscall.Dup(0)
		if err == nil {
			err = schema.EngineRunLibrary(lib, os.Args[2:], os.NewFile(uintptr(stdin), "stdin"))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if dir := os.Getenv(holderEnv); dir != "" {
		holdEngine(dir)
		return
	}
	schematest.Main(m)
}

func holdEngine(dir string) {
	e, err := schema.StartEngine(context.Background(), schema.EngineOptions{DataDir: dir})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	e.Close()
}

func start(t *testing.T, dir string) *schema.Engine {
	t.Helper()
	e, err := schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: dir})
	if errors.Is(err, schema.ErrNoEngine) && os.Getenv("ORGHEAT_TEST_REQUIRE") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func connect(t *testing.T, o *clickhouse.Options) driver.Conn {
	t.Helper()
	c, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func mustExec(t *testing.T, c driver.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := c.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func queryInt(t *testing.T, c driver.Conn, query string) int64 {
	t.Helper()
	var n int64
	if err := c.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// engineInfo reads what the last engine started is: its process, port and password.
func engineInfo(t *testing.T, dir string) (pid, port int, password string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "engine", "engine.json"))
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Port, PID int
		Password  string
	}
	if err := json.Unmarshal(data, &info); err != nil {
		t.Fatal(err)
	}
	return info.PID, info.Port, info.Password
}

// alive is false for a process all of whose threads have ended, reaped or not:
// a thread that is still ending holds the process's files.
func alive(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if err != nil {
			continue
		}
		if _, after, _ := strings.Cut(string(stat), ") "); !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X") {
			return true
		}
	}
	return false
}

func waitGone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("engine %d is still there", pid)
		}
	}
}

// kill ends the engine as a crash would.
func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitGone(t, pid)
}

func TestEngineServesAndLeaves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's <data> & more")
	begin := time.Now()
	e := start(t, dir)
	t.Logf("started in %v", time.Since(begin))
	c := connect(t, e.Options())
	if got := queryInt(t, c, "SELECT toInt64(1)"); got != 1 {
		t.Errorf("SELECT 1 = %d", got)
	}
	var version, zone string
	if err := c.QueryRow(t.Context(), "SELECT version(), serverTimezone()").Scan(&version, &zone); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(version, e.Version()+".") {
		t.Errorf("Version() = %q, version() = %q", e.Version(), version)
	}
	if zone != "UTC" && zone != "Etc/UTC" {
		t.Errorf("time zone is %q", zone)
	}
	for path, want := range map[string]os.FileMode{
		"": 0o700, "engine": 0o700, "store": 0o700,
		"engine/engine.json": 0o600, "engine/users.xml": 0o600, "engine/lease": 0o600,
	} {
		st, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if st.Mode().Perm() != want {
			t.Errorf("%q has mode %o, want %o", path, st.Mode().Perm(), want)
		}
	}
	pid, _, password := engineInfo(t, dir)
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(cmdline), password) {
		t.Error("the password is in the process list")
	}
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmRSS") {
			t.Log(strings.TrimSpace(line))
		}
	}

	begin = time.Now()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	// The engine has this file locked as long as it lives.
	running, err := os.Open(filepath.Join(dir, "engine", "running"))
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	if err := syscall.Flock(int(running.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Errorf("the engine outlived its only user's Close: %v", err)
	}
	if d := time.Since(begin); d > 4*time.Second { // ClickHouse would wait five for an open connection
		t.Errorf("the engine took %v to leave", d)
	} else {
		t.Logf("left in %v", d)
	}
	if err := c.Ping(t.Context()); err == nil {
		t.Error("options of a closed engine still connect")
	}
}

// startHolder starts a second process that holds the lease, in a process group
// of its own; release ends it in the orderly way.
func startHolder(t *testing.T, dir string) (cmd *exec.Cmd, release func()) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holderEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("holder: %q, %v", line, err)
	}
	return cmd, func() { in.Close(); cmd.Wait() }
}

func TestEngineSecondUserOutlivesFirst(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	pid, _, _ := engineInfo(t, dir)
	_, release := startHolder(t, dir)
	if got, _, _ := engineInfo(t, dir); got != pid {
		t.Fatalf("the second user started engine %d beside %d", got, pid)
	}
	first.Close()
	time.Sleep(300 * time.Millisecond) // ten times what leaving takes
	if !alive(pid) {
		t.Fatal("the engine left although it has a user")
	}
	release()
	waitGone(t, pid)
}

// The process that started the engine is killed with its whole group, as by
// Ctrl-C on a pipeline; the other user's queries go on, and its death too
// frees the lease.
func TestEngineSurvivesItsStarter(t *testing.T) {
	dir := t.TempDir()
	start(t, dir).Close() // skips without an engine
	holder, _ := startHolder(t, dir)
	pid, _, _ := engineInfo(t, dir)
	e := start(t, dir)
	c := connect(t, e.Options())
	if err := syscall.Kill(-holder.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(-holder.Process.Pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
		t.Fatal(err)
	}
	holder.Wait()
	if got := queryInt(t, c, "SELECT toInt64(2)"); got != 2 || !alive(pid) {
		t.Fatalf("engine is gone with its starter")
	}
	e.Close()
	waitGone(t, pid)

	holder, _ = startHolder(t, dir)
	pid, _, _ = engineInfo(t, dir)
	holder.Process.Kill()
	waitGone(t, pid)
}

func TestEngineRecoversFromCrash(t *testing.T) {
	dir := t.TempDir()
	e := start(t, dir)
	pid, port, password := engineInfo(t, dir)
	c := connect(t, e.Options())
	mustExec(t, c, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n",
		"INSERT INTO t SELECT number FROM numbers(1000)")

	kill(t, pid)
	if err := e.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	pid2, port2, password2 := engineInfo(t, dir)
	if pid2 == pid || port2 != port || password2 != password {
		t.Errorf("engine %d at %d became %d at %d, same password: %v; want a new process and nothing else new",
			pid, port, pid2, port2, password == password2)
	}
	// The pool's connections are dead; its first use may find that out.
	for range 3 {
		c.Ping(t.Context())
	}
	// 0 + ... + 999
	if got := queryInt(t, c, "SELECT sum(n) FROM t"); got != 499500 {
		t.Errorf("after the crash sum(n) = %d, want 499500", got)
	}

	// Without Ensure, dialing restarts it.
	kill(t, pid2)
	pool := connect(t, e.Options())
	if got := queryInt(t, pool, "SELECT sum(n) FROM t"); got != 499500 {
		t.Errorf("after the second crash sum(n) = %d, want 499500", got)
	}

	// The port has been taken meanwhile: old pools find the new one.
	pid3, _, _ := engineInfo(t, dir)
	kill(t, pid3)
	thief, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer thief.Close()
	if err := e.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.Ping(t.Context())
	}
	if got := queryInt(t, c, "SELECT sum(n) FROM t"); got != 499500 {
		t.Errorf("on another port sum(n) = %d, want 499500", got)
	}
	// Everything again after an orderly end.
	e.Close()
	again := connect(t, start(t, dir).Options())
	if got := queryInt(t, again, "SELECT sum(n) FROM t"); got != 499500 {
		t.Errorf("after a restart sum(n) = %d, want 499500", got)
	}
}

func TestEngineStartedTwiceAtOnce(t *testing.T) {
	dir := t.TempDir()
	start(t, dir).Close()
	engines := make([]*schema.Engine, 8)
	var wg sync.WaitGroup
	for i := range engines {
		wg.Go(func() {
			var err error
			if engines[i], err = schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: dir}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	pid, _, _ := engineInfo(t, dir)
	for _, e := range engines {
		mustExec(t, connect(t, e.Options()), "SELECT 1")
	}
	out, err := exec.Command("pgrep", "-f", filepath.Join(dir, "engine", "config.xml")).Output()
	if err == nil && strings.TrimSpace(string(out)) != fmt.Sprint(pid) {
		t.Errorf("engines %q, want only %d", out, pid)
	}
	for _, e := range engines {
		wg.Go(func() { e.Close() })
	}
	wg.Wait()
	waitGone(t, pid)
}

// A user comes just as the last one leaves: the engine that StartEngine
// returned must be one that stays. The options do not restart it here.
func TestEngineArrivalMeetsDeparture(t *testing.T) {
	dir := t.TempDir()
	last := start(t, dir)
	for i := range 16 {
		var wg sync.WaitGroup
		wg.Go(func() { last.Close() })
		// Closing the lease to closing the port takes a few milliseconds.
		time.Sleep(time.Duration(i) * 300 * time.Microsecond)
		next := start(t, dir)
		wg.Wait()
		time.Sleep(30 * time.Millisecond) // and leaving altogether takes twenty
		o := next.Options()
		o.DialContext = nil
		c := connect(t, o)
		if err := c.Ping(t.Context()); err != nil {
			t.Fatalf("round %d: the engine left its new user: %v", i, err)
		}
		c.Close() // a leaving ClickHouse would wait five seconds for it
		last = next
	}
}

func TestEngineAccess(t *testing.T) {
	dir := t.TempDir()
	e := start(t, dir)
	writer := connect(t, e.Options())
	mustExec(t, writer, "CREATE DATABASE d",
		"CREATE TABLE d.t (n Int64) ENGINE = MergeTree PARTITION BY n % 2 ORDER BY n", "INSERT INTO d.t VALUES (41)",
		"CREATE TABLE d.u AS d.t", "EXCHANGE TABLES d.t AND d.u", "EXCHANGE TABLES d.t AND d.u",
		"ALTER TABLE d.u REPLACE PARTITION 1 FROM d.t", "DROP TABLE d.u",
		"CREATE TABLE a (n Int64) ENGINE = MergeTree ORDER BY n", "CREATE TABLE b AS a", "EXCHANGE TABLES a AND b")
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func(who string, o *clickhouse.Options, query string, code int32) {
		t.Helper()
		err := connect(t, o).Exec(t.Context(), query)
		var ex *clickhouse.Exception
		if !errors.As(err, &ex) || ex.Code != code {
			t.Errorf("%s: %s: %v, want code %d", who, query, err, code)
		}
	}
	const (
		accessDenied         = 497
		readonly             = 164
		authenticationFailed = 516
		constraintViolation  = 452
		overflownSessions    = 700
	)
	_, _, password := engineInfo(t, dir)
	if len(password) < 20 {
		t.Errorf("password of %d characters", len(password))
	}
	wrong := e.Options()
	wrong.Auth.Password = "wrong"
	empty := e.Options()
	empty.Auth.Password = ""
	unnamed := e.Options()
	unnamed.Auth.Username, unnamed.Auth.Password = "default", ""
	for range 3 { // more than once: a refused login must not end the engine either
		refused("wrong password", wrong, "SELECT 1", authenticationFailed)
		refused("no password", empty, "SELECT 1", authenticationFailed)
		refused("default", unnamed, "SELECT n FROM d.t", overflownSessions)
		refused("default", unnamed, "SYSTEM STOP LISTEN TCP", overflownSessions)
	}
	// Nor may a stranger's bytes.
	_, port, _ := engineInfo(t, dir)
	for _, bytes := range []string{"GET / HTTP/1.1\r\n\r\n", "\x00\xff\xff\xff\xff\xff", ""} {
		s, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(s, bytes)
		s.(*net.TCPConn).CloseWrite()
		s.SetReadDeadline(time.Now().Add(time.Second))
		io.Copy(io.Discard, s)
		s.Close()
	}

	reader := e.ReaderOptions()
	if got := queryInt(t, connect(t, reader), "SELECT n FROM d.t"); got != 41 {
		t.Errorf("reader sees %d, want 41", got)
	}
	for _, q := range []string{"INSERT INTO d.t VALUES (1)", "DROP TABLE d.t", "CREATE DATABASE x", "ALTER TABLE d.t DELETE WHERE 1",
		"TRUNCATE TABLE d.t", "SYSTEM STOP MERGES d.t"} {
		refused("reader", reader, q, accessDenied)
	}
	refused("reader", reader, "SET readonly = 0", readonly)
	refused("reader", reader, "SELECT 1 SETTINGS max_execution_time = 0", constraintViolation)
	refused("reader", reader, "SELECT 1 SETTINGS max_memory_usage = 0", constraintViolation)
	refused("reader", reader, "SELECT count() FROM default.`"+secret+"`", accessDenied)
	for who, o := range map[string]*clickhouse.Options{"writer": e.Options(), "reader": reader} {
		for _, q := range []string{
			"SELECT * FROM file('" + secret + "', CSV, 'n Int64')",
			"SELECT * FROM url('http://127.0.0.1:1/', CSV, 'n Int64')",
			"SELECT * FROM remote('127.0.0.1:1', d.t)",
			"CREATE TABLE d.f (n Int64) ENGINE = File(CSV, '" + secret + "')",
		} {
			refused(who, o, q, accessDenied)
		}
	}
	// A context's deadline becomes a setting of the reader's query.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := connect(t, reader).Exec(ctx, "SELECT 1"); err != nil {
		t.Errorf("reader with a deadline: %v", err)
	}
	if got := queryInt(t, writer, "SELECT n FROM d.t"); got != 41 {
		t.Errorf("writer sees %d, want 41", got)
	}
}

// clickhouse on PATH serves where there is no library.
func TestEngineFromPath(t *testing.T) {
	start(t, t.TempDir()).Close() // skips without an engine
	lib, err := filepath.Abs("../node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")
	if env := os.Getenv("ORGHEAT_LIBCHDB"); env != "" {
		lib, err = filepath.Abs(env)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(lib); err != nil {
		t.Skip("the engine is an installed clickhouse already")
	}
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\n%s='%s' exec '%s' \"$@\"\n", clickhouseEnv, lib, os.Args[0])
	if err := os.WriteFile(filepath.Join(bin, "clickhouse"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	schema.WithoutEngineLibrary(t)
	t.Setenv("PATH", bin)
	dir := t.TempDir()
	e := start(t, dir)
	c := connect(t, e.Options())
	mustExec(t, c, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n", "INSERT INTO t VALUES (7)")
	pid, _, _ := engineInfo(t, dir)
	c.Close()    // a leaving ClickHouse waits five seconds for it
	kill(t, pid) // what starts clickhouse; clickhouse has to follow before another may start
	if err := e.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := queryInt(t, connect(t, e.Options()), "SELECT n FROM t"); got != 7 {
		t.Errorf("n = %d, want 7", got)
	}
	pid, _, _ = engineInfo(t, dir)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	waitGone(t, pid)
}

func TestEngineStartErrors(t *testing.T) {
	t.Run("no library", func(t *testing.T) {
		schema.WithoutEngineLibrary(t)
		t.Setenv("PATH", t.TempDir())
		_, err := schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: t.TempDir()})
		if !errors.Is(err, schema.ErrNoEngine) {
			t.Fatal(err)
		}
		for _, remedy := range []string{"npm ci", "installing clickhouse", "docker compose", "--clickhouse"} {
			if !strings.Contains(err.Error(), remedy) {
				t.Errorf("%q does not name %q", err, remedy)
			}
		}
	})
	t.Run("wrong library", func(t *testing.T) {
		lib := filepath.Join(t.TempDir(), "lib.so")
		t.Setenv("ORGHEAT_LIBCHDB", lib)
		_, err := schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), "ORGHEAT_LIBCHDB") || !strings.Contains(err.Error(), lib) {
			t.Errorf("missing file: %v", err)
		}
		os.WriteFile(lib, []byte("no library"), 0o600)
		_, err = schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), "npm ci") {
			t.Errorf("not a library: %v", err)
		}
	})
	t.Run("data directory is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		os.WriteFile(file, nil, 0o600)
		_, err := schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: file})
		if err == nil || !strings.Contains(err.Error(), file) {
			t.Error(err)
		}
	})
	t.Run("damaged store", func(t *testing.T) {
		dir := t.TempDir()
		e := start(t, dir)
		mustExec(t, connect(t, e.Options()), "CREATE DATABASE d")
		e.Close()
		if err := os.WriteFile(filepath.Join(dir, "store", "metadata", "d.sql"), []byte("no SQL"), 0o600); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_, err := schema.StartEngine(t.Context(), schema.EngineOptions{DataDir: dir})
		if err == nil || !strings.Contains(err.Error(), "no SQL") {
			t.Errorf("error without the log's reason: %v", err)
		}
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("found out after %v", d)
		}
	})
	t.Run("definition left empty by a full disk", func(t *testing.T) {
		dir := t.TempDir()
		e := start(t, dir)
		mustExec(t, connect(t, e.Options()), "CREATE DATABASE d", "CREATE TABLE d.kept (n Int64) ENGINE = MergeTree ORDER BY n", "INSERT INTO d.kept VALUES (7)")
		e.Close()
		files, _ := filepath.Glob(filepath.Join(dir, "store", "store", "*", "*", "kept.sql"))
		if len(files) != 1 {
			t.Fatalf("definitions of kept: %v", files)
		}
		empty := filepath.Join(filepath.Dir(files[0]), "unborn.sql")
		if err := os.WriteFile(empty, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if n := queryInt(t, connect(t, start(t, dir).Options()), "SELECT n FROM d.kept"); n != 7 {
			t.Errorf("kept holds %d", n)
		}
		if _, err := os.Stat(empty); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the empty definition is still there: %v", err)
		}
	})
	t.Run("damaged engine.json", func(t *testing.T) {
		dir := t.TempDir()
		start(t, dir).Close()
		os.WriteFile(filepath.Join(dir, "engine", "engine.json"), []byte(`{"port":`), 0o600)
		mustExec(t, connect(t, start(t, dir).Options()), "SELECT 1")
	})
}

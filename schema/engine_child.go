//go:build unix

package schema

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// EngineWord, as a program's first argument, makes it the engine process:
// main must call EngineChild, or EngineMain, before it looks at its arguments.
const EngineWord = "__orgheat-engine"

// engineChildEnv marks the engine process, so that a program that forgot
// EngineChild fails instead of starting copies of itself for ever.
const engineChildEnv = "ORGHEAT_ENGINE_CHILD"

// Files the engine process inherits.
const (
	engineLeaseFD   = 3
	engineRunningFD = 4
)

// EngineChild turns this process into the engine, and does not return, if that
// is what it was started for. Call it first in main and in the TestMain of a
// package whose tests use the engine.
func EngineChild() {
	if len(os.Args) > 1 && os.Args[1] == EngineWord {
		os.Exit(EngineMain(os.Args[2:]))
	}
}

// EngineMain runs ClickHouse until the lease ends, and returns the exit
// status. Its arguments, those after EngineWord, are StartEngine's affair.
//
// ClickHouse gets a terminal for its standard input although nobody types: its
// clickhouse-local, when not interactive, ends the whole process for any error
// that nothing else handles, such as a wrong password at the port. Hanging up
// the terminal is how it is asked to leave.
func EngineMain(args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, EngineWord+" is for orgheat itself: run orgheat with a command, see orgheat --help")
		return 2
	}
	terminal, stdin, err := pty.Open()
	if err != nil {
		fmt.Fprintf(os.Stderr, "open a pseudo-terminal: %v; the engine needs /dev/ptmx and /dev/pts, or use --clickhouse DSN\n", err)
		return 1
	}
	kind, path, config := args[0], args[1], args[2]
	argv := []string{"--config-file", config, "--interactive", "--query", "SYSTEM START LISTEN TCP"}
	run := engineRunExecutable
	if kind == engineKindLibrary {
		run = engineRunLibrary
	}
	go func() {
		// Read errors end the lease too: nobody could be seen leaving any more.
		io.Copy(io.Discard, os.NewFile(engineLeaseFD, "lease"))
		terminal.Close()
		time.Sleep(engineLeaveTimeout)
		fmt.Fprintf(os.Stderr, "the engine did not leave within %v\n", engineLeaveTimeout)
		syscall.Kill(0, syscall.SIGKILL) // the session that StartEngine gave us: this, and clickhouse
	}()
	if err := run(path, argv, stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// engineRunExecutable runs clickhouse local. It inherits the running lock,
// which thereby lasts until both processes are gone; if this one is killed,
// its terminal hangs up.
func engineRunExecutable(path string, argv []string, stdin *os.File) error {
	cmd := exec.Command(path, append([]string{"local"}, argv...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{nil, os.NewFile(engineRunningFD, "running")}
	if err := cmd.Start(); err != nil {
		return err
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s local: %w", path, err)
	}
	return nil
}

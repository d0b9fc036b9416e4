//go:build linux && amd64

package schema

import (
	"fmt"
	"os"
	"runtime"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// engineRunLibrary runs clickhouse-local from libchdb.so in this process with
// stdin as its standard input, and returns when it has left. purego calls it
// without cgo.
func engineRunLibrary(path string, argv []string, stdin *os.File) error {
	if err := unix.Dup3(int(stdin.Fd()), 0, 0); err != nil {
		return fmt.Errorf("make the terminal standard input: %w", err)
	}
	stdin.Close()
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load %s: %w; install it again with `npm ci`", path, err)
	}
	for _, name := range []string{"chdb_query_cmdline", "chdb_result_error"} {
		if _, err := purego.Dlsym(lib, name); err != nil {
			return fmt.Errorf("%s is no chDB library: %w; install it again with `npm ci`", path, err)
		}
	}
	var (
		cmdline     func(argc int32, argv **byte) uintptr
		resultError func(result uintptr) string
	)
	purego.RegisterLibFunc(&cmdline, lib, "chdb_query_cmdline")
	purego.RegisterLibFunc(&resultError, lib, "chdb_result_error")

	argv = append([]string{"clickhouse-local"}, argv...)
	cargv := make([]*byte, len(argv)+1) // NULL at the end
	for i, arg := range argv {
		if cargv[i], err = unix.BytePtrFromString(arg); err != nil {
			return fmt.Errorf("argument %q: %w", arg, err)
		}
	}
	var pin runtime.Pinner // ClickHouse keeps argv while it runs
	defer pin.Unpin()
	for _, p := range cargv {
		if p != nil {
			pin.Pin(p)
		}
	}
	pin.Pin(&cargv[0])
	if result := cmdline(int32(len(argv)), &cargv[0]); result == 0 {
		return nil
	} else if msg := resultError(result); msg != "" {
		return fmt.Errorf("%s", msg)
	}
	return nil
}

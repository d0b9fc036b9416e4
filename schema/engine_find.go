package schema

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// engineLibrary is where npm puts ClickHouse as a library. It exists for
// Linux on x86-64 with glibc only.
var engineLibrary = filepath.Join("node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so")

// engineProgram is a ClickHouse that can be started: a library to load into a
// copy of this process, or a clickhouse executable.
type engineProgram struct {
	kind string // engineKindLibrary or engineKindExecutable
	path string // absolute
}

const (
	engineKindLibrary    = "library"
	engineKindExecutable = "executable"
)

// engineFind returns the ClickHouse to start: the library that ORGHEAT_LIBCHDB
// names, that of the nearest node_modules at or above the working directory,
// then at or above the program's own, else clickhouse on PATH, else an error
// that is ErrNoEngine.
func engineFind() (engineProgram, error) {
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		if lib := os.Getenv("ORGHEAT_LIBCHDB"); lib != "" {
			abs, err := filepath.Abs(lib)
			if err == nil {
				err = engineIsFile(abs)
			}
			if err != nil {
				return engineProgram{}, fmt.Errorf("ORGHEAT_LIBCHDB: %w; it must name the file libchdb.so", err)
			}
			return engineProgram{engineKindLibrary, abs}, nil
		}
		for _, from := range engineSearchRoots() {
			if lib, ok := engineFindAbove(from, engineLibrary); ok {
				return engineProgram{engineKindLibrary, lib}, nil
			}
		}
	}
	if bin, err := exec.LookPath("clickhouse"); err == nil {
		if abs, err := filepath.Abs(bin); err == nil {
			return engineProgram{engineKindExecutable, abs}, nil
		}
	}
	return engineProgram{}, ErrNoEngine
}

// engineSearchRoots returns where to look for a node_modules, at and above. It
// is a variable for the tests, whose machine may have one anywhere.
var engineSearchRoots = func() []string {
	var roots []string
	if wd, err := os.Getwd(); err == nil {
		roots = append(roots, wd)
	}
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		roots = append(roots, filepath.Dir(exe))
	}
	return roots
}

// engineFindAbove looks for the file name in dir and then in each directory above it.
func engineFindAbove(dir, name string) (string, bool) {
	for {
		file := filepath.Join(dir, name)
		if engineIsFile(file) == nil {
			return file, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

func engineIsFile(file string) error {
	st, err := os.Stat(file)
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", file)
	}
	return nil
}

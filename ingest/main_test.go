package ingest

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/ebitengine/purego"

	"github.com/orgheat/orgheat/schema/schematest"
)

// clickhouseEnv makes the test binary a plain clickhouse-local from the library that the variable names: what a user would do instead.
const clickhouseEnv = "ORGHEAT_TEST_CLICKHOUSE_LOCAL"

func TestMain(m *testing.M) {
	if lib := os.Getenv(clickhouseEnv); lib != "" {
		clickhouseLocal(lib, os.Args[1:])
		return
	}
	schematest.Main(m)
}

func clickhouseLocal(library string, args []string) {
	lib, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var cmdline func(argc int32, argv **byte) uintptr
	var resultError func(uintptr) string
	purego.RegisterLibFunc(&cmdline, lib, "chdb_query_cmdline")
	purego.RegisterLibFunc(&resultError, lib, "chdb_result_error")
	var pin runtime.Pinner
	argv := []*byte{}
	for _, a := range append([]string{"clickhouse-local"}, args...) {
		b := append([]byte(a), 0)
		pin.Pin(&b[0])
		argv = append(argv, &b[0])
	}
	argv = append(argv, nil)
	if r := cmdline(int32(len(argv)-1), &argv[0]); r != 0 {
		if text := resultError(r); text != "" {
			fmt.Fprintln(os.Stderr, text)
			os.Exit(1)
		}
	}
}

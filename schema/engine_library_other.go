//go:build unix && !(linux && amd64)

package schema

import (
	"errors"
	"os"
)

// engineRunLibrary is for Linux on x86-64, the only platform with the library;
// keeping purego out elsewhere keeps those programs free of the C library.
func engineRunLibrary(string, []string, *os.File) error {
	return errors.New("this platform has no ClickHouse library")
}

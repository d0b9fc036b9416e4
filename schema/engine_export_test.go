//go:build unix

package schema

import "testing"

// EngineRunLibrary lets the tests' stand-in for clickhouse be one.
var EngineRunLibrary = engineRunLibrary

// WithoutEngineLibrary hides the library from engineFind until the test ends.
func WithoutEngineLibrary(t *testing.T) {
	t.Setenv("ORGHEAT_LIBCHDB", "")
	roots := engineSearchRoots
	engineSearchRoots = func() []string { return nil }
	t.Cleanup(func() { engineSearchRoots = roots })
}

//go:build unix

package schema

// EngineRunLibrary lets the tests' stand-in for clickhouse be one.
var EngineRunLibrary = engineRunLibrary

//go:build !unix

package schema

import "context"

// EngineWord is never given to a program here: the local engine needs Unix.
const EngineWord = "__orgheat-engine"

// StartEngine returns ErrNoEngine: the local engine needs FIFOs and file
// locks as Unix has them.
func StartEngine(context.Context, EngineOptions) (*Engine, error) { return nil, ErrNoEngine }

// Ensure returns ErrNoEngine.
func (e *Engine) Ensure(context.Context) error { return ErrNoEngine }

// Close does nothing.
func (e *Engine) Close() error { return nil }

// EngineChild does nothing.
func EngineChild() {}

// EngineMain returns status 1.
func EngineMain([]string) int { return 1 }

func engineAlive(string) bool { return false }

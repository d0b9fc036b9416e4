package orgheat_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/orgheat/orgheat/"

// allowed is the direction of the house: which of our packages each may import. What is not listed is support that anybody may use, and that
// imports nothing of these.
var allowed = map[string][]string{
	"cmd":       {"ingest", "dashboard", "schema", "query", "internal"},
	"dashboard": {"query", "schema"},
	"query":     {"schema"},
	"ingest":    {"schema"},
	"schema":    {},
	"internal":  {},
}

// TestDirection holds imports to that direction, tests excepted, and echo and go-echarts to the dashboard.
func TestDirection(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		top, _, nested := strings.Cut(filepath.ToSlash(path), "/")
		if !nested || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "schema/schematest") {
			return nil
		}
		if _, ok := allowed[top]; !ok {
			t.Errorf("%s: no package lives in %s", path, top)
		}
		seen[top] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			if ours, ok := strings.CutPrefix(name, module); ok {
				if to, _, _ := strings.Cut(ours, "/"); to != top && !slices.Contains(allowed[top], to) {
					t.Errorf("%s imports %s: %s may import %v only", path, ours, top, allowed[top])
				}
			}
			if web := strings.Contains(name, "labstack/echo") || strings.Contains(name, "go-echarts"); web && top != "dashboard" {
				t.Errorf("%s imports %s: only dashboard does", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"cmd", "ingest", "query", "schema"} {
		if !seen[p] {
			t.Errorf("no file of %s was looked at", p)
		}
	}
}

package orgheat_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// asking are the driver's methods that take SQL, and the place of the text among their arguments.
var asking = map[string]int{"Select": 2, "Query": 1, "QueryRow": 1, "Exec": 1, "PrepareBatch": 1}

// TestSQLIsStatic: outside package schema, which makes tables of its own fixed names, SQL is a literal, a constant or an embedded file.
// Nothing is pasted into it; values go as server-side parameters.
func TestSQLIsStatic(t *testing.T) {
	found := 0
	for _, dir := range []string{"query", "dashboard", "ingest", "cmd"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !isConnection(method.X) {
					return true
				}
				if at, ok := asking[method.Sel.Name]; ok && at < len(call.Args) {
					if found++; !isStatic(call.Args[at]) {
						t.Errorf("%s: the SQL of this call is put together", set.Position(call.Pos()))
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 5 {
		t.Errorf("only %d calls were looked at: the test proves little", found)
	}
}

// isConnection says whether x is one of the fields that hold a ClickHouse connection.
func isConnection(x ast.Expr) bool {
	s, ok := x.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"conn", "Conn", "Reader"}, s.Sel.Name)
}

// isStatic takes literals, names of constants, string(text) of an embedded file, statement(name) of one, and accessSQL of a literal.
func isStatic(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return x.Obj == nil || x.Obj.Kind == ast.Con // declared elsewhere in the package, or a constant here
	case *ast.CallExpr:
		f, ok := x.Fun.(*ast.Ident)
		if !ok || len(x.Args) != 1 {
			return false
		}
		arg, name := x.Args[0], f.Name
		_, literal := arg.(*ast.BasicLit)
		_, ident := arg.(*ast.Ident)
		return name == "string" && ident || name == "statement" || name == "accessSQL" && literal
	}
	return false
}

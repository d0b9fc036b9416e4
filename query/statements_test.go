package query

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every metric has its statement, and every file of sql/ is somebody's.
func TestStatements(t *testing.T) {
	own := map[string]bool{}
	for _, m := range Metrics {
		own[m.ID] = true
		if statements[m.ID] == "" {
			t.Errorf("there is no sql/%s.sql", m.ID)
		}
	}
	var program strings.Builder
	for _, pattern := range []string{"*.go", "sql/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			program.Write(text)
		}
	}
	for name, text := range statements {
		named := `"` + name + `"`
		if part, ok := strings.CutPrefix(name, "include/"); ok {
			named = "-- include " + part + "\n"
		}
		if !own[name] && !strings.Contains(program.String(), named) {
			t.Errorf("nobody asks sql/%s.sql", name)
		}
		if strings.Contains(text, "-- include ") {
			t.Errorf("sql/%s.sql has an include that is no line of its own", name)
		}
	}
}

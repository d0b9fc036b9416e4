package query

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"golang.org/x/sync/errgroup"
)

// What is counted is said in sql/: ID.sql is a metric's own, ID.part.sql what it asks beside, other names what several rest on; sql/include
// holds lines that stand in several of them, where they say -- include NAME. It is static: what differs from question to question is parameters.
//
//go:embed sql
var sqlFiles embed.FS

var statements = readStatements()

var includeLine = regexp.MustCompile(`(?m)^[ \t]*-- include ([a-z_]+)\n`)

func readStatements() map[string]string {
	all := map[string]string{}
	err := fs.WalkDir(sqlFiles, "sql", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sqlFiles.ReadFile(file)
		all[strings.TrimSuffix(strings.TrimPrefix(file, "sql/"), path.Ext(file))] = string(text)
		return err
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	var whole func(name string) string
	whole = func(name string) string {
		return includeLine.ReplaceAllStringFunc(all[name], func(line string) string {
			part := "include/" + includeLine.FindStringSubmatch(line)[1]
			if all[part] == "" {
				panic(fmt.Sprintf("sql/%s.sql includes what is not there: %s", name, strings.TrimSpace(line)))
			}
			return whole(part)
		})
	}
	out := map[string]string{}
	for name := range all {
		out[name] = whole(name)
	}
	return out
}

// statement is the SQL of sql/NAME.sql.
func statement(name string) string {
	text, ok := statements[name]
	if !ok {
		panic("there is no sql/" + name + ".sql")
	}
	return text
}

// asked are the rows of sql/NAME.sql, with the parameters that ctx has.
func asked[R any](ctx context.Context, db *DB, name string) ([]R, error) {
	return scanAll[R](db.conn.Query(ctx, statement(name)))
}

// beside asks and, at the same time, asks sql/NAME.sql, whose rows are the second.
func beside[B, A any](ctx context.Context, db *DB, name string, ask func() ([]A, error)) (own []A, others []B, err error) {
	var g errgroup.Group
	g.Go(func() (err error) { others, err = asked[B](ctx, db, name); return err })
	own, err = ask()
	return own, others, errors.Join(err, g.Wait())
}

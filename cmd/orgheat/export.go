package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/orgheat/orgheat/internal/tablefile"
	"github.com/orgheat/orgheat/schema"
)

type exportCmd struct {
	Out    string `help:"Directory to write to; it has to be new or empty." required:"" type:"path" placeholder:"DIR"`
	Format string `help:"parquet or csv." enum:"parquet,csv" default:"parquet"`
}

// Run writes one file per table. Loads wait until it is done, so the files are of one state.
func (e *exportCmd) Run(ctx context.Context, c *cli) error {
	if err := os.MkdirAll(e.Out, 0o700); err != nil {
		return err
	}
	if entries, err := os.ReadDir(e.Out); err != nil {
		return err
	} else if len(entries) > 0 {
		return fmt.Errorf("%s is not empty; name a new directory", e.Out)
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	unlock, err := lock(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	for _, table := range schema.DumpTables() {
		n, err := e.table(ctx, db, table)
		if err != nil {
			return fmt.Errorf("export %s: %w", table, err)
		}
		fmt.Printf("%s\t%d rows\n", table, n)
	}
	return nil
}

// table writes one file; it has its final name only when it is whole.
func (e *exportCmd) table(ctx context.Context, db *schema.DB, table string) (rows int, err error) {
	path := filepath.Join(e.Out, table+"."+e.Format)
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	buffered := bufio.NewWriterSize(f, 1<<20)
	var w tablefile.Writer
	err = db.Dump(ctx, table, func(columns []schema.DumpColumn) error {
		list := make([]tablefile.Column, len(columns))
		for i, c := range columns {
			list[i] = tablefile.Column(c)
		}
		w, err = tablefile.New(buffered, e.Format, list)
		return err
	}, func(values []any) error {
		rows++
		return w.Row(values)
	})
	if err != nil {
		return rows, err
	}
	if err := w.Close(); err != nil {
		return rows, err
	}
	if err := buffered.Flush(); err != nil {
		return rows, err
	}
	if err := f.Close(); err != nil {
		return rows, err
	}
	return rows, os.Rename(path+".part", path)
}

package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

type migrateCmd struct {
	DryRun bool `help:"Only say what would be done."`
}

func (m *migrateCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if !m.DryRun {
		unlock, err := db.Lock(ctx, nil)
		if err != nil {
			return err
		}
		defer unlock()
	}
	steps, err := db.Migrate(ctx, m.DryRun)
	if err != nil {
		return err
	}
	word := "applied"
	if m.DryRun {
		word = "would apply"
	}
	for _, s := range steps {
		fmt.Printf("%s %04d %s (%d statements)\n", word, s.Version, s.Name, len(s.Statements))
	}
	if len(steps) == 0 {
		fmt.Println("the schema is up to date")
	}
	return nil
}

type rebuildCmd struct {
	Check       bool `help:"First read all that is stored, and set aside what is damaged on disk."`
	DropDamaged bool `help:"Delete what was set aside: after loading it again, or to do without it."`
}

func (r rebuildCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	unlock, err := lock(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	if r.Check {
		if err := db.SetAside(ctx); err != nil {
			return err
		}
	}
	if r.DropDamaged {
		damage, err := db.Damage(ctx)
		if err != nil {
			return err
		}
		if err := db.DropDamaged(ctx, damage); err != nil {
			return err
		}
	}
	damaged, err := tellDamage(ctx, db)
	if err != nil {
		return err
	}
	if _, err := db.Migrate(ctx, false); err != nil {
		return err
	}
	if _, err := db.Rebuild(ctx, true, nil); err != nil {
		return err
	}
	return db.DropDamaged(ctx, damaged)
}

type identitiesCmd struct{}

func (identitiesCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	unmatched, err := db.Unmatched(ctx)
	if err != nil {
		return err
	}
	return show(os.Stdout, func(w io.Writer) error { return writeUnmatched(w, unmatched) })
}

// writeUnmatched writes a file that orgheat load takes as aliases once the empty persons are filled in.
func writeUnmatched(out io.Writer, unmatched []schema.Unmatched) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"source", "account", "person", "name", "email", "actions", "suggested_because"}); err != nil {
		return err
	}
	for _, u := range unmatched {
		// The account stays as it is, to be loaded again; it is an id, and no text that people write.
		if err := w.Write([]string{u.Source, u.NativeID, query.Defuse(u.Suggestion), query.Defuse(u.Name), query.Defuse(u.Email), fmt.Sprint(u.Actions), u.Because}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

type statusCmd struct{}

func (statusCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if steps, err := db.Migrate(ctx, true); err != nil || len(steps) > 0 {
		if err == nil {
			fmt.Println("nothing is loaded yet; start with: orgheat load PATH")
		}
		return err
	}
	if _, err := tellDamage(ctx, db); err != nil {
		return err
	}
	s, err := db.Status(ctx)
	if err != nil {
		return err
	}
	return printStatus(os.Stdout, s)
}

func printStatus(w io.Writer, s schema.Status) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "source\trows\tpeople\tmatched\tfirst month\tlast month\tmonths without rows")
	for _, src := range s.Sources {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%s\t%s\n", plain(src.Source), src.Rows, src.People, src.Matched, src.First, src.Last, src.GapText())
	}
	fmt.Fprintln(t)
	fmt.Fprintln(t, "table\trows")
	for _, table := range s.Tables {
		fmt.Fprintf(t, "%s\t%d\n", table.Name, table.Rows)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	switch {
	case s.State == "":
		fmt.Fprintln(w, "derived tables: not built yet")
	case s.State != "ready":
		fmt.Fprintln(w, "derived tables: an exchange was interrupted; orgheat rebuild finishes it")
	case s.Stale:
		fmt.Fprintf(w, "derived tables: of %s; a rebuild is pending (%d months); the next load, query or serve does it\n", s.At.Format("2006-01-02 15:04:05Z"), s.Pending)
	default:
		fmt.Fprintf(w, "derived tables: up to date, of %s\n", s.At.Format("2006-01-02 15:04:05Z"))
	}
	return nil
}
